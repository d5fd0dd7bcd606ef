using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="To">Null while nobody knows where they go, and for a removal, see <see cref="Removals"/>.</param>
/// <param name="Deadline">The last day, in China; null for the usual time.</param>
public sealed record NewTransfers(int From, IReadOnlyCollection<int> People, int? To, TransferKind Kind, DateOnly? Deadline);

/// <summary>
/// Hands people from one organisation to another. Released, withdrawn or sent elsewhere by those who answer for the old one, accepted or
/// refused by those who answer for the new one (<see cref="TransferAnswers"/>; see <see cref="RosterHands"/>); what nobody takes is decided
/// by those above both, see <see cref="TransferLists"/>. <c>tops</c> are the organisations that the decider answers for, <c>by</c> a login
/// or <c>secretary:</c> and a person's id.
/// </summary>
public sealed class Transfers(BotDb db, TransferLists lists, TransferReminders reminders, TransferDecisions decisions, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "transfer.not-found", "No such transfer for this viewer.");
    public static readonly Refusal Decided = new(RefusalKind.Conflict, "transfer.decided", "Somebody has decided it already.");
    public static readonly Refusal Nobody = new(RefusalKind.Invalid, "transfer.nobody", "One to 500 people.");
    public static readonly Refusal NotHere = new(RefusalKind.NotFound, "transfer.not-here", "Not all of them are in this organisation.");
    public static readonly Refusal Open = new(RefusalKind.Conflict, "transfer.open", "One of them has an open transfer.");
    public static readonly Refusal NoSuchPlace = new(RefusalKind.NotFound, "transfer.no-such-place", "The destination does not exist, or has closed.");
    public static readonly Refusal SamePlace = new(RefusalKind.Invalid, "transfer.same-place", "The destination is where they are.");
    public static readonly Refusal Bound = new(RefusalKind.Conflict, "transfer.bound", "A duplicate or mistaken row has an account: somebody studies with it.");
    public static readonly Refusal BadDeadline = new(RefusalKind.Invalid, "transfer.deadline", "The deadline is from tomorrow to a year from now.");

    /// <summary>How long a destination has when nothing else is said.</summary>
    public const int UsualDays = 30;

    public const int LongestDays = 366;

    /// <summary>People in one release.</summary>
    public const int MostAtOnce = 500;

    /// <returns>How many were released: all or, with a refusal, none.</returns>
    public async Task<Result<int>> ReleaseAsync(NewTransfers asked, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        var people = asked.People.Distinct().Order().ToList();
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var deadline = asked.Deadline ?? today.AddDays(UsualDays);
        if (people.Count is 0 or > MostAtOnce)
        {
            return Nobody;
        }

        if (Check(deadline, today) is { } bad)
        {
            return bad;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == asked.From, ct))
        {
            return NotFound;
        }

        if ((await HoldAsync(asked.To, asked.From, ct)).IsRefused(out var refusal, out var to))
        {
            return refusal;
        }

        if (await LockHereAsync(asked.From, people, ct) < people.Count)
        {
            return NotHere;
        }

        if (await IsBoundAsync(asked.Kind, people, ct))
        {
            return Bound;
        }

        var now = clock.GetUtcNow();
        var added = people.ConvertAll(id => new Transfer
        {
            PersonId = id,
            FromId = asked.From,
            ToId = to,
            Kind = asked.Kind,
            ReleasedAt = now,
            ReleasedBy = by,
            DueAt = ChinaTime.StartOf(deadline.AddDays(1)),
            Deadline = deadline,
        });
        db.AddRange(added);
        if (!await db.TrySaveNewAsync(ct))
        {
            return Open;
        }

        added.ForEach(t => decisions.Audit(asked.Kind.IsRemoval() && to is null ? "transfer.removal-asked" : "transfer.released", t.Id, t.FromId, by));
        await db.SaveChangesAsync(ct);
        var ids = added.ConvertAll(t => t.Id);
        await (asked.Kind.IsRemoval() && to is null ? reminders.RemovingAsync(ids, ct) : reminders.ReleasedAsync(ids, ct));
        await transaction.CommitAsync(ct);
        return added.Count;
    }

    /// <summary>True when one of them is said not to be there, but studies: that row is the one to keep.</summary>
    internal async Task<bool> IsBoundAsync(TransferKind kind, IReadOnlyCollection<int> people, CancellationToken ct)
        => kind is TransferKind.Mistaken or TransferKind.Duplicate && await db.Accounts.AnyAsync(a => people.Contains(a.PersonId), ct);

    /// <summary>The person stays. By the old branch while it is open, or by those above both once nobody takes it.</summary>
    public Task<Result<bool>> WithdrawAsync(int id, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return decisions.DecideAsync(
            id, tops, by, "transfer.withdrawn", f => f.MaySend || f.MaySettle, () => decisions.EndAsync(id, TransferState.Withdrawn, by, now, t => t.State != TransferState.Accepted, ct), ct);
    }

    /// <summary>Gives it a destination, or another one; it waits there anew.</summary>
    /// <param name="deadline">The last day, in China; null for the usual time from now.</param>
    public async Task<Result<bool>> SendAsync(int id, int to, DateOnly? deadline, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var until = deadline ?? today.AddDays(UsualDays);
        if (Check(until, today) is { } bad)
        {
            return bad;
        }

        if (await lists.FindAsync(id, tops, ct) is not { } found)
        {
            return NotFound;
        }

        Refusal? refused = null;
        var sent = await decisions.DecideAsync(id, tops, by, "transfer.sent", f => f.MaySend || f.MaySettle, async () =>
        {
            if ((await HoldAsync(to, found.FromId, ct)).IsRefused(out refused, out var held))
            {
                return false;
            }

            // A removal has no rate: as a transfer it begins now, with a first deadline of its own.
            var due = ChinaTime.StartOf(until.AddDays(1));
            var stored = await db.Transfers.Where(t => t.Id == id && t.EndedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(t => t.State, TransferState.Waiting).SetProperty(t => t.ToId, held).SetProperty(t => t.Deadline, until).SetProperty(t => t.Round, t => t.Round + 1)
                    .SetProperty(t => t.Kind, found.IsRemoval ? TransferKind.Other : found.Kind)
                    .SetProperty(t => t.DueAt, t => found.IsRemoval ? due : t.DueAt)
                    .SetProperty(t => t.RefusedAt, (DateTimeOffset?)null).SetProperty(t => t.Reason, (TransferReason?)null).SetProperty(t => t.DecidedBy, by),
                ct) == 1;
            await (stored ? reminders.ReleasedAsync([id], ct) : Task.CompletedTask);
            return stored;
        }, ct);
        return refused is null ? sent : refused;
    }

    /// <summary>More time for the destination; by those above both. The rate keeps the first deadline.</summary>
    public async Task<Result<bool>> ExtendAsync(int id, DateOnly deadline, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
        => Check(deadline, ChinaTime.DateOf(clock.GetUtcNow())) is { } bad ? bad
            : await decisions.DecideAsync(id, tops, by, "transfer.extended", f => f is { MaySettle: true, ToId: not null, State: TransferState.Waiting }, async () => await db.Transfers
                .Where(t => t.Id == id && t.EndedAt == null && t.State == TransferState.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Deadline, deadline).SetProperty(t => t.DecidedBy, by), ct) == 1, ct);

    private static Refusal? Check(DateOnly deadline, DateOnly today) => deadline <= today || deadline > today.AddDays(LongestDays) ? BadDeadline : null;

    private async Task<Result<int?>> HoldAsync(int? to, int from, CancellationToken ct)
    {
        if (to is not { } stated)
        {
            return to;
        }

        var held = await OpenOrganisations.HoldAsync(db, stated, ct);
        if (held is null)
        {
            return NoSuchPlace;
        }

        if (held == from)
        {
            return SamePlace;
        }

        return held;
    }

    /// <summary>Keeps others from moving them meanwhile; people before memberships, as everywhere.</summary>
    /// <returns>How many of them are there, with a name.</returns>
    private async Task<int> LockHereAsync(int organisationId, List<int> people, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT id FROM people WHERE id = ANY({people}) ORDER BY id FOR UPDATE", ct);
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM memberships WHERE organisation_id = {organisationId} AND until IS NULL AND person_id = ANY({people}) ORDER BY person_id FOR SHARE", ct);
        }

        var here = await db.Memberships.Where(m => m.OrganisationId == organisationId && m.Until == null && db.People.Any(p => p.Id == m.PersonId && p.Name != null))
            .Select(m => m.PersonId).ToListAsync(ct);
        return people.Intersect(here).Count();
    }
}
