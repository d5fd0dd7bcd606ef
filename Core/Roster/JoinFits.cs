using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="Doubt">Null when exactly one free row fits.</param>
/// <param name="PersonId">Of the row; 0 when none or several fit.</param>
public readonly record struct JoinFit(JoinDoubt? Doubt, int PersonId, bool NeedsGuardian);

/// <summary>Which roster row fits what somebody says of themselves.</summary>
public sealed class JoinFits(BotDb db, TimeProvider clock)
{
    /// <summary>The one row that fits, free or not, or the doubt.</summary>
    public async Task<JoinFit> FindAsync(KnownAccount by, JoinClaim claim, CancellationToken ct)
    {
        var key = Names.Key(claim.Name);
        var rows = await (
            from membership in db.Memberships
            where membership.OrganisationId == claim.OrganisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            where person.NameKey == key
            select new { person.Id, person.BirthDate, person.MemberNumber, person.PhoneLast4, membership.Duty }).ToListAsync(ct);
        if (claim.Number is { } number)
        {
            var typed = Names.Key(number);
            rows = rows.FindAll(r => r.PhoneLast4 == typed || (r.MemberNumber is not null && Names.Key(r.MemberNumber) == typed));
        }
        else if (rows.Exists(r => r.Duty is Duty.Secretary or Duty.DeputySecretary) || await HasStoodForRowAsync(by, ct))
        {
            return new JoinFit(JoinDoubt.Ambiguous, 0, false); // a name and a photographed code must not open a branch's list
        }

        if (rows is not [var row])
        {
            return new JoinFit(rows.Count == 0 ? JoinDoubt.Unknown : JoinDoubt.Ambiguous, 0, false);
        }

        var taken = await db.Accounts.AnyAsync(a => a.PersonId == row.Id && a.AppId == by.AppId && a.Id != by.Id, ct);
        return new JoinFit(taken ? JoinDoubt.Occupied : null, row.Id, Joining.NeedsGuardian(row.BirthDate, Today));
    }

    public Task<bool> IsMemberAsync(int personId, CancellationToken ct) => db.Memberships.AnyAsync(m => m.PersonId == personId && m.Until == null, ct);

    /// <summary>Before, under this openid, and not any more.</summary>
    public async Task<bool> HasStoodForRowAsync(KnownAccount account, CancellationToken ct)
    {
        var (accountId, today) = (account.Id, Today);
        return await db.Consents.AnyAsync(c => c.AccountId == accountId && c.Purpose == PrivacyNotice.Roster && c.WithdrawnAt != null, ct)
            || await db.Accounts.AnyAsync(a => a.Id == accountId && db.Memberships.Any(m => m.PersonId == a.PersonId) && !db.Memberships.Any(m => m.PersonId == a.PersonId && m.Until == null), ct)
            || await db.SpentTries.AnyAsync(t => t.NameOnlyFrom > today && db.Accounts.Any(a => a.Id == accountId && a.OpenIdHash == t.OpenIdHash), ct);
    }

    private DateOnly Today => ChinaTime.DateOf(clock.GetUtcNow());
}
