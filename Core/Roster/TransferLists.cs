using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>A transfer with the person's name, for those who have to do with it.</summary>
/// <param name="Name">Null for somebody who had everything deleted.</param>
/// <param name="IsFrom">The viewer answers for the old branch.</param>
/// <param name="IsTo">The viewer answers for the destination.</param>
/// <param name="IsAbove">Nobody takes it, and the viewer is the one above both who decides.</param>
/// <param name="IsOnRoster">Of any organisation, now.</param>
public sealed record TransferItem(
    int Id,
    int PersonId,
    string? Name,
    string? MemberNumber,
    TransferKind Kind,
    TransferState State,
    int FromId,
    int? ToId,
    DateTimeOffset ReleasedAt,
    DateOnly Deadline,
    DateTimeOffset? RefusedAt,
    TransferReason? Reason,
    DateTimeOffset? EndedAt,
    bool IsFrom,
    bool IsTo,
    bool IsAbove,
    bool IsOnRoster)
{
    public bool MayAccept => IsTo && State == TransferState.Waiting;

    /// <summary>Withdraw it, or send it elsewhere, as the old branch.</summary>
    public bool MaySend => IsFrom && EndedAt is null;

    /// <summary>Send it, give more time or hand it back, as those above.</summary>
    public bool MaySettle => IsAbove && EndedAt is null;

    /// <summary>It is to go nowhere: off the roster.</summary>
    public bool IsRemoval => Kind.IsRemoval() && ToId is null;

    public bool MayRemove => MaySettle && IsRemoval;

    /// <summary>Put back somebody who was taken off.</summary>
    public bool MayReturn => IsFrom && State == TransferState.Removed && !IsOnRoster;
}

/// <summary>Which part of a list of transfers is asked for.</summary>
/// <param name="Under">Released in this area; null for all. That the viewer sees it is asked before.</param>
/// <param name="Overdue">Only those that are open past their deadline.</param>
public readonly record struct TransferSieve(int? Under, bool Overdue);

/// <summary>
/// Who sees which transfers. The old branch and the destination see theirs; those above see them only where a branch has no secretary who
/// could (see <see cref="RosterHands"/>), and what nobody takes: past its deadline, without a destination, or refused and unanswered for a week.
/// That is for the lowest committee above both that has staff for rosters; others see a count.
/// </summary>
public sealed class TransferLists(BotDb db, TimeProvider clock)
{
    /// <summary>After a refusal the old branch has this long before those above see it.</summary>
    public const int UnansweredDays = 7;

    private static readonly TimeSpan DoneFor = TimeSpan.FromDays(90);

    /// <summary>Waiting for the viewer's yes or no, the nearest deadline first.</summary>
    public Task<FirstRows<TransferItem>> ToReceiveAsync(IReadOnlyCollection<int> tops, TransferSieve sieve, int atMost, CancellationToken ct)
        => ShowAsync(Passing(Receivable(tops), sieve).OrderBy(t => t.Deadline).ThenBy(t => t.Id), tops, atMost, ct);

    /// <summary>Released by those for whom the viewer answers and not ended, without <see cref="UntakenAsync"/>; the refused first.</summary>
    public Task<FirstRows<TransferItem>> SentAsync(IReadOnlyCollection<int> tops, TransferSieve sieve, int atMost, CancellationToken ct)
    {
        var untaken = Settleable(tops).Select(t => t.Id);
        return ShowAsync(
            Passing(db.Transfers, sieve).Where(t => t.EndedAt == null && RosterHands.Rows(db, tops).Where(a => a.OrganisationId == t.FromId).Max(a => (int?)a.Distance) != null && !untaken.Contains(t.Id))
                .OrderByDescending(t => t.State == TransferState.Refused).ThenBy(t => t.Deadline).ThenBy(t => t.Id),
            tops, atMost, ct);
    }

