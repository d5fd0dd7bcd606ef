using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Ends memberships in one organisation and begins them in another at the same instant; headcounts, completions of lessons that have
/// not closed, and what the person asked to have corrected, go along. A duty ends with the membership. One that another machine's clock began after this one's now ends, empty, when it
/// began: a person's memberships never overlap. To be called inside a transaction.
/// </summary>
public sealed class MemberMoves(Standings standings)
{
    /// <summary>The person must be locked, see <see cref="Standings.LockPersonAsync"/>.</summary>
    /// <returns>False, with nothing changed, when the person is not in <paramref name="from"/> any more.</returns>
    public async Task<bool> MoveAsync(BotDb db, int personId, int from, int to, DateTimeOffset now, CancellationToken ct)
    {
        if (await CurrentAsync(db, personId, ct) is not { } membership || membership.OrganisationId != from)
        {
            return false;
        }

        await PutAsync(db, personId, membership, (to, membership.Category, null), now, ct);
        return true;
    }

    /// <summary>
    /// Makes somebody who is on the roster, or was, belong as stated, and settles an open transfer of theirs. The person must be locked.
    /// </summary>
    /// <param name="by">Who decided so, a login or <c>secretary:</c> and a person's id.</param>
    public async Task PlaceAsync(BotDb db, int personId, int organisationId, PersonCategory category, Duty? duty, string by, DateTimeOffset now, CancellationToken ct)
    {
        var current = await CurrentAsync(db, personId, ct);
        if (current?.OrganisationId == organisationId && current.Category == category)
        {
            await db.Memberships.Where(m => m.Id == current.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, duty), ct);
            return;
        }

        await PutAsync(db, personId, current, (organisationId, category, duty), now, ct);
        await OvertakenTransfers.EndAsync(db, by, by, now, personId, ct);

        // Whoever is 28 already is exempt with the next minute's look, not only tomorrow's.
        var limit = ChinaTime.DateOf(now).AddYears(-ExemptionSwitch.AgeLimit);
        if (category == PersonCategory.Member && await db.People.AnyAsync(p => p.Id == personId && p.BirthDate <= limit, ct))
        {
            await BirthdayLook.AgainAsync(db, ct);
        }
    }

    /// <summary>Off the roster; what was studied stays, and counts as a visitor's in lessons that have not closed. The person must be locked.</summary>
    /// <returns>False, with nothing changed, when the person is not in <paramref name="from"/> any more.</returns>
    public async Task<bool> LeaveAsync(BotDb db, int personId, int from, DateTimeOffset now, CancellationToken ct)
    {
        if (await CurrentAsync(db, personId, ct) is not { } membership || membership.OrganisationId != from)
        {
            return false;
        }

        await PutAsync(db, personId, membership, null, now, ct);
        return true;
    }

    private static Task<Membership?> CurrentAsync(BotDb db, int personId, CancellationToken ct)
        => db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.PersonId == personId && m.Until == null, ct);

    private async Task PutAsync(BotDb db, int personId, Membership? was, (int OrganisationId, PersonCategory Category, Duty? Duty)? shall, DateTimeOffset now, CancellationToken ct)
    {
        var last = was?.Since ?? await db.Memberships.Where(m => m.PersonId == personId).MaxAsync(m => m.Until, ct);
        var at = last > now ? last.Value : now;
        if (was is not null)
        {
            await db.Memberships.Where(m => m.Id == was.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, at), ct);
        }

        if (shall is { } stated)
        {
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO memberships (person_id, organisation_id, category, duty, since) VALUES ({personId}, {stated.OrganisationId}, {(int)stated.Category}, {(int?)stated.Duty}, {at.ToUnixTimeMilliseconds()})", ct);
        }

        int? from = was is { Category: PersonCategory.Member } ? was.OrganisationId : null;
        int? to = shall is { Category: PersonCategory.Member } ? shall.Value.OrganisationId : null;
        if (from != to)
        {
            await Headcounts.MoveAsync(db, personId, from, to, ct);
        }

        // Somebody who does not count on the roster is a visitor of the branch whose code was used: that moved, too.
        if (was is not null && shall is { } there)
        {
            await db.Accounts.Where(a => a.PersonId == personId && a.JoinOrganisationId == was.OrganisationId)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, there.OrganisationId), ct);
        }

        // What somebody asked to have put right is for whoever keeps their row now.
        if (shall is { } kept)
        {
            await db.CorrectionRequests.Where(r => r.DecidedAt == null && db.Accounts.Any(a => a.Id == r.AccountId && a.PersonId == personId))
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.OrganisationId, (int?)kept.OrganisationId), ct);
        }

        await standings.RefreshPersonAsync(db, personId, ct);
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
        await Headcounts.MoveAllAsync(db, from, to, ct);
        await db.Accounts.Where(a => a.JoinOrganisationId == from).ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, to), ct);
        await standings.MoveAllAsync(db, from, to, "SELECT person_id FROM moved_members", ct);
        await db.Database.ExecuteSqlAsync($"DROP TABLE moved_members", ct);
        return moved;
    }
}
