using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>A roster row that a secretary may choose.</summary>
/// <param name="Name">Null for somebody who had everything deleted: choosing the row gives it a name again.</param>
/// <param name="IsHeld">Another account of the same appid stands for it; choosing it releases that one.</param>
public sealed record TrayCandidate(int PersonId, string? Name, PersonCategory Category, string? MemberNumber, bool IsHeld);

/// <summary>Decides wishes to join; who may, see <see cref="Tray"/>.</summary>
public sealed class TrayJoins(BotDb db, Bindings bindings, TimeProvider clock)
{
    public static readonly Refusal WrongCategory = new(RefusalKind.Invalid, "tray.category", "A new person is 团员 or 青年.");
    public static readonly Refusal Bound = new(RefusalKind.Conflict, "tray.bound", "The account stands for another roster row by now.");
    public static readonly Refusal Alike = new(RefusalKind.Conflict, "tray.alike", "An import has just brought somebody of that name to the organisation.");
    public static readonly Refusal Taken = new(RefusalKind.Conflict, "tray.taken", "Another account came to stand for the row meanwhile.");

    /// <summary>The rows of the organisation that the wish names; those of that name first.</summary>
    public async Task<Result<IReadOnlyList<TrayCandidate>>> CandidatesAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return Tray.NotFound;
        }

        var key = Names.Key(request.Name ?? "");
        var appId = await db.Accounts.Where(a => a.Id == request.AccountId).Select(a => a.AppId).FirstAsync(ct);
        var rows = await (
            from membership in db.Memberships
            where membership.OrganisationId == request.OrganisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null || person.ErasedAt != null
            orderby person.Name == null, person.NameKey == key descending, person.Id
            select new TrayCandidate(
                person.Id, person.Name, membership.Category, person.MemberNumber, db.Accounts.Any(a => a.PersonId == person.Id && a.AppId == appId))).ToListAsync(ct);
        return rows;
    }

    /// <summary>The account stands for this roster row from now on. Another account that held it is released and told.</summary>
    public async Task<Result<bool>> AcceptAsync(int requestId, IReadOnlyCollection<int> tops, int personId, string decidedBy, CancellationToken ct)
    {
        if (await FindAsync(requestId, tops, ct) is null)
        {
            return Tray.NotFound;
        }

        var row = await (
            from membership in db.Memberships
            where membership.PersonId == personId && membership.Until == null && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == membership.OrganisationId)
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null || person.ErasedAt != null
            select new { membership.OrganisationId, person.BirthDate }).FirstOrDefaultAsync(ct);
        if (row is null)
        {
            return Tray.NotOnRoster;
        }

        if (Joining.NeedsGuardian(row.BirthDate, ChinaTime.DateOf(clock.GetUtcNow())))
        {
            return Joining.GuardianNeeded;
        }

        try
        {
            return await AcceptAsync(requestId, tops, (request, _) => ReturnAsync(request, personId, row.OrganisationId, decidedBy, ct), decidedBy, ct);
        }
        catch (Exception e) when (DatabaseFaults.IsDuplicate(e))
        {
            return Taken;
        }
    }

    /// <summary>The account stands for a new person of the organisation, of the name that was given.</summary>
    public async Task<Result<bool>> AcceptAsNewAsync(int requestId, IReadOnlyCollection<int> tops, PersonCategory category, string decidedBy, CancellationToken ct)
    {
        if (category is not (PersonCategory.Member or PersonCategory.Youth))
        {
            return WrongCategory;
        }

        return await AcceptAsync(requestId, tops, (request, open) => AddPersonAsync(request, open, category, decidedBy, ct), decidedBy, ct, isNew: true);
    }

    public async Task<Result<bool>> DeclineAsync(int requestId, IReadOnlyCollection<int> tops, string decidedBy, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return Tray.NotFound;
        }

        if (!await DecideAsync(request, accepted: false, decidedBy, ct))
        {
            return Tray.Decided;
        }

        await Tray.TellAsync(db, request.AccountId, "notice.join-declined", clock.GetUtcNow(), request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<Result<bool>> AcceptAsync(
        int requestId, IReadOnlyCollection<int> tops, Func<JoinRequest, int, Task<(int PersonId, int OrganisationId)>> choose, string decidedBy, CancellationToken ct, bool isNew = false)
    {
        var imports = isNew ? await ImportsAsync(ct) : 0;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (isNew)
        {
            await MemberNumbers.HoldAsync(db, ct);
        }

        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return Tray.NotFound;
        }

        // Before the request itself, as mergers do, which take requests along.
        if (await OpenOrganisations.HoldAsync(db, request.OrganisationId, ct) is not { } open)
        {
            return Tray.NotFound;
        }

        // Whom an import has brought while this waited for it, nobody who decided has seen.
        if (isNew && await ImportsAsync(ct) != imports && await IsThereAsync(request, open, ct))
        {
            return Alike;
        }

        if (!await DecideAsync(request, accepted: true, decidedBy, ct))
        {
            return Tray.Decided;
        }

        var (personId, organisationId) = await choose(request, open);
        var account = await db.Accounts.AsNoTracking().FirstAsync(a => a.Id == request.AccountId, ct);
        if (await db.Memberships.AnyAsync(m => m.PersonId == account.PersonId && m.Until == null, ct))
        {
            return Bound;
        }

        foreach (var holder in await db.Accounts.Where(a => a.PersonId == personId && a.AppId == account.AppId && a.Id != account.Id).Select(a => a.Id).ToListAsync(ct))
        {
            await bindings.DetachAsync(db, holder, ct);
            Audit("tray.row-given-away", $"request:{request.Id} person:{personId} from:{holder} to:{account.Id}", organisationId, decidedBy);
            await Tray.TellAsync(db, holder, "notice.row-given-away", clock.GetUtcNow(), request.MessageKey + "#" + request.Id, ct);
        }

        if (!await bindings.AttachAsync(db, account.Id, account.PersonId, personId, organisationId, isProven: true, ct))
        {
            return Bound;
        }

        await Tray.TellAsync(db, account.Id, "notice.join-accepted", clock.GetUtcNow(), request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private Task<int> ImportsAsync(CancellationToken ct) => db.RosterImports.CountAsync(i => i.CommittedAt != null, ct);

    private Task<bool> IsThereAsync(JoinRequest request, int organisationId, CancellationToken ct)
    {
        var key = Names.Key(request.Name ?? "");
        return db.Memberships.AnyAsync(m => m.OrganisationId == organisationId && m.Until == null && db.People.Any(p => p.Id == m.PersonId && p.NameKey == key), ct);
    }

    private Task<JoinRequest?> FindAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => db.JoinRequests.AsNoTracking().FirstOrDefaultAsync(r => r.Id == requestId && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == r.OrganisationId), ct);

    /// <summary>One statement: of many deciders one gets true.</summary>
    private async Task<bool> DecideAsync(JoinRequest request, bool accepted, string decidedBy, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.JoinRequests.Where(r => r.Id == request.Id && r.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.DecidedAt, now).SetProperty(r => r.Accepted, accepted).SetProperty(r => r.DecidedBy, decidedBy)
                .SetProperty(r => r.Name, (string?)null).SetProperty(r => r.Number, (string?)null),
            ct) == 1;
    }

    /// <summary>Who had everything deleted and asks to join again gets the own nameless row back, instead of counting twice.</summary>
    private async Task<(int PersonId, int OrganisationId)> ReturnAsync(JoinRequest request, int personId, int organisationId, string decidedBy, CancellationToken ct)
    {
        var key = Names.Key(request.Name ?? "");
        var returned = await db.People.Where(p => p.Id == personId && p.ErasedAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Name, request.Name).SetProperty(p => p.NameKey, key).SetProperty(p => p.ErasedAt, (DateTimeOffset?)null), ct);
        if (returned > 0)
        {
            Audit("tray.member-returned", $"request:{request.Id} person:{personId}", organisationId, decidedBy);
        }

        return (personId, organisationId);
    }

    private async Task<(int PersonId, int OrganisationId)> AddPersonAsync(JoinRequest request, int organisationId, PersonCategory category, string decidedBy, CancellationToken ct)
    {
        var person = new Person { Name = request.Name, NameKey = Names.Key(request.Name ?? "") };
        db.Add(person);
        await db.SaveChangesAsync(ct);
        db.Add(new Membership { PersonId = person.Id, OrganisationId = organisationId, Category = category, Since = clock.GetUtcNow() });
        Audit(
            category == PersonCategory.Member ? "tray.member-added" : "tray.youth-added",
            $"request:{request.Id} person:{person.Id} organisation:{organisationId}",
            organisationId,
            decidedBy);
        await db.SaveChangesAsync(ct);
        if (category == PersonCategory.Member)
        {
            await Headcounts.MoveAsync(db, person.Id, null, organisationId, ct);
        }

        return (person.Id, organisationId);
    }

    /// <summary>Stored with the next save of the same transaction.</summary>
    private void Audit(string action, string subject, int organisationId, string decidedBy)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = decidedBy, Action = action, Subject = subject, OrganisationId = organisationId });
}
