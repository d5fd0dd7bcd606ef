using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// Finds for every row of a roster file the person it speaks of: by 人员标识, else 团员编号, else name, birth date and organisation; an
/// erased person by the marks of these. Works on temporary tables: <c>roster_found</c> gets the rows whose person is known,
/// <c>roster_unsure</c> those where a doubt is left, for a human: two people are never merged, nor one person doubled, on a guess.
/// </summary>
internal sealed class RosterMatch(RosterStage stage, RosterLoad load, Vault vault)
{
    private const string IsOpen =
        "NOT EXISTS (SELECT 1 FROM roster_found f WHERE f.line = r.line) AND NOT EXISTS (SELECT 1 FROM roster_unsure u WHERE u.line = r.line)";

    /// <summary>People that another import has written ahead.</summary>
    private string _hidden = "";

    /// <param name="tree">Its targets are in <c>roster_paths</c>.</param>
    public async Task RunAsync(RosterTree tree, RosterFaultList faults, CancellationToken ct)
    {
        await ClearAsync(ct);
        await WithinFileAsync(tree, faults, ct);
        if (faults.Count > 0)
        {
            return;
        }

        _hidden = string.Concat(await stage.ReadAsync(
            "SELECT first_person, person_ids FROM roster_imports WHERE committed_at IS NULL AND person_ids > 0",
            row => $" AND NOT (p.id >= {row.GetInt32(0)} AND p.id < {row.GetInt32(0) + row.GetInt32(1)})", ct));
        await ByIdsAsync(ct);
        await ByNumbersAsync(ct);
        await new RosterMarks(stage, vault, IsOpen, _hidden).RunAsync(ct);
        await SamePersonAsync(faults, ct);
        await stage.AnalyseAsync("roster_found", ct);
        await stage.AnalyseAsync("roster_unsure", ct);
        var removed = new RosterRemoved(stage, IsOpen);
        await removed.ByNumbersAsync(ct);
        await new RosterNamesakes(stage, load, IsOpen, _hidden).RunAsync(ct);
        await removed.ByNamesAsync(ct);
        await stage.AnalyseAsync("roster_found", ct);
        await stage.AnalyseAsync("roster_unsure", ct);
    }

    private async Task ClearAsync(CancellationToken ct)
    {
        foreach (var table in new[] { "found", "unsure", "shared", "holders", "nameless" })
        {
            await stage.ExecuteAsync($"DROP TABLE IF EXISTS roster_{table}", ct);
        }

        await stage.ExecuteAsync("CREATE TEMP TABLE roster_found (line INTEGER NOT NULL PRIMARY KEY, person_id INTEGER NOT NULL, step INTEGER NOT NULL)", ct);
        await stage.ExecuteAsync("CREATE TEMP TABLE roster_unsure (line INTEGER NOT NULL PRIMARY KEY, col TEXT NOT NULL, code TEXT NOT NULL)", ct);
    }

