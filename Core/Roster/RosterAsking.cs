using System.Text.Json;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>What an ambiguous row says, as it waits for a human.</summary>
/// <param name="Phone">Eleven digits.</param>
/// <param name="SaysDuty">The file had a column 职务: null then means none.</param>
public sealed record DoubtfulRow(
    string Name, DateOnly? BirthDate, string? Phone, string? MemberNumber, PersonCategory Category, string? RosterId, Duty? Duty, bool SaysDuty)
{
    internal static DoubtfulRow Open(Vault vault, byte[] sealedRow) => JsonSerializer.Deserialize<DoubtfulRow>(vault.Open(sealedRow))!;
}

/// <summary>Seals the ambiguous rows of a file into <c>roster_asked</c>, from where the commit puts them into the trays.</summary>
internal static class RosterAsking
{
    public static async Task PrepareAsync(RosterStage stage, Vault vault, bool saysDuties, CancellationToken ct)
    {
        await stage.ExecuteAsync("DROP TABLE IF EXISTS roster_asked", ct);
        var bytes = stage.IsSqlite ? "BLOB" : "bytea";
        await stage.ExecuteAsync($"CREATE TEMP TABLE roster_asked (line INTEGER NOT NULL, path INTEGER NOT NULL, code TEXT NOT NULL, row_sealed {bytes} NOT NULL, row_mark {bytes} NOT NULL)", ct);
        var asked = await stage.ReadAsync(
            """
            SELECT u.line, r.path, u.code, r.name, r.birth_date, r.phone, r.member_number, r.category, r.roster_id, r.duty
            FROM roster_unsure u JOIN roster_rows r ON r.line = u.line ORDER BY u.line
            """,
            row => (Line: row.GetInt32(0), Path: row.GetInt32(1), Code: row.GetString(2), Row: new DoubtfulRow(
                row.GetString(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4),
                row.IsDBNull(5) ? null : vault.Open(row.GetFieldValue<byte[]>(5)),
                row.IsDBNull(6) ? null : row.GetString(6),
                (PersonCategory)row.GetInt32(7),
                row.IsDBNull(8) ? null : row.GetString(8),
                row.IsDBNull(9) ? null : (Duty)row.GetInt32(9),
                saysDuties)),
            ct);

        // Rows that say exactly the same are as many questions as there are rows.
        var seen = new Dictionary<(int, string), int>();
        await stage.InTransactionAsync(temporary: true, () =>
        {
            using var sink = stage.Sink("roster_asked", "line", "path", "code", "row_sealed", "row_mark");
            foreach (var (line, path, code, row) in asked)
            {
                var json = JsonSerializer.Serialize(row);
                var same = JsonSerializer.Serialize(row with { Name = Names.Key(row.Name) });
                seen[(path, same)] = seen.GetValueOrDefault((path, same)) + 1;
                sink.Write(line);
                sink.Write(path);
                sink.Write(code);
                sink.Write(vault.Seal(json));
                sink.Write(vault.Mark("roster-doubt", $"{same}#{seen[(path, same)]}"));
                sink.EndRow();
            }

            sink.Complete();
            return Task.CompletedTask;
        }, ct);
    }
}
