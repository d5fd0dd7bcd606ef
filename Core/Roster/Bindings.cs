using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Which person stands behind an account. To be called inside a transaction.</summary>
public sealed class Bindings(Standings standings, TimeProvider clock)
{
    /// <summary>
    /// Puts a roster person behind an account. What the account's nameless owner has studied goes along, and of somebody who was taken off
    /// the roster what counts in lessons that have not closed; where the person has studied the same lesson, the visitor's row stays behind
    /// and counts no more.
    /// </summary>
    /// <param name="isProven">See <see cref="Account.ProvenAt"/>.</param>
    /// <returns>
    /// False when the account has another person behind it by now, or the person is on no roster any more. When another account of the appid holds the row the unique
    /// index throws, see <see cref="DatabaseFaults.IsDuplicate"/>; the transaction has then to be rolled back.
    /// </returns>
    public async Task<bool> AttachAsync(BotDb db, int accountId, int fromPersonId, int toPersonId, int organisationId, bool isProven, CancellationToken ct)
    {
        // In the order of ids, as completions lock people.
        await Standings.LockPersonAsync(db, Math.Min(fromPersonId, toPersonId), ct);
        await Standings.LockPersonAsync(db, Math.Max(fromPersonId, toPersonId), ct);
        if (!await db.Memberships.AnyAsync(m => m.PersonId == toPersonId && m.Until == null, ct))
        {
            return false; // taken off the roster since the row was looked up
        }

        var now = clock.GetUtcNow();
        var moved = await db.Accounts.Where(a => a.Id == accountId && a.PersonId == fromPersonId).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.PersonId, toPersonId)
                .SetProperty(a => a.JoinOrganisationId, organisationId)
                .SetProperty(a => a.JoinUsedAt, now)
                .SetProperty(a => a.ProvenAt, isProven ? now : null),
            ct);
        if (moved == 0)
        {
            return false;
        }

        if (!await db.Accounts.AnyAsync(a => a.PersonId == fromPersonId, ct) && !await db.Memberships.AnyAsync(m => m.PersonId == fromPersonId && m.Until == null, ct))
        {
            await MoveCompletionsAsync(db, fromPersonId, toPersonId, ct);
        }

        await standings.RefreshPersonAsync(db, toPersonId, ct);
        return true;
    }

    /// <summary>Puts a new nameless person behind the account; what was studied stays with the roster person. All its sessions end.</summary>
    public async Task DetachAsync(BotDb db, int accountId, CancellationToken ct)
    {
        var person = new Person();
        db.Add(person);
        await db.SaveChangesAsync(ct);
        await db.Accounts.Where(a => a.Id == accountId).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.PersonId, person.Id)
                .SetProperty(a => a.JoinOrganisationId, (int?)null)
                .SetProperty(a => a.JoinUsedAt, (DateTimeOffset?)null)
                .SetProperty(a => a.ProvenAt, (DateTimeOffset?)null)
                .SetProperty(a => a.SessionEpoch, a => a.SessionEpoch + 1),
            ct);
    }

    private async Task MoveCompletionsAsync(BotDb db, int fromPersonId, int toPersonId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Completions
            .Where(c => c.PersonId == fromPersonId && !db.Completions.Any(own => own.PersonId == toPersonId && own.LessonId == c.LessonId)
                && (!db.Memberships.Any(m => m.PersonId == fromPersonId) || db.Lessons.Any(l => l.Id == c.LessonId && l.ClosesAt > now)))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.PersonId, toPersonId), ct);

        // A closed lesson is frozen: what counted as a visitor then stays one.
        var doubled = await db.Completions.AsNoTracking()
            .Where(c => c.PersonId == fromPersonId && c.Standing != Standing.Doubled && db.Lessons.Any(l => l.Id == c.LessonId && l.ClosesAt > now))
            .OrderBy(c => c.LessonId).ToListAsync(ct);
        foreach (var completion in doubled)
        {
            await db.Completions.Where(c => c.Id == completion.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Standing, Standing.Doubled), ct);
            await Tallies.AddAsync(db, completion.LessonId, completion.OrganisationId, completion.Standing, completion.Late, -1, ct);
        }
    }
}
