using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Where the person behind an account belongs, for that person.</summary>
/// <param name="OrganisationId">Null for a visitor.</param>
/// <param name="Waits">True while a wish to join waits for a secretary.</param>
public sealed record Belonging(string? Name, int? OrganisationId, PersonCategory? Category, bool Waits);

public sealed class Belongings(BotDb db)
{
    public async Task<Belonging> FindAsync(KnownAccount account, CancellationToken ct)
    {
        var row = await (
            from membership in db.Memberships.AsNoTracking()
            where membership.PersonId == account.PersonId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            select new Belonging(person.Name, membership.OrganisationId, membership.Category, false)).FirstOrDefaultAsync(ct);
        return row ?? new Belonging(null, null, null, await db.JoinRequests.AnyAsync(r => r.AccountId == account.Id && r.DecidedAt == null, ct));
    }
}
