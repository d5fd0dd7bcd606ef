using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Replies;

/// <summary>
/// Saying something else than Content/ does: an editor of a root proposes, an approver of a root of another name approves exactly what they
/// have seen. Of each key one proposal waits at a time; going back to the default is a proposal like any other.
/// </summary>
public sealed class ReplyChanges(BotDb db, ContentLibrary content, ReplyOverlay overlay, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "reply.not-found", "No such text for this viewer.");
    public static readonly Refusal Locked = new(RefusalKind.Forbidden, "reply.locked", "Texts of safety and consent change with a release only.");
    public static readonly Refusal Waiting = new(RefusalKind.Conflict, "reply.waiting", "A proposal for this waits already.");
    public static readonly Refusal Unchanged = new(RefusalKind.Invalid, "reply.unchanged", "It says that already.");
    public static readonly Refusal Overtaken = new(RefusalKind.Conflict, "reply.overtaken", "It was changed since the page was opened.");
    public static readonly Refusal OwnProposal = new(RefusalKind.Forbidden, "reply.own", "Somebody else approves.");
    public static readonly Refusal Invited = new(RefusalKind.Forbidden, "reply.invited", "One of the two accounts has invited or renewed the other: that may be one person.");
    public static readonly Refusal Decided = new(RefusalKind.Conflict, "reply.decided", "It was decided or withdrawn, or is not what was seen.");
    public static readonly Refusal ReasonTooLong = new(RefusalKind.Invalid, "reply.reason-length", "A reason has up to 200 characters.");

    public const int MaxReason = 200;

    /// <summary>Both see everything; who does what is asked with each step.</summary>
    public static bool May(Viewer viewer) => viewer.EditsReplies || viewer.ApprovesReplies;

    /// <summary>All that waits, oldest first: one of a key at most, so never many.</summary>
    public async Task<IReadOnlyList<ReplyChange>> WaitingAsync(CancellationToken ct)
        => await db.ReplyChanges.AsNoTracking().Where(c => c.State == ReplyChangeState.Proposed).OrderBy(c => c.Id).ToListAsync(ct);

    public Task<int> CountWaitingAsync(CancellationToken ct) => db.ReplyChanges.CountAsync(c => c.State == ReplyChangeState.Proposed, ct);

    /// <summary>Newest first.</summary>
    public Task<FirstRows<ReplyChange>> HistoryAsync(ContentKey key, int rows, CancellationToken ct)
    {
        var name = key.ToString();
        return db.ReplyChanges.AsNoTracking().Where(c => c.Key == name).OrderByDescending(c => c.Id).FirstRowsAsync(rows, changes => changes, ct);
    }

    /// <param name="text">As typed; null for the default.</param>
    /// <param name="seen"><see cref="ReplyChange.HashOf"/> of what held when the page was opened.</param>
    /// <returns>Null when it waits for an approver now.</returns>
    public async Task<ContentFault?> ProposeAsync(Viewer viewer, ContentKey key, string? text, string? seen, CancellationToken ct)
    {
        if (!viewer.EditsReplies || content.Defaults.TextOf(key) is not { } byDefault)
        {
            return new(NotFound);
        }

        if (ReplyLocks.IsLocked(key))
        {
            return new(Locked);
        }

        var now = await ReplyOverlay.ReadAsync(db, content.Defaults, ct);
        var holds = now.TextOf(key)!;
        if (seen is not null && seen != ReplyChange.HashOf(key.ToString(), holds))
        {
            return new(Overtaken);
        }

        var wanted = text is null ? byDefault : ContentRules.Tidy(key, text);
        if (wanted == holds)
        {
            return new(Unchanged);
        }

        if (ContentRules.Check(now, content.Defaults, key, wanted) is { } fault)
        {
            return fault;
        }

        var change = new ReplyChange { Key = key.ToString(), Text = wanted == byDefault ? null : wanted, ProposedBy = viewer.Actor, ProposedAt = clock.GetUtcNow() };
        db.Add(change);
        Audit(viewer, "reply.proposed", change, reason: null);
        return await db.TrySaveNewAsync(ct) ? null : new(Waiting);
    }

    public Task<ContentFault?> WithdrawAsync(Viewer viewer, int id, CancellationToken ct)
        => DecideAsync(viewer, id, hash: null, ReplyChangeState.Withdrawn, "reply.withdrawn", reason: null, ct);

    /// <param name="hash"><see cref="ReplyChange.Hash"/> of what the approver has seen; null counts as something else.</param>
    public Task<ContentFault?> DeclineAsync(Viewer viewer, int id, string? hash, string? reason, CancellationToken ct)
        => reason?.Trim().Length > MaxReason ? Task.FromResult<ContentFault?>(new(ReasonTooLong)) : DecideAsync(viewer, id, hash, ReplyChangeState.Declined, "reply.declined", reason?.Trim(), ct);

    /// <inheritdoc cref="DeclineAsync"/>
    /// <returns>Null when it holds now.</returns>
    public async Task<ContentFault?> ApproveAsync(Viewer viewer, int id, string? hash, CancellationToken ct)
    {
        var fault = await DecideAsync(viewer, id, hash, ReplyChangeState.Approved, "reply.approved", reason: null, ct);
        if (fault is null)
        {
            await overlay.LoadAsync(ct);
        }

        return fault;
    }

    private async Task<ContentFault?> DecideAsync(Viewer viewer, int id, string? hash, ReplyChangeState state, string action, string? reason, CancellationToken ct)
    {
        if (!(state == ReplyChangeState.Withdrawn ? viewer.EditsReplies : viewer.ApprovesReplies))
        {
            return new(NotFound);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (state == ReplyChangeState.Approved)
        {
            await ReplyOverlay.RaiseVersionAsync(db, ct);
        }

        var change = await db.ReplyChanges.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct);
        if (change is null)
        {
            return new(NotFound);
        }

        var isInvited = state == ReplyChangeState.Approved && await IsInvitedAsync(viewer, change, ct);
        if ((Refused(viewer, change, hash, state) ?? (isInvited ? Invited : null)) is { } refusal)
        {
            return new(refusal);
        }

        // Since it was proposed another command may have got the word: what is approved is checked against what holds now.
        if (state == ReplyChangeState.Approved && await FaultAsync(change, ct) is { } fault)
        {
            return fault;
        }

        var (at, by) = (clock.GetUtcNow(), viewer.Actor);
        if (await db.ReplyChanges.Where(c => c.Id == id && c.State == ReplyChangeState.Proposed).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.State, state).SetProperty(c => c.DecidedBy, by).SetProperty(c => c.DecidedAt, at).SetProperty(c => c.Reason, string.IsNullOrEmpty(reason) ? null : reason), ct) == 0)
        {
            return new(Decided);
        }

        Audit(viewer, action, change, reason);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>True where the account that proposed has invited the viewer's own, or the other way round: that may be one person.</summary>
    public async Task<bool> IsInvitedAsync(Viewer viewer, ReplyChange change, CancellationToken ct)
        => change.ProposedBy != viewer.Actor && (await OneHand.LoginsAsync(db, viewer, ct)).Contains(change.ProposedBy);

    private static Refusal? Refused(Viewer viewer, ReplyChange change, string? hash, ReplyChangeState state)
        => change.State != ReplyChangeState.Proposed || (state != ReplyChangeState.Withdrawn && hash != change.Hash) ? Decided
            : state == ReplyChangeState.Withdrawn && change.ProposedBy != viewer.Actor ? NotFound
            : state == ReplyChangeState.Approved && change.ProposedBy == viewer.Actor ? OwnProposal
            : null;

    private async Task<ContentFault?> FaultAsync(ReplyChange change, CancellationToken ct)
    {
        if (ContentKey.Parse(change.Key) is not { } key || content.Defaults.TextOf(key) is not { } byDefault)
        {
            return new(NotFound);
        }

        var now = await ReplyOverlay.ReadAsync(db, content.Defaults, ct);
        return ReplyLocks.IsLocked(key) ? new(Locked) : ContentRules.Check(now, content.Defaults, key, change.Text ?? byDefault);
    }

    private void Audit(Viewer viewer, string action, ReplyChange change, string? reason)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = action, Subject = $"text:{change.Key} hash:{change.Hash[..12]}", Reason = string.IsNullOrEmpty(reason) ? null : reason });
}
