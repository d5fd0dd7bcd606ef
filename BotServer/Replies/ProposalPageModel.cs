using Bot.Core.Content;
using Bot.Core.Replies;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Replies;

/// <summary>A page about one thing that an editor proposes to change and an approver decides.</summary>
internal abstract class ProposalPageModel(CurrentStaff staff, ReplyChanges changes, ContentLibrary content) : LongListPageModel(staff)
{
    /// <summary>Null when the address names nothing.</summary>
    public abstract ContentKey? Key { get; }

    /// <summary>Of the page, with the key where it needs one.</summary>
    public abstract string Home { get; }

    public string Default { get; private set; } = "";

    /// <summary>What holds now.</summary>
    public string Held { get; private set; } = "";

    /// <summary>In the form: what holds, or what was typed.</summary>
    public string Draft { get; protected set; } = "";

    public ReplyChange? Waiting { get; private set; }

    public IReadOnlyList<ReplyChange> History { get; private set; } = [];

    public MoreRows? MoreHistory { get; private set; }

    public ReplyLock? Locked => Key is { } key ? ReplyLocks.Of(key) : null;

    public bool MayPropose => Viewer.EditsReplies && Locked is null && Waiting is null;

    public bool IsOwnProposal => Waiting?.ProposedBy == Viewer.Actor;

    /// <summary>Why the viewer does not approve what waits, although an approver; null where nothing is in the way.</summary>
    public string? Invited { get; private set; }

    public string? Told { get; private set; }

    public string? Problem { get; protected set; }

    /// <summary>Goes with the form, so that nobody writes over what they have not seen.</summary>
    public string Seen => ReplyChange.HashOf(Key!.ToString(), Held);

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch
        {
            "proposed" => "已提交，等另一位审核人同意后生效。",
            "approved" => "已同意，马上生效。",
            "declined" => "没有同意，提出的人会看到理由。",
            "withdrawn" => "已撤回。",
            "published" => "已发布。关注的人一天之内看到，重新关注马上看到。",
            _ => null,
        };
        return await ShowAsync(draft: null, ct);
    }

    public Task<IActionResult> OnPostResetAsync(string? seen, CancellationToken ct) => ProposeAsync(null, seen, ct);

    public async Task<IActionResult> OnPostApproveAsync(int id, string? hash, CancellationToken ct) => await EndAsync(await changes.ApproveAsync(Viewer, id, hash, ct), "approved", null, ct);

    public async Task<IActionResult> OnPostDeclineAsync(int id, string? hash, string? reason, CancellationToken ct)
        => await EndAsync(await changes.DeclineAsync(Viewer, id, hash, reason, ct), "declined", null, ct);

    public async Task<IActionResult> OnPostWithdrawAsync(int id, CancellationToken ct) => await EndAsync(await changes.WithdrawAsync(Viewer, id, ct), "withdrawn", null, ct);

    protected async Task<IActionResult> ProposeAsync(string? text, string? seen, CancellationToken ct)
        => Key is null ? NotFound() : await EndAsync(await changes.ProposeAsync(Viewer, Key, text, seen, ct), "proposed", text, ct);

    protected async Task<IActionResult> EndAsync(ContentFault? fault, string done, string? draft, CancellationToken ct)
    {
        if (fault is null)
        {
            return LocalRedirect(Home + (Home.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "done=" + done);
        }

        Problem = content.Reply(fault.Refusal.Code, ("detail", fault.Detail));
        return fault.Refusal == ReplyChanges.NotFound ? NotFound() : await ShowAsync(draft, ct);
    }

    /// <param name="draft">What was typed; null for what holds.</param>
    protected async Task<IActionResult> ShowAsync(string? draft, CancellationToken ct)
    {
        if (!ReplyChanges.May(Viewer) || Key is not { } key || content.Defaults.TextOf(key) is not { } byDefault)
        {
            return NotFound();
        }

        (Default, Held) = (byDefault, content.Current.TextOf(key)!);
        Draft = draft ?? Held;
        var name = key.ToString();
        Waiting = (await changes.WaitingAsync(ct)).FirstOrDefault(c => c.Key == name);
        Invited = Waiting is { } waiting && await changes.IsInvitedAsync(Viewer, waiting, ct) ? content.Reply(ReplyChanges.Invited.Code) : null;
        var history = await changes.HistoryAsync(key, Rows, ct);
        History = history.Items;
        MoreHistory = More(history.Items.Count, history.Total, "history", "条", "key=" + Uri.EscapeDataString(name));
        await PrepareAsync(ct);
        return Page();
    }

    /// <summary>What else the page shows.</summary>
    protected virtual Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>As if this text held already.</summary>
    protected ContentLibrary Trying(string text)
        => content.Trying(content.Current.With([KeyValuePair.Create(Key!.ToString(), ContentRules.Tidy(Key, text))]));
}
