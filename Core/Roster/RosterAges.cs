using System.Globalization;

namespace Bot.Core.Roster;

/// <summary>
/// 团员 whom an import brings and who are 28 already: exempt in the same transaction, so that no figure ever expects them to study.
/// </summary>
internal sealed class RosterAges
{
    private const int RowsAtOnce = 500;

    private readonly RosterStage _stage;
    private readonly string _limit;
    private readonly List<Aged> _new;

    private RosterAges(RosterStage stage, string limit, List<Aged> added) => (_stage, _limit, _new) = (stage, limit, added);

    /// <summary>Looks among those who are written ahead, whom nobody can change before the commit.</summary>
    /// <param name="today">In China.</param>
    public static async Task<RosterAges> PrepareAsync(RosterStage stage, int runId, DateOnly today, CancellationToken ct)
    {
        var limit = today.AddYears(-ExemptionSwitch.AgeLimit).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var added = await stage.ReadAsync(
            $"""
            SELECT p.id, m.organisation_id, p.birth_date, 0 FROM roster_imports i CROSS JOIN people p CROSS JOIN memberships m
            WHERE i.id = {runId} AND p.id >= i.first_person AND p.id < i.first_person + i.person_ids AND p.birth_date <= '{limit}'
                AND m.person_id = p.id AND m.import_id = {runId} AND m.category = {(int)PersonCategory.Member}
            """,
            Read,
            ct);
        return new RosterAges(stage, limit, added);
    }

    /// <summary>To be called in the commit, after people have moved and heads were counted.</summary>
    /// <returns>A subquery of those who were there already and whose completions of open lessons may count differently now, with one column, person_id.</returns>
    public async Task<string> StoreAsync(CancellationToken ct)
    {
        await _stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_aged AS
            SELECT p.id AS person_id, m.organisation_id, p.birth_date,
                CASE WHEN EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = p.id AND e.until IS NULL) THEN 1 ELSE 0 END AS was_exempt
            FROM roster_changes c CROSS JOIN people p CROSS JOIN memberships m
            WHERE p.id = c.person_id AND p.birth_date <= '{_limit}' AND m.person_id = p.id AND m.until IS NULL AND m.category = {(int)PersonCategory.Member}
                AND NOT EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = p.id AND e.until IS NULL AND e.reason = '{ExemptionReasons.Age}')
            """,
            ct);
        var aged = await _stage.ReadAsync("SELECT person_id, organisation_id, birth_date, was_exempt FROM roster_aged", Read, ct);
        aged.AddRange(_new);
        var floor = await _stage.NumberAsync("SELECT MAX(as_of) FROM freezes", ct);
        foreach (var part in aged.Chunk(RowsAtOnce))
        {
            var rows = part.Select(a => string.Create(
                CultureInfo.InvariantCulture, $"({a.PersonId}, {Math.Max(floor, ExemptionSwitch.BirthdayOf(a.Born).ToUnixTimeMilliseconds())}, '{ExemptionReasons.Age}')"));
            await _stage.ExecuteAsync($"INSERT INTO exemptions (person_id, since, reason) VALUES {string.Join(", ", rows)}", ct);
        }

        foreach (var part in aged.Where(a => !a.WasExempt).CountBy(a => a.OrganisationId).OrderBy(c => c.Key).Chunk(RowsAtOnce))
        {
            var rows = part.Select(c => string.Create(CultureInfo.InvariantCulture, $"({c.Key}, 0, {c.Value})"));
            await _stage.ExecuteAsync(
                $"""
                INSERT INTO headcounts (organisation_id, members, exempt) VALUES {string.Join(", ", rows)}
                ON CONFLICT (organisation_id) DO UPDATE SET exempt = headcounts.exempt + excluded.exempt
                """,
                ct);
        }

        return "(SELECT person_id FROM roster_changes WHERE transferred = 1 UNION SELECT person_id FROM roster_aged)";
    }

    private static Aged Read(System.Data.Common.DbDataReader row) => new(row.GetInt32(0), row.GetInt32(1), row.GetFieldValue<DateOnly>(2), row.GetInt32(3) == 1);

    /// <param name="WasExempt">For another reason: the headcount has it already.</param>
    private sealed record Aged(int PersonId, int OrganisationId, DateOnly Born, bool WasExempt);
}
