using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// The step of <see cref="RosterMatch"/> for those who were erased, by their <see cref="ErasureMark"/>s, and for those of them who came
/// back since and have their marks still.
/// </summary>
internal sealed class RosterMarks(RosterStage stage, Vault vault, string isOpen, string hidden)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var marked = (await stage.ReadAsync("SELECT mark, person_id FROM erasure_marks", row => (Mark: Convert.ToHexString(row.GetFieldValue<byte[]>(0)), Person: row.GetInt32(1)), ct))
            .ToLookup(m => m.Mark, m => m.Person);
        if (marked.Count == 0)
        {
            return;
        }

        var merged = (await stage.ReadAsync($"SELECT o.merged_into_id, o.id FROM organisations o WHERE o.merged_into_id IS NOT NULL AND {Committed.Only("o")}", row => (Into: row.GetInt32(0), Id: row.GetInt32(1)), ct))
            .ToLookup(m => m.Into, m => m.Id);
        var fits = new List<(int Line, List<int> People)>();
        await stage.EachAsync(
            $"SELECT r.line, r.roster_id, r.member_number, t.target, r.name_key, r.birth_date FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE {isOpen}",
            row =>
            {
                var marks = ErasureMark.Of(
                    vault, row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt32(3) > 0 ? WithMerged(row.GetInt32(3)) : [],
                    row.GetString(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5));
                var people = marks.SelectMany(mark => marked[Convert.ToHexString(mark)]).Distinct().ToList();
                if (people.Count > 0)
                {
                    fits.Add((row.GetInt32(0), people));
                }
            },
            ct);
        foreach (var (line, people) in fits)
        {
            await (people is [var person]
                ? stage.ExecuteAsync($"INSERT INTO roster_found VALUES ({line}, {person}, 3)", ct)
                : stage.ExecuteAsync($"INSERT INTO roster_unsure VALUES ({line}, '', '{RosterFaults.SeveralFit}')", ct));
        }

        if (fits.Count > 0)
        {
            await BesideNamesakesAsync(ct);
        }

        // The mark names the organisation of then; it may have been merged since, and that one again.
        IEnumerable<int> WithMerged(int id) => merged[id].SelectMany(WithMerged).Prepend(id);
    }

    /// <summary>Somebody of the same name and birth date is there with a name, too: a row without a number may mean either.</summary>
    private async Task BesideNamesakesAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT DISTINCT r.line, '{RosterColumns.Name}', '{RosterFaults.SeveralFit}'
            FROM roster_found f CROSS JOIN roster_rows r CROSS JOIN roster_paths t CROSS JOIN memberships m CROSS JOIN people p
            WHERE f.step = 3 AND r.line = f.line AND r.roster_id IS NULL AND r.member_number IS NULL AND t.path = r.path
                AND m.organisation_id = t.target AND m.until IS NULL AND {Committed.Only("m")}
                AND p.id = m.person_id AND p.id <> f.person_id AND p.name_key = r.name_key AND {stage.Same("p.birth_date", "r.birth_date")}{hidden}
            """,
            ct);
        await stage.ExecuteAsync("DELETE FROM roster_found WHERE line IN (SELECT line FROM roster_unsure)", ct);
    }
}
