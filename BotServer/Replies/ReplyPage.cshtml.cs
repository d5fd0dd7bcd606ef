using Bot.Core.Content;
using Bot.Core.Replies;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Replies;

/// <summary>One sentence, or the words of one command: what holds, what is proposed, how it looks in the chat, and what it was before.</summary>
internal sealed class ReplyPageModel(CurrentStaff staff, ReplyChanges changes, ContentLibrary content) : ProposalPageModel(staff, changes, content)
{
    private readonly ContentLibrary _content = content;

    [BindProperty(SupportsGet = true, Name = "key")]
    public string? KeyText { get; set; }

    public override ContentKey? Key => ContentKey.Parse(KeyText) is { Kind: not ContentKind.Menu } key ? key : null;

    public override string Home => "/staff/replies/edit?key=" + Uri.EscapeDataString(KeyText ?? "");

    /// <summary>What was typed to try it.</summary>
    public string? Said { get; private set; }

    /// <summary>How the form's text, or else the proposal's or what holds, looks.</summary>
    public Bubble? Shown { get; private set; }

    public bool IsWords => Key?.Kind == ContentKind.Words;

    public string Title => ReplyWords.Title(Key!, _content.Current);

    public IReadOnlyList<string> Placeholders => ContentRules.Placeholders(Default);

    public Task<IActionResult> OnPostAsync(string? text, string? seen, CancellationToken ct) => ProposeAsync(text ?? "", seen, ct);

    /// <summary>Shows without doing anything.</summary>
    /// <param name="text">From the form; null where there is none: the proposal is tried then, or what holds.</param>
    public Task<IActionResult> OnPostTryAsync(string? text, string? said, CancellationToken ct)
    {
        Said = said?.Trim();
        if (text is not null && Key is { } key && _content.Defaults.TextOf(key) is not null && ContentRules.Check(_content.Current, _content.Defaults, key, ContentRules.Tidy(key, text)) is { } fault)
        {
            Problem = _content.Reply(fault.Refusal.Code, ("detail", fault.Detail));
        }

        return ShowAsync(text, ct);
    }

    protected override Task PrepareAsync(CancellationToken ct)
    {
        var text = Draft == Held && Waiting is { } waiting ? waiting.Text ?? Default : Draft;
        Shown = !string.IsNullOrEmpty(Said) ? Rehearsal.Of(Trying(text), Said)
            : IsWords ? null
            : Bubble.Of(ContentRules.Tidy(Key!, text));
        return Task.CompletedTask;
    }
}
