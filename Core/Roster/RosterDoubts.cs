using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="FileName">Of the import that left the row out.</param>
/// <param name="Line">In that file.</param>
/// <param name="Reason">One of <see cref="RosterFaults"/>.</param>
public sealed record DoubtItem(int Id, int OrganisationId, string FileName, int Line, string Reason, DoubtfulRow Row, DateTimeOffset At);

/// <summary>A stored person whom a doubtful row may mean.</summary>
/// <param name="Category">Null for somebody who was taken off the roster of <paramref name="OrganisationId"/>.</param>
public sealed record DoubtCandidate(int PersonId, string Name, DateOnly? BirthDate, string? MemberNumber, PersonCategory? Category, int OrganisationId);

/// <summary>
/// Rows of roster files of which a human says whom they mean. They are read and decided by whoever decides what else waits in the tray of
/// their organisation (<see cref="Tray"/>), each once; what the row says is gone afterwards.
/// </summary>
public sealed class RosterDoubts(BotDb db, Vault vault, MemberMoves moves, ForgottenDoubts forgotten, TimeProvider clock)
{
    public static readonly Refusal NotACandidate = new(RefusalKind.Invalid, "tray.not-a-candidate", "The chosen person is none of the row's candidates.");
    public static readonly Refusal IdTaken = new(RefusalKind.Conflict, "tray.id-taken", "The row's stable id belongs to somebody who is stored already.");
    public static readonly Refusal Erased = new(RefusalKind.Conflict, "tray.erased", "The row speaks of somebody who had everything deleted: no roster brings the name back.");

    /// <summary>Those to be decided by whoever answers for these organisations, in the order of the files.</summary>
    /// <param name="under">Of one area only; null for all.</param>
    public async Task<FirstRows<DoubtItem>> OpenAsync(IReadOnlyCollection<int> tops, int? under, int atMost, CancellationToken ct)
    {
        var first = await Open(RosterHands.Rows(db, tops, under)).OrderBy(d => d.Id).FirstRowsAsync(atMost, WithFile, ct);
        return new FirstRows<DoubtItem>([.. first.Items.Select(Item)], first.Total);
    }

    /// <returns>Null for one that has been decided, and for one that is not the decider's.</returns>
    public async Task<DoubtItem?> FindOpenAsync(int doubtId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await WithFile(Open(RosterHands.Rows(db, tops)).Where(d => d.Id == doubtId)).FirstOrDefaultAsync(ct) is { } found ? Item(found) : null;

    /// <summary>How many <see cref="OpenAsync"/> lists.</summary>
    public Task<int> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct) => Open(RosterHands.Rows(db, tops)).CountAsync(ct);

    /// <summary>How many more wait under these organisations for a secretary of their own.</summary>
    public async Task<int> CountOfOthersAsync(IReadOnlyCollection<int> tops, int? under, CancellationToken ct)
        => await Open(RosterHands.Below(db, tops, under)).CountAsync(ct) - await Open(RosterHands.Rows(db, tops, under)).CountAsync(ct);

    /// <summary>True for one that the decider answers for, decided or not.</summary>
    public async Task<bool> IsMineAsync(int doubtId, IReadOnlyCollection<int> tops, CancellationToken ct) => await FindAsync(doubtId, tops, ct) is not null;

