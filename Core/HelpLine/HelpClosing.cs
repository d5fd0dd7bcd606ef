using System.Globalization;
using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>How cases end, begin again and are joined. A crisis is closed by two people.</summary>
public sealed class HelpClosing(BotDb db, HelpScope scope, HelpDeeds deeds, CaseKeys keys, HelpPolicy policy, TimeProvider clock)
{
    public static readonly Refusal WrongOutcome = new(RefusalKind.Invalid, "help.outcome", "Not an outcome to close with.");
    public static readonly Refusal SamePerson = new(RefusalKind.Conflict, "help.same-person", "Another person closes a crisis than asked for it; whoever invited the account, or was invited by it, counts as the same.");
    public static readonly Refusal ReportOpen = new(RefusalKind.Conflict, "help.report-open", "A mandatory report waits for its decision.");
    public static readonly Refusal OtherAlias = new(RefusalKind.Invalid, "help.other-alias", "Only an earlier, closed case of the same alias and topic, and of a team of the viewer's.");
    public static readonly Refusal HasOpen = new(RefusalKind.Conflict, "help.has-open", "The person has an open case.");

    /// <summary>Closes; of a crisis the first person asks and the second closes, with the same outcome.</summary>
    /// <param name="seen">The last message that the page showed: nothing is closed over what the person has written since.</param>
    public async Task<Result<HelpState>> CloseAsync(HelpViewer viewer, int caseId, int version, long seen, HelpOutcome outcome, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var found = scoped.Case;
        if (!Enum.IsDefined(outcome) || outcome == HelpOutcome.Merged)
        {
            return WrongOutcome;
        }

        if (found.State != HelpState.Open)
        {
            return HelpReplies.Closed;
        }

        if (found.Report == HelpReportState.Open)
        {
            return ReportOpen;
        }

        if (found.Urgency == HelpUrgency.Crisis && (found.CloseAskedBy is null || found.CloseOutcome != outcome))
        {
            return (await deeds.DoAsync(viewer, found, version, HelpStepText.Of("help-step.close-asked", ("outcome", outcome.Word())), c => (c.CloseAskedBy, c.CloseOutcome) = (viewer.StaffId, outcome), ct, audit: "help.close-asked"))
                .IsRefused(out refusal) ? refusal : HelpState.Open;
        }

        if (found is { Urgency: HelpUrgency.Crisis, CloseAskedBy: { } asker } && (await OneHand.StaffAsync(db, viewer.StaffId, ct)).Contains(asker))
        {
            return SamePerson;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if ((await deeds.DoAsync(viewer, found, version, HelpStepText.Of("help-step.closed", ("outcome", outcome.Word())), c => Close(c, outcome, now), ct, audit: "help.closed")).IsRefused(out refusal))
        {
            return refusal;
        }

        // The row is ours until the end: what came before has committed, with what it made of the case.
        if (await HelpReplies.IsNewerAsync(db, caseId, seen, ct))
        {
            return HelpReplies.Changed;
        }

        await HelpCalls.EndAsync(db, caseId, viewer.StaffId, now, ct);
        await TellAsync(found, now, ct);
        await transaction.CommitAsync(ct);
        return HelpState.Closed;
    }

    /// <summary>Takes back that closing was asked for.</summary>
    public async Task<Result<int>> KeepOpenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct)
        => (await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped) ? refusal
            : scoped.Case is not { State: HelpState.Open, CloseAskedBy: not null } ? HelpReplies.Changed
            : await deeds.DoAsync(viewer, scoped.Case, version, HelpStepText.Of("help-step.kept-open"), c => (c.CloseAskedBy, c.CloseOutcome) = (null, null), ct);

    /// <summary>The person's messages come here again once they ask for help, or answer.</summary>
    public async Task<Result<int>> ReopenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var found = scoped.Case;
        if (found.State != HelpState.Closed || found.Outcome == HelpOutcome.Merged || found.HolderHash is null)
        {
            return HelpReplies.Changed;
        }

        if (await db.HelpCases.AnyAsync(c => c.State <= HelpState.Open && c.HolderHash == found.HolderHash, ct))
        {
            return HasOpen;
        }

