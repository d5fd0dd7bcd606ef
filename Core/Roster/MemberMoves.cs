using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Ends memberships in one organisation and begins them in another at the same instant; headcounts, and completions of lessons that have
/// not closed, go along. A duty ends with the membership. One that another machine's clock began after this one's now ends, empty, when it
/// began: a person's memberships never overlap. To be called inside a transaction.
/// </summary>
public sealed class MemberMoves(Headcounts headcounts, Standings standings)
{
    /// <summary>The person must be locked, see <see cref="Standings.LockPersonAsync"/>.</summary>
    /// <returns>False, with nothing changed, when the person is not in <paramref name="from"/> any more.</returns>
    public async Task<bool> MoveAsync(BotDb db, int personId, int from, int to, DateTimeOffset now, CancellationToken ct)
    {
        var membership = await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.PersonId == personId && m.OrganisationId == from && m.Until == null, ct);
        var at = membership?.Since > now ? membership.Since : now;
        if (membership is null
            || await db.Memberships.Where(m => m.Id == membership.Id && m.Until == null).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, at), ct) == 0)
        {
            return false;
        }

        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO memberships (person_id, organisation_id, category, since) VALUES ({personId}, {to}, {(int)membership.Category}, {at.ToUnixTimeMilliseconds()})", ct);
        if (membership.Category == PersonCategory.Member)
        {
            await headcounts.MoveAsync(db, personId, from, to, ct);
        }

        // Somebody who does not count on the roster is a visitor of the branch whose code was used: that moved, too.
        await db.Accounts.Where(a => a.PersonId == personId && a.JoinOrganisationId == from).ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, to), ct);
        await standings.RefreshPersonAsync(db, personId, ct);
        return true;
    }

    /// <summary>
    /// Everybody at once, however many, and the visitors. Lessons that have not closed must be locked, see
    /// <see cref="Standings.LockOpenLessonsAsync"/>.
    /// </summary>
    /// <returns>How many memberships moved.</returns>
    public async Task<int> MoveAllAsync(BotDb db, int from, int to, DateTimeOffset now, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT p.id FROM people p JOIN memberships m ON m.person_id = p.id WHERE m.organisation_id = {from} AND m.until IS NULL ORDER BY p.id FOR UPDATE OF p", ct);
        }

        var at = now.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync($"CREATE TEMP TABLE moved_members AS SELECT person_id, category, since FROM memberships WHERE 1 = 0", ct);
        await db.Database.ExecuteTextAsync(
            $"INSERT INTO moved_members SELECT m.person_id, m.category, CASE WHEN m.since > {at} THEN m.since ELSE {at} END FROM memberships m WHERE m.organisation_id = {from} AND m.until IS NULL AND {Committed.Only("m")}", ct);
        await db.Memberships.Where(m => m.OrganisationId == from && m.Until == null).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, m => m.Since > now ? m.Since : now), ct);
        var moved = await db.Database.ExecuteSqlAsync(
            $"INSERT INTO memberships (person_id, organisation_id, category, since) SELECT person_id, {to}, category, since FROM moved_members", ct);
        await headcounts.MoveAllAsync(db, from, to, ct);
        await db.Accounts.Where(a => a.JoinOrganisationId == from).ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, to), ct);
        await standings.MoveAllAsync(db, from, to, "SELECT person_id FROM moved_members", ct);
        await db.Database.ExecuteSqlAsync($"DROP TABLE moved_members", ct);
        return moved;
    }
}
