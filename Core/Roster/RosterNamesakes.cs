using Bot.Core.Data;

namespace Bot.Core.Roster;

/// <summary>The last step of <see cref="RosterMatch"/>: rows without a known number, by name, birth date and organisation.</summary>
internal sealed class RosterNamesakes(RosterStage stage, RosterLoad load, string isOpen, string hidden)
{
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var table in new[] { "members", "namesakes", "alike", "wanted" })
        {
            await stage.ExecuteAsync($"DROP TABLE IF EXISTS roster_{table}", ct);
        }

        var settled = await stage.NumberAsync("SELECT (SELECT COUNT(*) FROM roster_found) + (SELECT COUNT(*) FROM roster_unsure)", ct);
        if (settled == load.Staged || !await CollectAsync(ct))
        {
            return;
        }

        await CompareAsync(ct);
        await DecideAsync(ct);
    }

    /// <returns>False when the organisations of the open rows have no members yet.</returns>
    private async Task<bool> CollectAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_members AS SELECT m.organisation_id, p.name_key, p.id AS person_id, p.birth_date,
                CASE WHEN p.roster_id IS NULL THEN 0 ELSE 1 END AS has_id, CASE WHEN p.member_number IS NULL THEN 0 ELSE 1 END AS has_number
            FROM (SELECT DISTINCT t.target FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE t.target > 0 AND {isOpen}) o
                CROSS JOIN memberships m CROSS JOIN people p
            WHERE m.organisation_id = o.target AND m.until IS NULL AND {Committed.Only("m")} AND p.id = m.person_id AND p.name_key IS NOT NULL{hidden}
            """,
            ct);
        if (await stage.NumberAsync("SELECT 1 FROM roster_members LIMIT 1", ct) == 0)
        {
            return false;
        }

        await stage.ExecuteAsync("CREATE INDEX roster_members_name ON roster_members (name_key, organisation_id)", ct);
        await stage.ExecuteAsync("CREATE INDEX IF NOT EXISTS roster_found_person ON roster_found (person_id)", ct);
        await stage.AnalyseAsync("roster_members", ct);
        return true;
    }

    /// <summary>
    /// Two different stable ids are two people. Who is told apart by the name alone, as neither birth date is known, may be another one when
    /// the row brings a number that the stored person has not.
    /// </summary>
    private async Task CompareAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_namesakes AS SELECT r.line, m.person_id,
                CASE WHEN {stage.Same("m.birth_date", "r.birth_date")} THEN 1 ELSE 0 END AS same,
                CASE WHEN m.birth_date IS NULL OR r.birth_date IS NULL THEN 1 ELSE 0 END AS vague,
                CASE WHEN m.has_number = 1 AND r.member_number IS NOT NULL THEN 1
                    WHEN m.birth_date IS NULL AND r.birth_date IS NULL AND (r.member_number IS NOT NULL OR r.roster_id IS NOT NULL) THEN 1 ELSE 0 END AS numbered
            FROM roster_rows r CROSS JOIN roster_paths t CROSS JOIN roster_members m
            WHERE t.path = r.path AND t.target > 0 AND {isOpen} AND m.name_key = r.name_key AND m.organisation_id = t.target
                AND (r.roster_id IS NULL OR m.has_id = 0) AND NOT EXISTS (SELECT 1 FROM roster_found c WHERE c.person_id = m.person_id)
            """,
            ct);
        await stage.ExecuteAsync(
            """
            CREATE TEMP TABLE roster_alike AS SELECT line, SUM(same) AS n, MAX(CASE WHEN same = 1 THEN person_id END) AS person_id,
                MAX(CASE WHEN same = 1 THEN numbered ELSE 0 END) AS numbered
            FROM roster_namesakes GROUP BY line
            """,
            ct);
        await stage.ExecuteAsync("CREATE TEMP TABLE roster_wanted AS SELECT person_id, COUNT(*) AS n FROM roster_alike WHERE n = 1 AND numbered = 0 GROUP BY person_id", ct);
        await stage.ExecuteAsync("CREATE INDEX roster_wanted_person ON roster_wanted (person_id)", ct);
    }

    private async Task DecideAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync($"INSERT INTO roster_unsure SELECT line, '{RosterColumns.Name}', '{RosterFaults.SeveralFit}' FROM roster_alike WHERE n > 1", ct);
        await stage.ExecuteAsync($"INSERT INTO roster_unsure SELECT line, '{RosterColumns.MemberNumber}', '{RosterFaults.PerhapsKnown}' FROM roster_alike WHERE n = 1 AND numbered = 1", ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT a.line, '{RosterColumns.Name}', '{RosterFaults.SeveralFit}'
            FROM roster_alike a JOIN roster_wanted w ON w.person_id = a.person_id WHERE a.n = 1 AND a.numbered = 0 AND w.n > 1
            """,
            ct);
        await stage.ExecuteAsync(
            """
            INSERT INTO roster_found SELECT a.line, a.person_id, 4
            FROM roster_alike a JOIN roster_wanted w ON w.person_id = a.person_id WHERE a.n = 1 AND a.numbered = 0 AND w.n = 1
            """,
            ct);

        // A namesake of whom one of the two birth dates is not known may be the same person or not.
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT DISTINCT n.line, '{RosterColumns.BirthDate}', '{RosterFaults.PerhapsKnown}'
            FROM roster_alike a JOIN roster_namesakes n ON n.line = a.line
            WHERE a.n = 0 AND n.vague = 1 AND NOT EXISTS (SELECT 1 FROM roster_wanted w WHERE w.person_id = n.person_id)
            """,
            ct);
    }
}