    /// <summary>Nobody takes them, and the viewer decides.</summary>
    public Task<FirstRows<TransferItem>> UntakenAsync(IReadOnlyCollection<int> tops, TransferSieve sieve, int atMost, CancellationToken ct)
        => ShowAsync(Passing(Settleable(tops), sieve).OrderBy(t => t.Deadline).ThenBy(t => t.Id), tops, atMost, ct);

    /// <summary>How many more nobody takes from under these organisations, to be decided by others.</summary>
    /// <param name="own">How many <see cref="UntakenAsync"/> has in all.</param>
    public async Task<int> UntakenOfOthersAsync(IReadOnlyCollection<int> tops, TransferSieve sieve, int own, CancellationToken ct)
        => Math.Max(0, await Passing(Untaken(), sieve).CountAsync(t => db.OrganisationAncestors.Where(a => a.OrganisationId == t.FromId && tops.Contains(a.AncestorId)).Max(a => (int?)a.Distance) != null, ct) - own);

    /// <summary>Ended in the last 90 days, the latest first.</summary>
    public Task<FirstRows<TransferItem>> DoneAsync(IReadOnlyCollection<int> tops, TransferSieve sieve, int atMost, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - DoneFor;
        return ShowAsync(Passing(Done(db, tops, since), sieve).OrderByDescending(t => t.EndedAt).ThenByDescending(t => t.Id), tops, atMost, ct);
    }

    // Not Any, see RosterHands: it would list the whole region first.
    internal static IQueryable<Transfer> Done(BotDb db, IReadOnlyCollection<int> tops, DateTimeOffset since)
        => db.Transfers.Where(t => t.EndedAt >= since
            && (RosterHands.Rows(db, tops).Where(a => a.OrganisationId == t.FromId).Max(a => (int?)a.Distance) != null
                || RosterHands.Rows(db, tops).Where(a => a.OrganisationId == t.ToId).Max(a => (int?)a.Distance) != null));

