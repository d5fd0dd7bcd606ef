using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Reason">Only for custodians, who are then in the read log, and while it waits for them; null elsewhere, and once the case is erased.</param>
public sealed record HelpRevealRow(
    int Id, int CaseId, string Alias, HelpTopic Topic, string Area, string AskedBy, DateTimeOffset AskedAt, HelpRevealState State, string? DecidedBy, DateTimeOffset? DecidedAt, DateTimeOffset? ReviewDueAt,
    string? Reason);

/// <summary>As far as the roster knows; all null for somebody who never joined a branch.</summary>
public sealed record HelpPerson(string? Name, string? Phone, string? Branch, DateOnly? BirthDate);

/// <summary>Who is behind an alias: with a custodian's consent, or at once by a supervisor where a life is at stake, which a custodian reviews.</summary>
public sealed class HelpReveals(BotDb db, HelpScope scope, HelpCases cases, HelpRows rows, HelpDeeds deeds, CaseKeys keys, OrganisationTree tree, Vault vault, TimeProvider clock)
{
    public static readonly Refusal ReasonLength = new(RefusalKind.Invalid, "help.reason-length", "2–500 characters.");
    public static readonly Refusal Waits = new(RefusalKind.Conflict, "help.reveal-waits", "The same person has asked already, or it has been decided.");
    public static readonly Refusal NotCrisis = new(RefusalKind.Conflict, "help.not-crisis", "Only where a life is at stake: the case is no crisis.");
    public static readonly Refusal OwnRequest = new(RefusalKind.Forbidden, "help.own-request", "Whoever asks does not decide; whoever invited the account, or was invited by it, counts as the same.");

    private static readonly TimeSpan ReviewWithin = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShownFor = TimeSpan.FromHours(24);

    /// <summary>2–500 characters.</summary>
    public async Task<Result<int>> AskAsync(HelpViewer viewer, int caseId, string reason, CancellationToken ct)
        => (await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped) ? refusal
            : await AddAsync(viewer, scoped, reason, HelpRevealState.Asked, ct);

    /// <summary>A supervisor of the area, in the team, at once, where a life is at stake: only of a crisis.</summary>
    public async Task<Result<int>> EmergencyAsync(HelpViewer viewer, int caseId, string reason, CancellationToken ct)
        => (await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped) ? refusal
            : !HelpScope.Supervises(scoped.Tree, viewer, scoped.Case.AreaId) ? HelpScope.SupervisorOnly
            : scoped.Case.Urgency != HelpUrgency.Crisis ? NotCrisis
            : await AddAsync(viewer, scoped, reason, HelpRevealState.Emergency, ct);

    /// <summary>How many wait for the custodian.</summary>
    public Task<int> WaitingAsync(HelpViewer viewer, CancellationToken ct) => Waiting(viewer).CountAsync(ct);

    /// <summary>Which wait for the custodian, to be asked again and again: nothing is read of them.</summary>
    public async Task<string> ShapeAsync(HelpViewer viewer, CancellationToken ct)
        => string.Join('.', await Waiting(viewer).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(ct));

    /// <summary>A custodian's: what waits first, then newest first. What waits has its reason, and a row in the read log for that.</summary>
    public async Task<IReadOnlyList<HelpRevealRow>> ListAsync(HelpViewer viewer, int most, CancellationToken ct)
    {
        var tops = viewer.CustodianTops;
        var found = await (from reveal in db.HelpReveals.AsNoTracking()
                           join of in db.HelpCases on reveal.CaseId equals of.Id
                           where db.OrganisationAncestors.Any(o => o.OrganisationId == of.AreaId && tops.Contains(o.AncestorId))
                           orderby reveal.State == HelpRevealState.Asked || reveal.State == HelpRevealState.Emergency ? 0 : 1, reveal.Id descending
                           select new { reveal, of }).Take(most).ToListAsync(ct);
        var all = await tree.AllAsync(ct);
        foreach (var line in found.Where(f => f.of.ErasedAt is null && f.reveal.State is HelpRevealState.Asked or HelpRevealState.Emergency))
        {
            await cases.NoteAsync(viewer, line.of.Id, HelpReadOf.Reason, tops.First(top => all.IsUnder(line.of.AreaId, top)), ct);
        }

        return await ShowAsync([.. found.Select(f => (f.reveal, f.of))], withReasons: true, ct);
    }

