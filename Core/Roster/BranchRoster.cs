using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="Name">Null for somebody who had everything deleted and goes on counting.</param>
/// <param name="PhoneSealed">To be opened only where an export asks for it and logs it.</param>
public sealed record RosterPerson(
    int PersonId, string? Name, string? MemberNumber, DateOnly? BirthDate, PersonCategory Category, Duty? Duty, bool IsExempt, bool IsBound, byte[]? PhoneSealed);

/// <summary>Who is on the roster of one organisation itself now. Names: callers ask <see cref="Staff.Exports"/> first.</summary>
public sealed class BranchRoster(BotDb db)
{
    /// <summary>In the roster's order.</summary>
    public async Task<IReadOnlyList<RosterPerson>> ReadAsync(int organisationId, CancellationToken ct)
    {
        return await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            orderby person.Id
            select new RosterPerson(
                person.Id,
                person.Name,
                person.MemberNumber,
                person.BirthDate,
                membership.Category,
                membership.Duty,
                db.Exemptions.Any(e => e.PersonId == person.Id && e.Until == null),
                db.Accounts.Any(a => a.PersonId == person.Id),
                person.PhoneSealed)).ToListAsync(ct);
    }
}
