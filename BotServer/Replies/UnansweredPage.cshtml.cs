using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Replies;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Replies;

/// <summary>What people typed and no command answered: an editor makes it a word of a command, or lets it be.</summary>
internal sealed class UnansweredPageModel(CurrentStaff staff, UnansweredTexts texts, ContentLibrary content) : LongListPageModel(staff)
{
    public const string Path = "/staff/replies/unanswered";

    public FirstRows<UnansweredText> Texts { get; private set; } = FirstRows<UnansweredText>.None;

    /// <summary>Commands that may get words.</summary>
    public IEnumerable<string> Commands => content.CommandWords.Keys.Where(c => !ReplyLocks.IsLocked(ContentKey.Words(c)));

    public string? Told { get; private set; }

    /// <summary>About which row, and what.</summary>
    public (int Id, string Text)? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch
        {
            "proposed" => "已提交，等另一位审核人同意后生效。",
            "dismissed" => "好的，不再显示。",
            _ => null,
        };
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostProposeAsync(int id, string? command, CancellationToken ct)
    {
        if (await texts.ProposeAsync(Viewer, id, command ?? "", ct) is not { } fault)
        {
            return LocalRedirect(Path + "?done=proposed");
        }

        Problem = (id, string.IsNullOrEmpty(command) ? "请先选一个口令。" : content.Reply(fault.Refusal.Code, ("detail", fault.Detail)));
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostDismissAsync(int id, CancellationToken ct)
    {
        if (!(await texts.DismissAsync(Viewer, id, ct)).IsRefused(out var refusal))
        {
            return LocalRedirect(Path + "?done=dismissed");
        }

        Problem = (id, content.Reply(refusal.Code));
        return await ShowAsync(ct);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (!ReplyChanges.May(Viewer))
        {
            return NotFound();
        }

        Texts = await texts.ListAsync(Viewer, Rows, ct);
        return Page();
    }
}
