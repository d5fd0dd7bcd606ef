using System.Text.Json;
using Bot.Core.Data;

namespace Bot.Core.Lessons;

/// <param name="CountedAt">The instant whose memberships decide where it counts: when it was finished, or the closing of the lesson.</param>
public sealed record NewCompletion(int LessonId, int PersonId, DateTimeOffset At, DateTimeOffset CountedAt, bool Late, string Receipt);

/// <summary>The row as stored, by this call or an earlier one.</summary>
public sealed record StoredCompletion(string Receipt, DateTimeOffset At, bool Late, bool IsNew);

/// <summary>
/// Completions and their tallies in one transaction, a few statements for a whole batch. Where a person counts is read inside the
/// transaction; people and lessons are share-locked first, so a membership that changes meanwhile is either seen here or sees this row:
/// while the lesson is open the current membership counts, and whether the person is exempt now, whatever the clocks of two machines say and
/// however long the row had to wait; afterwards those at the closing instant, or what a person's week has been adjusted to since.
/// Null for a person behind whom no account stands any more: the account joined a roster, or was deleted, a moment before.
/// </summary>
public sealed class CompletionWriter(TimeProvider clock) : IBatchWriter<NewCompletion, StoredCompletion?>
{
    private static readonly (string, string)[] Columns =
        [("lesson_id", "int"), ("person_id", "int"), ("at", "bigint"), ("counted_at", "bigint"), ("late", "int"), ("receipt", "text")];

    public async Task<StoredCompletion?[]> WriteAsync(BatchConnection connection, IReadOnlyList<NewCompletion> items, CancellationToken ct)
    {
        // Ordered, so that batches of several writers lock in the same order; the first of two equal ones in a batch wins.
        var rows = JsonSerializer.Serialize(items
            .DistinctBy(i => (i.LessonId, i.PersonId))
            .OrderBy(i => i.PersonId)
            .Select(i => new
            {
                lesson_id = i.LessonId,
                person_id = i.PersonId,
                at = i.At.ToUnixTimeMilliseconds(),
                counted_at = i.CountedAt.ToUnixTimeMilliseconds(),
                late = i.Late ? 1 : 0,
                receipt = i.Receipt,
            }));
        if (!connection.IsSqlite)
        {
            await LockAsync(connection, rows, ct);
        }

        var added = await InsertAsync(connection, rows, ct);
        await CountAsync(connection, added.Values, ct);
        var stored = added.Count == items.Count ? [] : await FindAsync(connection, rows, ct);
        return [.. items.Select(item => added.TryGetValue((item.LessonId, item.PersonId), out var row) && row.Receipt == item.Receipt
            ? new StoredCompletion(item.Receipt, DateTimeOffset.FromUnixTimeMilliseconds(item.At.ToUnixTimeMilliseconds()), row.Late, IsNew: true)
            : stored.GetValueOrDefault((item.LessonId, item.PersonId)))];
    }

    private static async Task LockAsync(BatchConnection connection, string rows, CancellationToken ct)
    {
        await using var lessons = connection.Command(
            $"SELECT id FROM lessons WHERE id IN (SELECT lesson_id FROM {connection.Rows(Columns)}) ORDER BY id FOR SHARE", ("@rows", rows));
        await lessons.ExecuteNonQueryAsync(ct);
        await using var people = connection.Command(
            $"SELECT id FROM people WHERE id IN (SELECT person_id FROM {connection.Rows(Columns)}) ORDER BY id FOR SHARE", ("@rows", rows));
        await people.ExecuteNonQueryAsync(ct);
    }