    /// <summary>How many wait for something that the viewer has to do.</summary>
    public async Task<int> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var refused = db.Transfers.Where(t => t.EndedAt == null && t.State == TransferState.Refused && RosterHands.Rows(db, tops).Where(a => a.OrganisationId == t.FromId).Max(a => (int?)a.Distance) != null).Select(t => t.Id);
        return await Receivable(tops).Select(t => t.Id).Union(refused).Union(Settleable(tops).Select(t => t.Id)).CountAsync(ct);
    }

    /// <returns>Null for a transfer with which the viewer has nothing to do.</returns>
    public async Task<TransferItem?> FindAsync(int id, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await Items(db.Transfers.Where(t => t.Id == id), tops).FirstOrDefaultAsync(ct) is { } found && (found.IsFrom || found.IsTo || found.IsAbove) ? found : null;

    /// <summary>The person's own, while it is open.</summary>
    public Task<Transfer?> OfPersonAsync(int personId, CancellationToken ct)
        => db.Transfers.AsNoTracking().FirstOrDefaultAsync(t => t.PersonId == personId && t.EndedAt == null, ct);

    /// <summary>Whether the viewer answers for the organisation's people.</summary>
    public Task<bool> MayReleaseAsync(int organisationId, IReadOnlyCollection<int> tops, CancellationToken ct) => RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == organisationId, ct);

    /// <summary>Who can be released from an organisation, in the roster's order.</summary>
    /// <returns>Null when the viewer does not answer for its people.</returns>
    public async Task<List<Releasable>?> ReleasableAsync(int organisationId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => !await MayReleaseAsync(organisationId, tops, ct) ? null : await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null
            orderby person.Id
            select new Releasable(
                person.Id, person.Name!, person.MemberNumber, membership.Category, membership.Duty, db.Transfers.Any(t => t.PersonId == person.Id && t.EndedAt == null)))
            .ToListAsync(ct);

    private IQueryable<Transfer> Passing(IQueryable<Transfer> transfers, TransferSieve sieve)
    {
        if (sieve.Under is { } area)
        {
            transfers = transfers.Where(t => db.OrganisationAncestors.Where(a => a.OrganisationId == t.FromId && a.AncestorId == area).Max(a => (int?)a.Distance) != null);
        }

        var today = ChinaTime.DateOf(clock.GetUtcNow());
        return sieve.Overdue ? transfers.Where(t => t.EndedAt == null && t.Deadline < today) : transfers;
    }

    // Not Any, see RosterHands: it would list the whole region first.
    private IQueryable<Transfer> Receivable(IReadOnlyCollection<int> tops)
        => db.Transfers.Where(t => t.EndedAt == null && t.State == TransferState.Waiting && RosterHands.Rows(db, tops).Where(a => a.OrganisationId == t.ToId).Max(a => (int?)a.Distance) != null);

    private IQueryable<Transfer> Untaken()
    {
        var now = clock.GetUtcNow();
        var today = ChinaTime.DateOf(now);
        var unanswered = now.AddDays(-UnansweredDays);
        return db.Transfers.Where(t => t.EndedAt == null
            && (t.Deadline < today || t.ToId == null || (t.State == TransferState.Refused && t.RefusedAt <= unanswered)));
    }

    /// <summary>One committee, the lowest above both that has somebody, decides; all that are above both lie on one way up from the old branch.</summary>
    private IQueryable<Transfer> Settleable(IReadOnlyCollection<int> tops)
        => Untaken().Where(t => db.OrganisationAncestors.Any(above => above.OrganisationId == t.FromId && above.Distance > 0 && tops.Contains(above.AncestorId)
            && (t.ToId == null || db.OrganisationAncestors.Any(a => a.OrganisationId == t.ToId && a.AncestorId == above.AncestorId))
            && !db.OrganisationAncestors.Any(lower => lower.OrganisationId == t.FromId && lower.Distance > 0 && lower.Distance < above.Distance
                && (t.ToId == null || db.OrganisationAncestors.Any(a => a.OrganisationId == t.ToId && a.AncestorId == lower.AncestorId))
                && db.StaffAssignments.Any(s => s.OrganisationId == lower.AncestorId
                    && (s.Role == StaffRole.Administrator || s.Role == StaffRole.Secretary || s.Role == StaffRole.CommitteeOfficer)
                    && db.Users.Any(u => u.Id == s.StaffId && u.LeftAt == null)))));

    /// <summary>Whose a transfer is costs more than anything else here: it is asked once, for all, and not once more for the total.</summary>
    private async Task<FirstRows<TransferItem>> ShowAsync(IOrderedQueryable<Transfer> transfers, IReadOnlyCollection<int> tops, int atMost, CancellationToken ct)
    {
        var ids = await transfers.Select(t => t.Id).ToListAsync(ct);
        var shown = ids.Take(atMost).ToList();
        var items = await Items(db.Transfers.Where(t => shown.Contains(t.Id)), tops).ToDictionaryAsync(t => t.Id, ct);
        return new FirstRows<TransferItem>([.. shown.Where(items.ContainsKey).Select(id => items[id])], ids.Count);
    }

    private IQueryable<TransferItem> Items(IQueryable<Transfer> transfers, IReadOnlyCollection<int> tops)
        => from transfer in transfers.AsNoTracking()
           join person in db.People on transfer.PersonId equals person.Id
           select new TransferItem(
               transfer.Id, transfer.PersonId, person.Name, person.MemberNumber, transfer.Kind, transfer.State, transfer.FromId, transfer.ToId, transfer.ReleasedAt,
               transfer.Deadline, transfer.RefusedAt, transfer.Reason, transfer.EndedAt,
               RosterHands.Rows(db, tops).Any(a => a.OrganisationId == transfer.FromId),
               RosterHands.Rows(db, tops).Any(a => a.OrganisationId == transfer.ToId),
               Settleable(tops).Any(t => t.Id == transfer.Id),
               db.Memberships.Any(m => m.PersonId == transfer.PersonId && m.Until == null));
}

/// <summary>Somebody on the roster who may be handed over.</summary>
/// <param name="IsOpen">A transfer of theirs is open already.</param>
public sealed record Releasable(int PersonId, string Name, string? MemberNumber, PersonCategory Category, Duty? Duty, bool IsOpen);