    /// <summary>
    /// Those of the row's name in its organisation, and holders of its numbers, as far as the decider answers for them; nobody with another
    /// stable id than the row's.
    /// </summary>
    public async Task<Result<IReadOnlyList<DoubtCandidate>>> CandidatesAsync(int doubtId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await FindAsync(doubtId, tops, ct) is { RowSealed: { } content } doubt
            ? await CandidatesAsync(doubt.OrganisationId, DoubtfulRow.Open(vault, content), tops, ct)
            : Tray.NotFound;

    /// <summary>The row speaks of this person, who becomes as it says.</summary>
    public Task<Result<bool>> AcceptAsync(int doubtId, IReadOnlyCollection<int> tops, int personId, string decidedBy, CancellationToken ct)
        => DecideAsync(doubtId, tops, DoubtOutcome.Known, decidedBy, async (doubt, row, organisation) =>
        {
            await Standings.LockPersonAsync(db, personId, ct);
            if (!(await CandidatesAsync(organisation, row, tops, ct)).Exists(c => c.PersonId == personId))
            {
                return NotACandidate;
            }

            await UpdateAsync(personId, organisation, row, decidedBy, ct);
            Audit("roster.doubt-known", doubt, personId, decidedBy);
            return true;
        }, ct);

    /// <summary>The row speaks of somebody who is on no roster yet.</summary>
    public Task<Result<bool>> AcceptAsNewAsync(int doubtId, IReadOnlyCollection<int> tops, string decidedBy, CancellationToken ct)
        => DecideAsync(doubtId, tops, DoubtOutcome.New, decidedBy, async (doubt, row, organisation) =>
        {
            if (row.RosterId is not null && await db.People.AnyAsync(p => p.RosterId == row.RosterId, ct))
            {
                return IdTaken;
            }

            if (await forgotten.IsErasedAsync(row, organisation, ct))
            {
                return Erased;
            }

            var person = new Person { RosterId = row.RosterId };
            db.Add(person);
            await WriteAsync(person, row, ct);
            await db.SaveChangesAsync(ct);
            await moves.PlaceAsync(db, person.Id, organisation, row.Category, row.Duty, decidedBy, clock.GetUtcNow(), ct);
            Audit("roster.doubt-new", doubt, person.Id, decidedBy);
            return true;
        }, ct);

    /// <summary>The row stays out, in later files too.</summary>
    public Task<Result<bool>> LeaveOutAsync(int doubtId, IReadOnlyCollection<int> tops, string decidedBy, CancellationToken ct)
        => DecideAsync(doubtId, tops, DoubtOutcome.LeftOut, decidedBy, (doubt, _, _) =>
        {
            Audit("roster.doubt-left-out", doubt, null, decidedBy);
            return Task.FromResult<Result<bool>>(true);
        }, ct);

    private async Task<Result<bool>> DecideAsync(
        int doubtId, IReadOnlyCollection<int> tops, DoubtOutcome outcome, string decidedBy, Func<RosterDoubt, DoubtfulRow, int, Task<Result<bool>>> act, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await MemberNumbers.HoldAsync(db, ct);
        if (await FindAsync(doubtId, tops, ct) is not { } doubt)
        {
            return Tray.NotFound;
        }

        // Before the doubt itself, as mergers do, which take doubts along.
        if (await OpenOrganisations.HoldAsync(db, doubt.OrganisationId, ct) is not { } organisation)
        {
            return Tray.NotFound;
        }

        // One statement: of many deciders one goes on.
        var now = clock.GetUtcNow();
        var decided = await db.RosterDoubts.Where(d => d.Id == doubtId && d.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.DecidedAt, now).SetProperty(d => d.DecidedBy, decidedBy).SetProperty(d => d.Outcome, outcome).SetProperty(d => d.RowSealed, (byte[]?)null), ct);
        if (decided == 0 || doubt.RowSealed is null)
        {
            return Tray.Decided;
        }

        try
        {
            var done = await act(doubt, DoubtfulRow.Open(vault, doubt.RowSealed), organisation);
            if (!done.IsRefused(out _))
            {
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
            }

            return done;
        }
        catch (Exception e) when (DatabaseFaults.IsDuplicate(e))
        {
            return IdTaken;
        }
    }

    private async Task UpdateAsync(int personId, int organisationId, DoubtfulRow row, string decidedBy, CancellationToken ct)
    {
        var person = await db.People.SingleAsync(p => p.Id == personId, ct);
        if (person.ErasedAt is null)
        {
            person.RosterId = row.RosterId ?? person.RosterId;
            if (row.BirthDate is { } born && born != person.BirthDate)
            {
                await BirthdayLook.AgainAsync(db, ct);
            }

            await WriteAsync(person, row, ct);
        }

        await db.SaveChangesAsync(ct);
        var had = await db.Memberships.Where(m => m.PersonId == personId && m.Until == null).Select(m => m.Duty).FirstOrDefaultAsync(ct);
        await moves.PlaceAsync(db, personId, organisationId, row.Category, row.SaysDuty ? row.Duty : had, decidedBy, clock.GetUtcNow(), ct);
    }