    private async Task<Dictionary<(int Lesson, int Person), Added>> InsertAsync(BatchConnection connection, string rows, CancellationToken ct)
    {
        // Once the lesson is sealed its figures are settled, however long this row had to wait.
        const string Sealed = "EXISTS (SELECT 1 FROM freezes f WHERE f.lesson_id = r.lesson_id)";
        var late = connection.IsSqlite ? $"(r.late OR {Sealed})" : $"(r.late = 1 OR {Sealed})";
        var open = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var sql = $"""
            INSERT INTO completions (lesson_id, person_id, organisation_id, standing, late, at, receipt)
            SELECT r.lesson_id, r.person_id,
                   COALESCE(x.to_organisation_id, x.from_organisation_id, m.organisation_id,
                            (SELECT a.join_organisation_id FROM accounts a WHERE a.person_id = r.person_id AND a.join_organisation_id IS NOT NULL ORDER BY a.join_used_at DESC, a.id DESC LIMIT 1),
                            (SELECT MIN(o.id) FROM organisations o WHERE o.parent_id IS NULL AND {Committed.Only("o")}),
                            0),
                   CASE WHEN x.to_organisation_id IS NOT NULL AND x.to_exempt = 1 THEN {(int)Standing.Exempt}
                        WHEN x.to_organisation_id IS NOT NULL THEN {(int)Standing.Member}
                        WHEN x.id IS NOT NULL OR m.id IS NULL THEN {(int)Standing.Visitor}
                        WHEN EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = r.person_id
                                     AND CASE WHEN l.closes_at > {open} THEN e.until IS NULL
                                              ELSE e.since <= r.counted_at AND (e.until IS NULL OR e.until > r.counted_at) END) THEN {(int)Standing.Exempt}
                        ELSE {(int)Standing.Member} END,
                   {late}, r.at, r.receipt
            FROM {connection.Rows(Columns)} JOIN lessons l ON l.id = r.lesson_id
            LEFT JOIN memberships m ON m.person_id = r.person_id AND m.category = {(int)Roster.PersonCategory.Member} AND {Committed.Only("m")}
                 AND CASE WHEN l.closes_at > {open} THEN m.until IS NULL
                          ELSE m.since <= r.counted_at AND (m.until IS NULL OR m.until > r.counted_at) END
            LEFT JOIN figure_adjustments x ON x.lesson_id = r.lesson_id AND x.person_id = r.person_id
                 AND NOT EXISTS (SELECT 1 FROM figure_adjustments y WHERE y.lesson_id = x.lesson_id AND y.person_id = x.person_id AND y.sequence > x.sequence)
            WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = r.person_id)
            ON CONFLICT (lesson_id, person_id) DO NOTHING
            RETURNING lesson_id, person_id, organisation_id, standing, late, receipt
            """;
        await using var command = connection.Command(sql, ("@rows", rows));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var added = new Dictionary<(int, int), Added>();
        while (await reader.ReadAsync(ct))
        {
            added.Add(
                (reader.GetInt32(0), reader.GetInt32(1)),
                new Added(reader.GetInt32(0), reader.GetInt32(2), (Standing)reader.GetInt32(3), reader.GetBoolean(4), reader.GetString(5)));
        }

        return added;
    }

    private static async Task CountAsync(BatchConnection connection, IEnumerable<Added> added, CancellationToken ct)
    {
        var counts = added.GroupBy(a => (a.LessonId, a.OrganisationId)).OrderBy(g => g.Key).Select(g => new
        {
            lesson_id = g.Key.LessonId,
            organisation_id = g.Key.OrganisationId,
            completed = g.Count(a => a is { Standing: Standing.Member, Late: false }),
            late = g.Count(a => a is { Standing: Standing.Member, Late: true }),
            visitors = g.Count(a => a.Standing == Standing.Visitor),
        }).ToList();
        if (counts.Count == 0)
        {
            return;
        }

        var source = connection.Rows(("lesson_id", "int"), ("organisation_id", "int"), ("completed", "int"), ("late", "int"), ("visitors", "int"));
        await using var command = connection.Command(
            $"""
            INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors)
            SELECT r.lesson_id, r.organisation_id, r.completed, r.late, r.visitors FROM {source} WHERE true
            ON CONFLICT (lesson_id, organisation_id) DO UPDATE SET completed = tallies.completed + excluded.completed,
                late = tallies.late + excluded.late, visitors = tallies.visitors + excluded.visitors
            """,
            ("@rows", JsonSerializer.Serialize(counts)));
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<Dictionary<(int, int), StoredCompletion>> FindAsync(BatchConnection connection, string rows, CancellationToken ct)
    {
        await using var command = connection.Command(
            $"SELECT c.lesson_id, c.person_id, c.receipt, c.at, c.late FROM {connection.Rows(Columns)} JOIN completions c ON c.lesson_id = r.lesson_id AND c.person_id = r.person_id",
            ("@rows", rows));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stored = new Dictionary<(int, int), StoredCompletion>();
        while (await reader.ReadAsync(ct))
        {
            stored.Add(
                (reader.GetInt32(0), reader.GetInt32(1)),
                new StoredCompletion(reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), reader.GetBoolean(4), IsNew: false));
        }

        return stored;
    }

    private sealed record Added(int LessonId, int OrganisationId, Standing Standing, bool Late, string Receipt);
}