    /// <summary>Of one case, for its readers; without reasons.</summary>
    public async Task<IReadOnlyList<HelpRevealRow>> OfCaseAsync(HelpViewer viewer, int caseId, CancellationToken ct)
        => (await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out _, out var scoped) ? []
            : await ShowAsync([.. (await db.HelpReveals.AsNoTracking().Where(r => r.CaseId == caseId).OrderByDescending(r => r.Id).ToListAsync(ct)).Select(r => (r, scoped.Case))], withReasons: false, ct);

    /// <summary>By a custodian of the area who did not ask; of an emergency it is the review.</summary>
    public async Task<Result<HelpRevealState>> DecideAsync(HelpViewer viewer, int revealId, bool agrees, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        if (await db.HelpReveals.AsNoTracking().FirstOrDefaultAsync(r => r.Id == revealId, ct) is not { } reveal
            || await db.HelpCases.FirstOrDefaultAsync(c => c.Id == reveal.CaseId, ct) is not { } of || !HelpScope.Guards(all, viewer, of.AreaId))
        {
            return HelpScope.NotFound;
        }

        if ((await OneHand.StaffAsync(db, viewer.StaffId, ct)).Contains(reveal.AskedBy))
        {
            return OwnRequest;
        }

        var (now, isReview) = (clock.GetUtcNow(), reveal.State == HelpRevealState.Emergency);
        var decided = isReview ? (agrees ? HelpRevealState.Upheld : HelpRevealState.Objected) : agrees ? HelpRevealState.Approved : HelpRevealState.Declined;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (reveal.State is not (HelpRevealState.Asked or HelpRevealState.Emergency)
            || await db.HelpReveals.Where(r => r.Id == revealId && r.State == reveal.State)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, decided).SetProperty(r => r.DecidedBy, viewer.StaffId).SetProperty(r => r.DecidedAt, now), ct) == 0)
        {
            return Waits;
        }

        if (isReview)
        {
            await db.HelpAlerts.Where(a => a.CaseId == of.Id && a.AcknowledgedAt == null && a.Kind == HelpAlertKind.Review)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now).SetProperty(a => a.AcknowledgedBy, viewer.StaffId), ct);
        }

        if ((await deeds.DoAsync(viewer, of, of.Version, HelpStepText.Of(agrees ? "help-step.reveal-agreed" : "help-step.reveal-declined"), _ => { }, ct, audit: agrees ? "help.reveal-agreed" : "help.reveal-declined")).IsRefused(out var refusal))
        {
            return refusal;
        }

        await transaction.CommitAsync(ct);
        return decided;
    }

    /// <summary>Who it is, to whom asked and was granted it, for 24 hours; noted in the read log first.</summary>
    public async Task<Result<HelpPerson>> PersonAsync(HelpViewer viewer, int revealId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.HelpReveals.AsNoTracking().FirstOrDefaultAsync(r => r.Id == revealId && r.AskedBy == viewer.StaffId, ct) is not { } reveal
            || (await scope.ReadableAsync(viewer, reveal.CaseId, ct)).IsRefused(out _, out var scoped)
            || !(reveal.State is HelpRevealState.Emergency ? now < reveal.AskedAt + ShownFor : reveal.State == HelpRevealState.Approved && now < reveal.DecidedAt + ShownFor))
        {
            return HelpScope.NotFound;
        }

        await cases.NoteAsync(viewer, reveal.CaseId, HelpReadOf.Person, scoped.TeamId, ct);
        using var key = keys.Open(scoped.Case.KeyId);
        if (key is null || scoped.Case.HolderSealed is null)
        {
            return HelpCases.Erased;
        }

        var accountId = HelpOutbox.HolderOf(key, scoped.Case);
        var found = await (from account in db.Accounts.AsNoTracking() join person in db.People on account.PersonId equals person.Id where account.Id == accountId select person).FirstOrDefaultAsync(ct);
        var branch = found is null ? null : await db.Memberships.Where(m => m.PersonId == found.Id && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        return new HelpPerson(found?.Name, found?.PhoneSealed is { } phone ? vault.Open(phone) : null, branch is { } id ? scoped.Tree.PathOf(id) : null, found?.BirthDate);
    }

    private IQueryable<HelpReveal> Waiting(HelpViewer viewer)
    {
        var tops = viewer.CustodianTops;
        return db.HelpReveals.Where(r => (r.State == HelpRevealState.Asked || r.State == HelpRevealState.Emergency)
            && db.HelpCases.Any(c => c.Id == r.CaseId && db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && tops.Contains(o.AncestorId))));
    }

    private async Task<Result<int>> AddAsync(HelpViewer viewer, ScopedCase scoped, string reason, HelpRevealState state, CancellationToken ct)
    {
        var words = reason.Trim();
        if (words.Length is < 2 or > 500)
        {
            return ReasonLength;
        }

        using var key = keys.Open(scoped.Case.KeyId);
        if (key is null)
        {
            return HelpCases.Erased;
        }

        var (now, reasonKey, isEmergency) = (clock.GetUtcNow(), RandomNumberGenerator.GetHexString(32, lowercase: true), state == HelpRevealState.Emergency);
        var reveal = new HelpReveal
        {
            CaseId = scoped.Case.Id,
            AskedBy = viewer.StaffId,
            AskedAt = now,
            ReasonSealed = key.Seal(words, reasonKey),
            ReasonKey = reasonKey,
            State = state,
            ReviewDueAt = isEmergency ? now + ReviewWithin : null,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Add(reveal);
        db.Add(new AuditEntry { At = now, Actor = viewer.Login, Action = isEmergency ? "help.reveal-emergency" : "help.reveal-asked", Subject = $"case:{scoped.Case.Id}", OrganisationId = scoped.Case.AreaId });
        if (!await db.TrySaveNewAsync(ct))
        {
            return Waits;
        }

        if ((await deeds.DoAsync(viewer, scoped.Case, scoped.Case.Version, HelpStepText.Of(isEmergency ? "help-step.reveal-emergency" : "help-step.reveal-asked"), _ => { }, ct, alert: isEmergency ? HelpAlertKind.Review : null)).IsRefused(out var refusal))
        {
            return refusal;
        }

        await transaction.CommitAsync(ct);
        return reveal.Id;
    }

    private async Task<IReadOnlyList<HelpRevealRow>> ShowAsync(IReadOnlyList<(HelpReveal Reveal, HelpCase Of)> found, bool withReasons, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var logins = await rows.LoginsAsync(found.SelectMany(f => new[] { f.Reveal.AskedBy, f.Reveal.DecidedBy }), ct);
        return [.. found.Select(f => new HelpRevealRow(
            f.Reveal.Id, f.Of.Id, f.Of.Alias, f.Of.Topic, all.PathOf(f.Of.AreaId) ?? "", logins.GetValueOrDefault(f.Reveal.AskedBy) ?? "", f.Reveal.AskedAt, f.Reveal.State,
            f.Reveal.DecidedBy is { } by ? logins.GetValueOrDefault(by) : null, f.Reveal.DecidedAt, f.Reveal.ReviewDueAt, withReasons && f.Reveal.State is HelpRevealState.Asked or HelpRevealState.Emergency ? ReasonOf(f.Reveal, f.Of) : null))];
    }

    private string? ReasonOf(HelpReveal reveal, HelpCase of)
    {
        using var key = keys.Open(of.KeyId);
        return key?.Open(reveal.ReasonSealed, reveal.ReasonKey);
    }
}