        var now = clock.GetUtcNow();
        try
        {
            return await deeds.DoAsync(viewer, found, version, HelpStepText.Of("help-step.reopened"), c =>
            {
                (c.State, c.Outcome, c.ClosedAt, c.ErasesAt, c.CloseAskedBy, c.CloseOutcome) = (HelpState.Open, null, null, null, null, null);
                (c.Clock, c.NextDueAt, c.LeftAt) = (HelpClock.Resolution, now + policy.Resolution, now);
            }, ct, audit: "help.reopened");
        }
        catch (DbUpdateException e) when (DatabaseFaults.IsDuplicate(e))
        {
            return HasOpen; // the person has begun another in this moment
        }
    }

    /// <summary>Takes what an earlier, closed case of the same alias and topic holds into this one: nobody else reads it, and it is kept no shorter. The earlier one's key goes a day later.</summary>
    public async Task<Result<int>> MergeAsync(HelpViewer viewer, int caseId, int version, int earlierId, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        if ((await scope.ReadableAsync(viewer, earlierId, ct)).IsRefused(out _, out var other) || earlierId == caseId || other.Case.HolderHash is null || scoped.Case.HolderHash is null
            || !other.Case.HolderHash.AsSpan().SequenceEqual(scoped.Case.HolderHash) || other.Case is not { State: HelpState.Closed, Outcome: not HelpOutcome.Merged } || other.Case.Topic != scoped.Case.Topic || other.Case.Report == HelpReportState.Open)
        {
            return OtherAlias;
        }

        using var pair = new KeyPair(keys.Open(other.Case.KeyId), keys.Open(scoped.Case.KeyId));
        var (from, to) = pair;
        if (from is null || to is null)
        {
            return HelpCases.Erased;
        }

        var now = clock.GetUtcNow();
        var messages = await db.HelpMessages.AsNoTracking().Where(m => m.CaseId == earlierId).OrderBy(m => m.Id).ToListAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var done = await deeds.DoAsync(viewer, scoped.Case, version, HelpStepText.Of("help-step.merged", ("id", earlierId.ToString(CultureInfo.InvariantCulture))), c => c.KeptUntil = Later(c.KeptUntil, Later(other.Case.ErasesAt, other.Case.KeptUntil)), ct, audit: "help.merged");
        if (done.IsRefused(out refusal))
        {
            return refusal;
        }

        foreach (var message in messages)
        {
            // A reply keeps its mark: of the two rows the older one gives it up.
            await db.HelpMessages.Where(m => m.Id == message.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.SentMark, (byte[]?)null), ct);
            db.Add(new HelpMessage
            {
                CaseId = caseId,
                At = message.At,
                Kind = message.Kind,
                By = message.By,
                StaffId = message.StaffId,
                MessageKey = message.MessageKey,
                SentMark = message.SentMark,
                Delivered = message.Delivered,
                Media = message.Media,
                MediaFile = message.MediaFile is { } file && from.Fetch(file) is { } bytes ? to.Keep(bytes) : null,
                Sealed = to.Seal(from.OpenBody(message.Sealed, message.MessageKey), message.MessageKey),
            });
        }

        other.Case.Outcome = HelpOutcome.Merged;
        (other.Case.MergedIntoId, other.Case.ErasesAt) = (caseId, now + policy.KeptFor(HelpOutcome.Merged));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return done;
    }

    private void Close(HelpCase closed, HelpOutcome outcome, DateTimeOffset now)
    {
        (closed.State, closed.Outcome, closed.ClosedAt, closed.ErasesAt) = (HelpState.Closed, outcome, now, Later(now + policy.KeptFor(outcome), closed.KeptUntil));
        (closed.Clock, closed.NextDueAt, closed.WaitingSince, closed.CloseAskedBy, closed.CloseOutcome) = (HelpClock.None, null, null, null, null);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    /// <summary>That it was closed, and once whether it helped.</summary>
    private async Task TellAsync(HelpCase closed, DateTimeOffset now, CancellationToken ct)
    {
        using var key = keys.Open(closed.KeyId);
        var accountId = HelpOutbox.HolderOf(key!, closed);
        if (await db.Accounts.AnyAsync(a => a.Id == accountId, ct))
        {
            var isFirst = closed.SurveyAskedAt is null;
            closed.SurveyAskedAt ??= now;
            db.Add(HelpOutbox.Row(accountId, isFirst ? HelpOutbox.Survey : HelpOutbox.Closed, $"help-closed:{RandomNumberGenerator.GetHexString(32, lowercase: true)}", now));
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>Both are wiped, whatever happens.</summary>
    private sealed record KeyPair(CaseKey? From, CaseKey? To) : IDisposable
    {
        public void Dispose()
        {
            From?.Dispose();
            To?.Dispose();
        }
    }
}