    /// <summary>Numbers are given once; who has none must be told apart from the others of the name.</summary>
    private async Task WithinFileAsync(RosterTree tree, RosterFaultList faults, CancellationToken ct)
    {
        foreach (var (column, name) in new[] { ("roster_id", RosterColumns.RosterId), ("member_number", RosterColumns.MemberNumber) })
        {
            if (column == "roster_id" ? load.MayRepeatIds : load.MayRepeatNumbers)
            {
                await EarlierLineAsync($"SELECT line, MIN(line) OVER (PARTITION BY {column}) AS earlier FROM roster_rows WHERE {column} IS NOT NULL", name, RosterFaults.Twice, faults, ct);
            }
        }

        if (!load.MayRepeatNames && !(load.HasNameless && tree.HasTwoWays))
        {
            return;
        }

        await stage.ExecuteAsync(
            """
            CREATE TEMP TABLE roster_nameless AS SELECT t.target, r.name_key, r.line, r.birth_date
            FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE r.roster_id IS NULL AND r.member_number IS NULL
            """,
            ct);
        await stage.ExecuteAsync("CREATE INDEX roster_nameless_name ON roster_nameless (name_key, target)", ct);
        await stage.AnalyseAsync("roster_nameless", ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT DISTINCT n.line, '{RosterColumns.Name}', '{RosterFaults.CannotTellApart}'
            FROM roster_rows r CROSS JOIN roster_paths t CROSS JOIN roster_nameless n
            WHERE t.path = r.path AND n.name_key = r.name_key AND n.target = t.target AND n.line <> r.line
                AND (n.birth_date = r.birth_date OR n.birth_date IS NULL OR r.birth_date IS NULL)
            """,
            ct);
    }

    private async Task ByIdsAsync(CancellationToken ct)
    {
        if (await stage.NumberAsync("SELECT 1 FROM people WHERE roster_id >= '' LIMIT 1", ct) == 0)
        {
            return;
        }

        var found = await stage.ExecuteAsync(
            $"INSERT INTO roster_found SELECT r.line, p.id, 1 FROM roster_rows r CROSS JOIN people p WHERE r.roster_id IS NOT NULL AND p.roster_id = r.roster_id{_hidden}", ct);
        if (found == 0)
        {
            return;
        }

        await stage.ExecuteAsync("CREATE TEMP TABLE roster_shared AS SELECT member_number FROM people WHERE member_number >= '' GROUP BY member_number HAVING COUNT(*) > 1", ct);
        await stage.AnalyseAsync("roster_found", ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT r.line, '{RosterColumns.MemberNumber}', '{RosterFaults.NumberOfAnother}'
            FROM roster_found f CROSS JOIN roster_rows r CROSS JOIN people p
            WHERE r.line = f.line AND p.id = f.person_id AND r.member_number IS NOT NULL
                AND (({stage.Differ("p.member_number", "r.member_number")} AND EXISTS (SELECT 1 FROM people h WHERE h.member_number = r.member_number AND h.id <> p.id))
                    OR r.member_number IN (SELECT member_number FROM roster_shared))
            """,
            ct);
        await stage.ExecuteAsync("DELETE FROM roster_found WHERE line IN (SELECT line FROM roster_unsure)", ct);
    }

    /// <summary>
    /// A number whose holder has another stable id, or neither this name nor this birth date, was mistyped somewhere; so it was where a namesake
    /// of another birth date belongs elsewhere.
    /// </summary>
    private async Task ByNumbersAsync(CancellationToken ct)
    {
        if (await stage.NumberAsync("SELECT 1 FROM people WHERE member_number >= '' LIMIT 1", ct) == 0)
        {
            return;
        }

        await stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_holders AS SELECT r.line, p.id AS person_id,
                CASE WHEN (r.roster_id IS NOT NULL AND p.roster_id IS NOT NULL)
                    OR ({stage.Differ("p.name_key", "r.name_key")} AND (r.birth_date IS NULL OR {stage.Differ("p.birth_date", "r.birth_date")}))
                    OR (r.birth_date <> p.birth_date AND NOT EXISTS (
                        SELECT 1 FROM memberships m CROSS JOIN roster_paths t WHERE m.person_id = p.id AND m.until IS NULL AND t.path = r.path AND t.target = m.organisation_id)) THEN 1 ELSE 0 END AS wrong
            FROM roster_rows r CROSS JOIN people p
            WHERE r.member_number IS NOT NULL AND {IsOpen} AND p.member_number = r.member_number{_hidden}
            """,
            ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT line, '{RosterColumns.MemberNumber}', CASE WHEN COUNT(*) > 1 THEN '{RosterFaults.SeveralFit}' ELSE '{RosterFaults.NumberOfAnother}' END
            FROM roster_holders GROUP BY line HAVING COUNT(*) > 1 OR MAX(wrong) = 1
            """,
            ct);
        await stage.ExecuteAsync("INSERT INTO roster_found SELECT line, MIN(person_id), 2 FROM roster_holders GROUP BY line HAVING COUNT(*) = 1 AND MAX(wrong) = 0", ct);
    }

    /// <summary>A stable id is there once, in the file as in the database; only rows that were found otherwise can meet.</summary>
    private async Task SamePersonAsync(RosterFaultList faults, CancellationToken ct)
    {
        if (await stage.NumberAsync("SELECT 1 FROM roster_found WHERE step > 1 LIMIT 1", ct) > 0)
        {
            await EarlierLineAsync("SELECT line, MIN(line) OVER (PARTITION BY person_id) AS earlier FROM roster_found", "", RosterFaults.SamePerson, faults, ct);
        }
    }

    private Task EarlierLineAsync(string lines, string column, string code, RosterFaultList faults, CancellationToken ct)
        => stage.EachAsync(
            $"SELECT line, earlier FROM ({lines}) x WHERE line > earlier ORDER BY line",
            row => faults.Add(new RosterFault(row.GetInt32(0), column, code, ("line", row.GetInt32(1).ToString(System.Globalization.CultureInfo.InvariantCulture)))),
            ct);
}