    /// <summary>A number that somebody else holds stays with that person.</summary>
    private async Task WriteAsync(Person person, DoubtfulRow row, CancellationToken ct)
    {
        (person.Name, person.NameKey, person.BirthDate) = (row.Name, Names.Key(row.Name), row.BirthDate ?? person.BirthDate);
        if (row.MemberNumber is { } number && number != person.MemberNumber && !await MemberNumbers.IsAnothersAsync(db, number, person.Id, ct))
        {
            (person.MemberNumber, person.NumberSetAt) = (number, clock.GetUtcNow());
        }

        if (row.Phone is not null)
        {
            (person.PhoneSealed, person.PhoneLast4) = (vault.Seal(row.Phone), row.Phone[^4..]);
        }
    }

    private async Task<List<DoubtCandidate>> CandidatesAsync(int organisationId, DoubtfulRow row, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var key = Names.Key(row.Name);
        var fitting = db.People.AsNoTracking().Where(p => p.Name != null && (row.RosterId == null || p.RosterId == null || p.RosterId == row.RosterId));
        var hands = RosterHands.Rows(db, tops);
        var there = await (
            from membership in db.Memberships.AsNoTracking()
            where membership.Until == null
            join person in fitting on membership.PersonId equals person.Id
            where (membership.OrganisationId == organisationId && person.NameKey == key)
                || (hands.Any(a => a.OrganisationId == membership.OrganisationId)
                    && ((row.MemberNumber != null && person.MemberNumber == row.MemberNumber) || (row.RosterId != null && person.RosterId == row.RosterId)))
            orderby person.Id
            select new DoubtCandidate(person.Id, person.Name!, person.BirthDate, person.MemberNumber, membership.Category, membership.OrganisationId)).ToListAsync(ct);
        var removed = await (
            from transfer in Removals.Of(db)
            join person in fitting on transfer.PersonId equals person.Id
            where (person.NameKey == key && transfer.FromId == organisationId)
                || ((person.NameKey == key || hands.Any(a => a.OrganisationId == transfer.FromId)) // of a stranger's only what the row says itself
                    && ((row.MemberNumber != null && person.MemberNumber == row.MemberNumber) || (row.RosterId != null && person.RosterId == row.RosterId)))
            orderby person.Id
            select new DoubtCandidate(person.Id, person.Name!, person.BirthDate, person.MemberNumber, null, transfer.FromId)).ToListAsync(ct);
        return [.. there, .. removed.DistinctBy(c => c.PersonId)];
    }

    private IQueryable<FiledDoubt> WithFile(IQueryable<RosterDoubt> doubts)
        => from doubt in doubts
           join run in db.RosterImports on doubt.ImportId equals run.Id
           orderby doubt.Id
           select new FiledDoubt(doubt, run.FileName);

    private DoubtItem Item(FiledDoubt filed)
    {
        var doubt = filed.Doubt;
        return new DoubtItem(doubt.Id, doubt.OrganisationId, filed.FileName, doubt.Line, doubt.Reason, DoubtfulRow.Open(vault, doubt.RowSealed!), doubt.At);
    }

    private Task<RosterDoubt?> FindAsync(int doubtId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => db.RosterDoubts.AsNoTracking().FirstOrDefaultAsync(d => d.Id == doubtId && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == d.OrganisationId), ct);

    // Not Any, see RosterHands: it would list the whole region first.
    private IQueryable<RosterDoubt> Open(IQueryable<OrganisationAncestor> organisations)
        => db.RosterDoubts.AsNoTracking().Where(d => d.DecidedAt == null && organisations.Where(a => a.OrganisationId == d.OrganisationId).Max(a => (int?)a.Distance) != null);

    private void Audit(string action, RosterDoubt doubt, int? personId, string decidedBy)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = decidedBy, Action = action, Subject = $"doubt:{doubt.Id} person:{personId} organisation:{doubt.OrganisationId}", OrganisationId = doubt.OrganisationId });

    private sealed record FiledDoubt(RosterDoubt Doubt, string FileName);
}
