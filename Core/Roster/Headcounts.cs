using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Keeps how many 团员 each organisation has, and how many of them are exempt now: those with an exemption that has not been closed, as a
/// membership is current that has not; what an instant would say depends on which machine's clock is asked. To be called in the transaction
/// that changes memberships or exemptions.
/// </summary>
public static class Headcounts
{
    /// <summary>Compares all organisations with a count of the rows; only where one differs does anybody wait, and they are counted anew.</summary>
    /// <returns>How many were wrong.</returns>
    public static async Task<int> RebuildAsync(BotDb db, CancellationToken ct)
    {
        if (await WrongAsync(db, ct) == 0)
        {
            return 0;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!db.Database.IsSqliteDatabase())
        {
            // Whoever has changed memberships and not counted yet waits here, and adds to what is counted now.
            await db.Database.ExecuteSqlAsync($"LOCK TABLE headcounts IN SHARE ROW EXCLUSIVE MODE", ct);
        }

        var wrong = await WrongAsync(db, ct);
        await RecountAsync(db, ct);
        await transaction.CommitAsync(ct);
        return wrong;
    }

    /// <summary>Counts all organisations anew from the rows.</summary>
    public static async Task RecountAsync(BotDb db, CancellationToken ct)
    {
        await db.Headcounts.ExecuteDeleteAsync(ct);
        await db.Database.ExecuteTextAsync($"INSERT INTO headcounts (organisation_id, members, exempt) {Counted}", ct);
    }

    /// <summary>One statement, so that nothing comes in between.</summary>
    private static async Task<int> WrongAsync(BotDb db, CancellationToken ct)
        => (await db.ReadRowsAsync(
            $"""
            SELECT COUNT(*) FROM (
                SELECT organisation_id FROM (
                    SELECT organisation_id, members, exempt FROM headcounts
                    UNION ALL SELECT organisation_id, -members, -exempt FROM ({new SqlText(Counted)}) c
                ) x
                GROUP BY organisation_id HAVING SUM(members) <> 0 OR SUM(exempt) <> 0
            ) y
            """,
            row => row.GetInt32(0), ct))[0];

    private static string Counted =>
        $"""
        SELECT m.organisation_id, COUNT(*) AS members, COUNT(e.person_id) AS exempt
        FROM memberships m
        LEFT JOIN (SELECT DISTINCT person_id FROM exemptions WHERE until IS NULL) e ON e.person_id = m.person_id
        WHERE m.until IS NULL AND m.category = {(int)PersonCategory.Member} AND {Committed.Only("m")}
        GROUP BY m.organisation_id
        """;

    /// <summary>One 团员 becomes exempt (1), or is expected to study again (-1), where the person belongs now.</summary>
    public static Task ExemptAsync(BotDb db, int personId, int by, CancellationToken ct)
        => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO headcounts (organisation_id, members, exempt)
            SELECT m.organisation_id, 0, {by} FROM memberships m
            WHERE m.person_id = {personId} AND m.until IS NULL AND m.category = {(int)PersonCategory.Member}
            ON CONFLICT (organisation_id) DO UPDATE SET exempt = headcounts.exempt + excluded.exempt
            """,
            ct);

    /// <summary>One 团员 leaves <paramref name="from"/> and arrives at <paramref name="to"/>; null for 'not counted anywhere'.</summary>
    public static async Task MoveAsync(BotDb db, int personId, int? from, int? to, CancellationToken ct)
    {
        var exempt = await db.Exemptions.AnyAsync(e => e.PersonId == personId && e.Until == null, ct) ? 1 : 0;

        // In the order of ids, so that two moves in opposite directions cannot wait for each other.
        foreach (var (organisationId, by) in new[] { (from, -1), (to, 1) }.OrderBy(step => step.Item1))
        {
            if (organisationId is { } id)
            {
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO headcounts (organisation_id, members, exempt) VALUES ({id}, {by}, {by * exempt})
                    ON CONFLICT (organisation_id) DO UPDATE SET members = headcounts.members + excluded.members, exempt = headcounts.exempt + excluded.exempt
                    """,
                    ct);
            }
        }
    }

    /// <summary>All of <paramref name="from"/> count at <paramref name="to"/>.</summary>
    public static async Task MoveAllAsync(BotDb db, int from, int to, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO headcounts (organisation_id, members, exempt)
            SELECT CAST({to} AS INTEGER), members, exempt FROM headcounts WHERE organisation_id = {from}
            ON CONFLICT (organisation_id) DO UPDATE SET members = headcounts.members + excluded.members, exempt = headcounts.exempt + excluded.exempt
            """,
            ct);
        await db.Headcounts.Where(h => h.OrganisationId == from).ExecuteDeleteAsync(ct);
    }
}
