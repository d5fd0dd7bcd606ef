using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Decides what people want corrected; who may, see <see cref="Tray"/>.</summary>
public sealed class TrayCorrections(BotDb db, Vault vault, TimeProvider clock)
{
    public static readonly Refusal NumberOfAnother = new(RefusalKind.Conflict, "tray.number-of-another", "Somebody else has this member number.");

    /// <summary>
    /// The row that a correction speaks of; null for a visitor, for somebody who is nameless by now, and for somebody who belongs by now where
    /// the decider decides about nobody.
    /// </summary>
    public async Task<Result<RosterEntry?>> EntryAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return Tray.NotFound;
        }

        return await (
            from account in db.Accounts.AsNoTracking()
            where account.Id == request.AccountId
            join person in db.People on account.PersonId equals person.Id
            where person.Name != null
                && db.Memberships.Any(m => m.PersonId == person.Id && m.Until == null && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == m.OrganisationId))
            select new RosterEntry(person.Name, person.BirthDate, person.MemberNumber, person.PhoneLast4)).FirstOrDefaultAsync(ct);
    }

    /// <param name="accepted">True when what was asked for has been put right, here or elsewhere.</param>
    /// <param name="edited">The asking person's row as it shall be; null to leave it.</param>
    public async Task<Result<bool>> CloseAsync(
        int requestId, IReadOnlyCollection<int> tops, bool accepted, EditedEntry? edited, string decidedBy, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (edited?.Fault(ChinaTime.DateOf(now)) is { } fault)
        {
            return fault;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (accepted && edited is not null)
        {
            await MemberNumbers.HoldAsync(db, ct);
        }

        // Before the request itself, as moves do, which take requests along: whoever is moved now is the next branch's to correct.
        if (await PersonAsync(requestId, ct) is { } asking)
        {
            await Standings.LockPersonAsync(db, asking, ct);
        }

        if (await FindAsync(requestId, tops, ct) is not { } request)
        {
            return Tray.NotFound;
        }

        var decided = await db.CorrectionRequests.Where(r => r.Id == requestId && r.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.DecidedAt, now).SetProperty(r => r.Accepted, accepted).SetProperty(r => r.DecidedBy, decidedBy)
                .SetProperty(r => r.Text, (string?)null),
            ct);
        if (decided == 0)
        {
            return Tray.Decided;
        }

        if (accepted && edited is not null && await EditAsync(request, edited, tops, decidedBy, ct) is { } refusal)
        {
            return refusal;
        }

        await Tray.TellAsync(db, request.AccountId, accepted ? "notice.corrected" : "notice.not-corrected", clock.GetUtcNow(), request.MessageKey, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <returns>Why the row cannot be so; null when it is.</returns>
    private async Task<Refusal?> EditAsync(CorrectionRequest request, EditedEntry edited, IReadOnlyCollection<int> tops, string decidedBy, CancellationToken ct)
    {
        var personId = await db.Accounts.Where(a => a.Id == request.AccountId).Select(a => a.PersonId).FirstAsync(ct);
        var person = await db.People.FirstAsync(p => p.Id == personId, ct);
        var belongs = await db.Memberships.Where(m => m.PersonId == personId && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        if (person.Name is null || belongs is null || !await RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == belongs, ct))
        {
            return Tray.NotOnRoster;
        }

        var isNew = edited.MemberNumber != person.MemberNumber;
        if (isNew && edited.MemberNumber is { } number && await MemberNumbers.IsAnothersAsync(db, number, personId, ct))
        {
            return NumberOfAnother;
        }

        if (edited.BirthDate != person.BirthDate)
        {
            await BirthdayLook.AgainAsync(db, ct);
        }

        (person.Name, person.NameKey, person.BirthDate, person.MemberNumber) = (edited.Name, Names.Key(edited.Name), edited.BirthDate, edited.MemberNumber);
        if (edited.Phone is { } phone)
        {
            (person.PhoneSealed, person.PhoneLast4) = (vault.Seal(phone), phone[^4..]);
        }

        var changed = db.Entry(person).Properties.Where(p => p.IsModified).Select(p => p.Metadata.Name).Order(StringComparer.Ordinal);
        Audit("tray.row-corrected", $"request:{request.Id} person:{personId} fields:{string.Join(',', changed)}", request.OrganisationId, decidedBy);
        person.NumberSetAt = isNew && edited.MemberNumber is not null ? clock.GetUtcNow() : person.NumberSetAt;
        return null; // stored with the notice
    }

    /// <summary>Whom the asking account stands for; null for a request that is not there.</summary>
    private Task<int?> PersonAsync(int requestId, CancellationToken ct)
        => db.CorrectionRequests.Where(r => r.Id == requestId).Select(r => db.Accounts.Where(a => a.Id == r.AccountId).Select(a => (int?)a.PersonId).FirstOrDefault())
            .FirstOrDefaultAsync(ct);

    private async Task<CorrectionRequest?> FindAsync(int requestId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var isRoot = await Tray.HasRootAsync(db, tops, ct);
        return await db.CorrectionRequests.AsNoTracking().FirstOrDefaultAsync(
            r => r.Id == requestId && ((r.OrganisationId == null && isRoot) || RosterHands.Rows(db, tops).Any(a => a.OrganisationId == r.OrganisationId)), ct);
    }

    /// <summary>Stored with the next save of the same transaction.</summary>
    private void Audit(string action, string subject, int? organisationId, string decidedBy)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = decidedBy, Action = action, Subject = subject, OrganisationId = organisationId });
}
