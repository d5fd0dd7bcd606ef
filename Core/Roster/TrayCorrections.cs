using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Decides what people want corrected; who may, see <see cref="Tray"/>.</summary>
public sealed class TrayCorrections(BotDb db, Vault vault, TimeProvider clock)
{
    public static readonly Refusal NumberOfAnother = new(RefusalKind.Conflict, "tray.number-of-another", "Somebody else has this member number.");

    /// <summary>The row that a correction speaks of; null for a visitor, and for somebody who is nameless by now.</summary>
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

        if (accepted && edited is not null && await EditAsync(request, edited, decidedBy, ct) is { } refusal)
        {
            return refusal;
        }

        await Tray.TellAsync(db, request.AccountId, accepted ? "notice.corrected" : "notice.not-corrected", clock.GetUtcNow(), request.MessageKey, ct);
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
            return Tray.NotOnRoster;
        }

        if (edited.MemberNumber is not null && edited.MemberNumber != person.MemberNumber && await db.People.AnyAsync(p => p.MemberNumber == edited.MemberNumber && p.Id != personId, ct))
        {
            return NumberOfAnother;
        }

        if (edited.BirthDate != person.BirthDate)
        {
            await ExemptionSwitch.LookAgainAsync(db, ct);
        }

        (person.Name, person.NameKey, person.BirthDate, person.MemberNumber) = (edited.Name, Names.Key(edited.Name), edited.BirthDate, edited.MemberNumber);
        if (edited.Phone is { } phone)
        {
            (person.PhoneSealed, person.PhoneLast4) = (vault.Seal(phone), phone[^4..]);
        }

        var changed = db.Entry(person).Properties.Where(p => p.IsModified).Select(p => p.Metadata.Name).Order(StringComparer.Ordinal);
        Audit("tray.row-corrected", $"request:{request.Id} person:{personId} fields:{string.Join(',', changed)}", request.OrganisationId, decidedBy);
        return null; // stored with the notice
    }

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
