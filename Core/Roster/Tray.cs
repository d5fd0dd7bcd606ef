using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>A wish to join, or to have something corrected, that waits for a secretary.</summary>
/// <param name="Name">Who asks: as typed by whoever wishes to join; of a correction the name on the roster, null for a visitor.</param>
/// <param name="Doubt">Null for a correction.</param>
/// <param name="Text">What shall be corrected; null for a wish to join.</param>
public sealed record TrayItem(int Id, bool IsJoin, int? OrganisationId, string? Name, string? Number, JoinDoubt? Doubt, string? Text, DateTimeOffset At);

/// <summary>A roster row that a secretary may choose.</summary>
/// <param name="Name">Null for somebody who had everything deleted: choosing the row gives it a name again.</param>
/// <param name="IsHeld">Another account of the same appid stands for it; choosing it releases that one.</param>
public sealed record TrayCandidate(int PersonId, string? Name, PersonCategory Category, string? MemberNumber, bool IsHeld);

/// <summary>
/// What waits for a decision about a roster. A request is read and decided by those who answer for its very organisation; by those above
/// only where that organisation has no secretary who could. Requests without an organisation are the root's. Each is decided once,
/// whoever races; name and number, or the words, are gone afterwards. <c>tops</c> are the organisations that the decider answers for,
/// <c>decidedBy</c> a staff login or <c>secretary:</c> and a person's id.
/// </summary>
public sealed class Tray(BotDb db, Bindings bindings, Headcounts headcounts, Vault vault, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "tray.not-found", "No such request in this subtree.");
    public static readonly Refusal Decided = new(RefusalKind.Conflict, "tray.decided", "Somebody has decided it already.");
    public static readonly Refusal NotOnRoster = new(RefusalKind.NotFound, "tray.not-on-roster", "The chosen person is on no roster of this subtree.");
    public static readonly Refusal WrongCategory = new(RefusalKind.Invalid, "tray.category", "A new person is 团员 or 青年.");
    public static readonly Refusal Bound = new(RefusalKind.Conflict, "tray.bound", "The account stands for another roster row by now.");

    public static readonly Refusal NumberOfAnother = new(RefusalKind.Conflict, "tray.number-of-another", "Somebody else has this member number.");
    public static readonly Refusal Taken = new(RefusalKind.Conflict, "tray.taken", "Another account came to stand for the row meanwhile.");

    /// <summary>Those to be decided by whoever answers for these organisations, oldest first.</summary>
    public async Task<IReadOnlyList<TrayItem>> OpenAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var joins = await OpenJoins(InHandsOf(tops))
            .Select(r => new TrayItem(r.Id, true, r.OrganisationId, r.Name, r.Number, r.Doubt, null, r.At)).ToListAsync(ct);
        var corrections = await OpenCorrections(InHandsOf(tops), await HasRootAsync(tops, ct))
            .Select(r => new TrayItem(
                r.Id, false, r.OrganisationId, db.Accounts.Where(a => a.Id == r.AccountId).SelectMany(a => db.People.Where(p => p.Id == a.PersonId)).Select(p => p.Name).FirstOrDefault(),
                null, null, r.Text, r.At)).ToListAsync(ct);
        return [.. joins.Concat(corrections).OrderBy(i => i.At)];
    }

    /// <summary>How many <see cref="OpenAsync"/> lists.</summary>
    public async Task<int> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
        => await OpenJoins(InHandsOf(tops)).CountAsync(ct) + await OpenCorrections(InHandsOf(tops), await HasRootAsync(tops, ct)).CountAsync(ct);

    /// <summary>How many more wait under these organisations for a secretary of their own.</summary>
    public async Task<int> CountOfOthersAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var under = db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId));
        var hasRoot = await HasRootAsync(tops, ct);
        return await OpenJoins(under).CountAsync(ct) + await OpenCorrections(under, hasRoot).CountAsync(ct) - await CountAsync(tops, ct);
    }

    /// <summary>The rows of the organisation that the wish names; those of that name first.</summary>
    public async Task<Result<IReadOnlyList<TrayCandidate>>> CandidatesAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return NotFound;
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
            return NotFound;
        }

        var row = await (
            from membership in db.Memberships
            where membership.PersonId == personId && membership.Until == null && InHandsOf(tops).Any(a => a.OrganisationId == membership.OrganisationId)
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null || person.ErasedAt != null
            select new { membership.OrganisationId, person.BirthDate }).FirstOrDefaultAsync(ct);
        if (row is null)
        {
            return NotOnRoster;
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

        return await AcceptAsync(requestId, tops, (request, open) => AddPersonAsync(request, open, category, decidedBy, ct), decidedBy, ct);
    }

    public async Task<Result<bool>> DeclineAsync(int requestId, IReadOnlyCollection<int> tops, string decidedBy, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return NotFound;
        }

        if (!await DecideAsync(request, accepted: false, decidedBy, ct))
        {
            return Decided;
        }

        await TellAsync(request.AccountId, "notice.join-declined", request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The row that a correction speaks of; null for a visitor, and for somebody who is nameless by now.</summary>
    public async Task<Result<RosterEntry?>> EntryAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        if (await FindCorrectionAsync(requestId, tops, ct) is not { } request)
        {
            return NotFound;
        }

        return await (
            from account in db.Accounts.AsNoTracking()
            where account.Id == request.AccountId
            join person in db.People on account.PersonId equals person.Id
            where person.Name != null
            select new RosterEntry(person.Name, person.BirthDate, person.MemberNumber, person.PhoneLast4)).FirstOrDefaultAsync(ct);
    }

    /// <param name="accepted">True when what was asked for has been put right, here or elsewhere.</param>
    /// <param name="edited">The asking person's row as it shall be; null to leave it.</param>
    public async Task<Result<bool>> CloseCorrectionAsync(
        int requestId, IReadOnlyCollection<int> tops, bool accepted, EditedEntry? edited, string decidedBy, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (edited?.Fault(ChinaTime.DateOf(now)) is { } fault)
        {
            return fault;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindCorrectionAsync(requestId, tops, ct) is not { } request)
        {
            return NotFound;
        }

        var decided = await db.CorrectionRequests.Where(r => r.Id == requestId && r.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.DecidedAt, now).SetProperty(r => r.Accepted, accepted).SetProperty(r => r.DecidedBy, decidedBy)
                .SetProperty(r => r.Text, (string?)null),
            ct);
        if (decided == 0)
        {
            return Decided;
        }

        if (accepted && edited is not null && await EditAsync(request, edited, decidedBy, ct) is { } refusal)
        {
            return refusal;
        }

        await TellAsync(request.AccountId, accepted ? "notice.corrected" : "notice.not-corrected", request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<Result<bool>> AcceptAsync(
        int requestId, IReadOnlyCollection<int> tops, Func<JoinRequest, int, Task<(int PersonId, int OrganisationId)>> choose, string decidedBy, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return NotFound;
        }

        // Before the request itself, as mergers do, which take requests along.
        if (await OpenOrganisations.HoldAsync(db, request.OrganisationId, ct) is not { } open)
        {
            return NotFound;
        }

        if (!await DecideAsync(request, accepted: true, decidedBy, ct))
        {
            return Decided;
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
            Audit("tray.row-given-away", $"request:{request.Id} person:{personId} from account:{holder} to account:{account.Id}", decidedBy);
            await TellAsync(holder, "notice.row-given-away", request.MessageKey + "#" + request.Id, ct);
        }

        if (!await bindings.AttachAsync(db, account.Id, account.PersonId, personId, organisationId, isProven: true, ct))
        {
            return Bound;
        }

        await TellAsync(account.Id, "notice.join-accepted", request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <returns>Why the row cannot be so; null when it is.</returns>
    private async Task<Refusal?> EditAsync(CorrectionRequest request, EditedEntry edited, string decidedBy, CancellationToken ct)
    {
        var personId = await db.Accounts.Where(a => a.Id == request.AccountId).Select(a => a.PersonId).FirstAsync(ct);
        var person = await db.People.FirstAsync(p => p.Id == personId, ct);
        if (person.Name is null)
        {
            return NotOnRoster;
        }

        if (edited.MemberNumber is not null && edited.MemberNumber != person.MemberNumber && await db.People.AnyAsync(p => p.MemberNumber == edited.MemberNumber && p.Id != personId, ct))
        {
            return NumberOfAnother;
        }

        (person.Name, person.NameKey, person.BirthDate, person.MemberNumber) = (edited.Name, Names.Key(edited.Name), edited.BirthDate, edited.MemberNumber);
        if (edited.Phone is { } phone)
        {
            (person.PhoneSealed, person.PhoneLast4) = (vault.Seal(phone), phone[^4..]);
        }

        var changed = db.Entry(person).Properties.Where(p => p.IsModified).Select(p => p.Metadata.Name).Order(StringComparer.Ordinal);
        Audit("tray.row-corrected", $"request:{request.Id} person:{personId} fields:{string.Join(',', changed)}", decidedBy);
        return null; // stored with the notice
    }

    private async Task<CorrectionRequest?> FindCorrectionAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var isRoot = await HasRootAsync(tops, ct);
        return await db.CorrectionRequests.AsNoTracking().FirstOrDefaultAsync(
            r => r.Id == requestId && ((r.OrganisationId == null && isRoot) || InHandsOf(tops).Any(a => a.OrganisationId == r.OrganisationId)), ct);
    }

    private Task<JoinRequest?> FindAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => db.JoinRequests.AsNoTracking().FirstOrDefaultAsync(r => r.Id == requestId && InHandsOf(tops).Any(a => a.OrganisationId == r.OrganisationId), ct);

    /// <summary>Organisations whose requests are decided by whoever answers for <paramref name="tops"/>.</summary>
    private IQueryable<OrganisationAncestor> InHandsOf(IReadOnlyCollection<int> tops) => RosterHands.Rows(db, tops);

    private IQueryable<JoinRequest> OpenJoins(IQueryable<OrganisationAncestor> organisations)
        => db.JoinRequests.AsNoTracking().Where(r => r.DecidedAt == null && organisations.Any(a => a.OrganisationId == r.OrganisationId));

    private IQueryable<CorrectionRequest> OpenCorrections(IQueryable<OrganisationAncestor> organisations, bool withoutOrganisation)
        => db.CorrectionRequests.AsNoTracking()
            .Where(r => r.DecidedAt == null && ((r.OrganisationId == null && withoutOrganisation) || organisations.Any(a => a.OrganisationId == r.OrganisationId)));

    private Task<bool> HasRootAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
        => db.Organisations.AnyAsync(o => o.ParentId == null && tops.Contains(o.Id), ct);

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
            Audit("tray.member-returned", $"request:{request.Id} person:{personId}", decidedBy);
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
            decidedBy);
        await db.SaveChangesAsync(ct);
        if (category == PersonCategory.Member)
        {
            await headcounts.MoveAsync(db, person.Id, null, organisationId, ct);
        }

        return (person.Id, organisationId);
    }

    /// <summary>Stored with the next save of the same transaction.</summary>
    private void Audit(string action, string subject, string decidedBy)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = decidedBy, Action = action, Subject = subject });

    private async Task TellAsync(int accountId, string code, string messageKey, CancellationToken ct)
    {
        db.Add(new AccountNotice { AccountId = accountId, Code = code, At = clock.GetUtcNow(), MessageKey = messageKey });
        await db.SaveChangesAsync(ct);
    }
}
