using Bot.Core.Content;
using Bot.Core.Replies;
using Bot.Core.WeChat;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Replies;

/// <param name="Below">As many as a button can hold, empty ones too.</param>
internal sealed record MenuField(string Name, string Command, IReadOnlyList<MenuField> Below);

/// <summary>The menu below the chat: proposed and approved like a sentence, then published, beside what WeChat shows now.</summary>
internal sealed class MenuPageModel(CurrentStaff staff, ReplyChanges changes, ContentLibrary content, MenuPublication publication) : ProposalPageModel(staff, changes, content)
{
    public const string Path = "/staff/replies/menu";

    private readonly ContentLibrary _content = content;

    public override ContentKey? Key => ContentKey.Menu;

    public override string Home => Path;

    public Menu Menu => _content.Menu;

    public IReadOnlyList<MenuField> Fields { get; private set; } = [];

    public IEnumerable<string> Commands => _content.CommandWords.Keys;

    public MenuOnline? Online { get; private set; }

    public string? OnlineProblem { get; private set; }

    /// <summary>Fields are name-1, command-1, name-1-1 and so on, from 1.</summary>
    public Task<IActionResult> OnPostAsync(string? seen, CancellationToken ct) => ProposeAsync(MenuText.Write(Typed(Request.Form)), seen, ct);

    public async Task<IActionResult> OnPostPublishAsync(CancellationToken ct)
    {
        if (await publication.PublishAsync(Viewer, ct) is not { } refused)
        {
            return LocalRedirect(Path + "?done=published");
        }

        Problem = Say(refused);
        return await ShowAsync(draft: null, ct);
    }

    /// <summary>The part that asks WeChat: it may take seconds, so it comes after the page.</summary>
    public async Task<IActionResult> OnGetOnlineAsync(CancellationToken ct)
    {
        if (!ReplyChanges.May(Viewer))
        {
            return NotFound();
        }

        Online = await publication.OnlineAsync(Viewer, ct);
        OnlineProblem = Online.Refused is { } refused ? Say(refused) : null;
        return Partial("/Replies/_MenuOnline.cshtml", this);
    }

    protected override Task PrepareAsync(CancellationToken ct)
    {
        var menu = MenuText.Read(Draft) ?? Menu;
        Fields = [.. Enumerable.Range(0, ContentRules.MaxButtons).Select(i => Field(menu.Buttons.ElementAtOrDefault(i), ContentRules.MaxBelow))];
        return Task.CompletedTask;
    }

    private static MenuField Field(MenuButton? button, int below)
        => new(button?.Name ?? "", button?.Key ?? "", [.. Enumerable.Range(0, below).Select(i => Field(button?.Children.ElementAtOrDefault(i), 0))]);

    private static Menu Typed(IFormCollection form) => new([.. Enumerable.Range(1, ContentRules.MaxButtons).Select(i => Typed(form, $"{i}", ContentRules.MaxBelow)).OfType<MenuButton>()]);

    /// <returns>Null where nothing was typed.</returns>
    private static MenuButton? Typed(IFormCollection form, string number, int below)
    {
        var (name, command) = (form["name-" + number].ToString().Trim(), form["command-" + number].ToString());
        var children = Enumerable.Range(1, below).Select(i => Typed(form, $"{number}-{i}", 0)).OfType<MenuButton>().ToList();
        return name.Length == 0 && command.Length == 0 && children.Count == 0 ? null : new MenuButton(name) { Type = "click", Key = children.Count == 0 ? command : "", Children = children };
    }

    private string Say(MenuRefused refused) => MenuWords.Why(refused.Code) ?? _content.Reply(refused.Refusal.Code, ("detail", $"{refused.Code}"));
}
