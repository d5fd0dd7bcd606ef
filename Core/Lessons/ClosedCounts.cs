using Bot.Core.Data;
using Bot.Core.Roster;

namespace Bot.Core.Lessons;

/// <summary>A completion whose row does not say what the person was at the closing instant.</summary>
internal sealed record Misplaced(long Id, int OrganisationId, Standing Standing, int RightOrganisationId, Standing RightStanding);

/// <summary>
/// A closed lesson counted from the rows: each organisation itself, its children not included. Whole tables are read with a GROUP BY each;
/// nothing is written and nobody waits.
/// </summary>
public sealed class ClosedCounts(BotDb db)
{
    /// <summary>The last instant of a lesson: memberships and exemptions of then count.</summary>
    public static DateTimeOffset LastInstantOf(DateTimeOffset closesAt) => closesAt.AddMilliseconds(-1);

    /// <summary>Members, exempt and completed as they are going to be frozen.</summary>
    internal async Task<(Dictionary<int, Figure> Own, List<Misplaced> Misplaced)> ReadAsync(int lessonRowId, DateTimeOffset closesAt, CancellationToken ct)
    {
        var instant = LastInstantOf(closesAt).ToUnixTimeMilliseconds();
        var own = await RosterAsync(instant, ct);
        foreach (var (organisation, completed) in await CompletedAsync(lessonRowId, ct))
        {
            Add(own, organisation, completed);
        }

        var misplaced = await MisplacedAsync(lessonRowId, instant, ct);
        foreach (var row in misplaced)
        {
            Add(own, row.OrganisationId, row.Standing == Standing.Member ? -1 : 0);
            Add(own, row.RightOrganisationId, row.RightStanding == Standing.Member ? 1 : 0);
        }

        return (own, misplaced);
    }

    /// <summary>Members and exempt at an instant, by organisation.</summary>
    /// <param name="instant">Milliseconds since 1970, UTC.</param>
    internal async Task<Dictionary<int, Figure>> RosterAsync(long instant, CancellationToken ct)
    {
        var members = await db.ReadRowsAsync(
            $"""
            SELECT m.organisation_id, COUNT(*) FROM memberships m
            WHERE m.category = {(int)PersonCategory.Member} AND m.since <= {instant} AND (m.until IS NULL OR m.until > {instant}) AND {Committed.Only("m")}
            GROUP BY m.organisation_id
            """,
            row => (Id: row.GetInt32(0), Count: row.GetInt32(1)), ct);
        var own = members.ToDictionary(m => m.Id, m => new Figure(m.Count, 0, 0, 0, 0));
        var exempt = await db.ReadRowsAsync(
            $"""
            SELECT m.organisation_id, COUNT(DISTINCT m.person_id) FROM exemptions e JOIN memberships m ON m.person_id = e.person_id
            WHERE m.category = {(int)PersonCategory.Member} AND m.since <= {instant} AND (m.until IS NULL OR m.until > {instant})
                AND e.since <= {instant} AND (e.until IS NULL OR e.until > {instant}) AND {Committed.Only("m")}
            GROUP BY m.organisation_id
            """,
            row => (Id: row.GetInt32(0), Count: row.GetInt32(1)), ct);
        foreach (var (id, count) in exempt)
        {
            own[id] = own.GetValueOrDefault(id) + new Figure(0, count, 0, 0, 0); // the two counts are read one after the other
        }

        return own;
    }

    /// <summary>Members who finished in time, by organisation.</summary>
    internal Task<List<(int Id, int Count)>> CompletedAsync(int lessonRowId, CancellationToken ct)
        => db.ReadRowsAsync(
            $"SELECT organisation_id, COUNT(*) FROM completions WHERE lesson_id = {lessonRowId} AND standing = {(int)Standing.Member} AND NOT late GROUP BY organisation_id",
            row => (row.GetInt32(0), row.GetInt32(1)), ct);

    /// <summary>An exemption that began or ended while nobody was there to note it, for instance.</summary>
    private Task<List<Misplaced>> MisplacedAsync(int lessonRowId, long instant, CancellationToken ct)
        => db.ReadRowsAsync(
            $"""
            SELECT id, organisation_id, standing, right_organisation_id, right_standing FROM (
                SELECT c.id, c.organisation_id, c.standing, COALESCE(m.organisation_id, c.organisation_id) AS right_organisation_id,
                       CASE WHEN m.id IS NULL THEN {(int)Standing.Visitor}
                            WHEN EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = c.person_id AND e.since <= {instant} AND (e.until IS NULL OR e.until > {instant}))
                                THEN {(int)Standing.Exempt}
                            ELSE {(int)Standing.Member} END AS right_standing
                FROM completions c
                LEFT JOIN memberships m ON m.person_id = c.person_id AND m.category = {(int)PersonCategory.Member}
                     AND m.since <= {instant} AND (m.until IS NULL OR m.until > {instant}) AND {Committed.Only("m")}
                WHERE c.lesson_id = {lessonRowId} AND c.standing IN ({(int)Standing.Member}, {(int)Standing.Exempt}) AND NOT c.late
            ) counted
            WHERE right_organisation_id <> organisation_id OR right_standing <> standing
            ORDER BY id
            """,
            row => new Misplaced(row.GetInt64(0), row.GetInt32(1), (Standing)row.GetInt32(2), row.GetInt32(3), (Standing)row.GetInt32(4)), ct);

    private static void Add(Dictionary<int, Figure> own, int organisationId, int completed)
        => own[organisationId] = own.GetValueOrDefault(organisationId) + new Figure(0, 0, completed, 0, 0);
}
