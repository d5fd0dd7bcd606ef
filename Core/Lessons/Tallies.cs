using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>The counters of completions. Kept with every completion and change of standing; a recount from the rows must agree.</summary>
public sealed class Tallies(BotDb db)
{
    /// <summary>Compares one lesson with its completions; only where counters differ do completions wait, and they are counted anew.</summary>
    /// <returns>How many organisations' counters had been wrong; 0 when all agreed.</returns>
    public async Task<int> RebuildAsync(int lessonRowId, CancellationToken ct)
    {
        if (await WrongAsync(lessonRowId, ct) == 0)
        {
            return 0;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockLessonAsync(db, lessonRowId, ct);
        var wrong = await WrongAsync(lessonRowId, ct);
        await RecountLockedAsync(db, lessonRowId, ct);
        await transaction.CommitAsync(ct);
        return wrong;
    }

    /// <summary>Completions of this lesson wait until the transaction ends.</summary>
    internal static async Task LockLessonAsync(BotDb db, int lessonRowId, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT id FROM lessons WHERE id = {lessonRowId} FOR UPDATE", ct);
        }
    }

    /// <summary>
    /// No lesson that has closed is sealed until the transaction ends: what begins before its closing is stored before the week is counted.
    /// To be called before people are locked.
    /// </summary>
    internal static async Task HoldSealsAsync(BotDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                SELECT l.id FROM lessons l WHERE l.state = {(int)LessonState.Published} AND l.closes_at <= {now.ToUnixTimeMilliseconds()}
                    AND NOT EXISTS (SELECT 1 FROM freezes f WHERE f.lesson_id = l.id) ORDER BY l.id FOR SHARE OF l
                """,
                ct);
        }
    }

    internal static async Task RecountLockedAsync(BotDb db, int lessonRowId, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            // Moving one person takes no lesson's lock: whoever has moved a completion and not counted it yet waits here, and adds to what is counted now.
            await db.Database.ExecuteSqlAsync($"LOCK TABLE tallies IN SHARE ROW EXCLUSIVE MODE", ct);
        }

        await db.Tallies.Where(t => t.LessonId == lessonRowId).ExecuteDeleteAsync(ct);
        await db.Database.ExecuteTextAsync($"INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors) {Counted(lessonRowId)}", ct);
    }

    /// <summary>Adds one completion to, or takes it from, where it counts.</summary>
    internal static async Task AddAsync(BotDb db, int lessonRowId, int organisationId, Standing standing, bool late, int by, CancellationToken ct)
    {
        var (completed, lates, visitors) = standing switch
        {
            Standing.Member when late => (0, by, 0),
            Standing.Member => (by, 0, 0),
            Standing.Visitor => (0, 0, by),
            _ => (0, 0, 0),
        };
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors) VALUES ({lessonRowId}, {organisationId}, {completed}, {lates}, {visitors})
            ON CONFLICT (lesson_id, organisation_id) DO UPDATE SET completed = tallies.completed + excluded.completed,
                late = tallies.late + excluded.late, visitors = tallies.visitors + excluded.visitors
            """,
            ct);
    }

    /// <summary>One statement, so that no completion comes in between.</summary>
    private async Task<int> WrongAsync(int lessonRowId, CancellationToken ct)
        => (await db.ReadRowsAsync(
            $"""
            SELECT COUNT(*) FROM (
                SELECT organisation_id FROM (
                    SELECT organisation_id, completed, late, visitors FROM tallies WHERE lesson_id = {lessonRowId}
                    UNION ALL SELECT organisation_id, -completed, -late, -visitors FROM ({new SqlText(Counted(lessonRowId))}) c
                ) x
                GROUP BY organisation_id HAVING SUM(completed) <> 0 OR SUM(late) <> 0 OR SUM(visitors) <> 0
            ) y
            """,
            row => row.GetInt32(0), ct))[0];

    private static string Counted(int lessonRowId)
        => $"""
            SELECT lesson_id, organisation_id,
                SUM(CASE WHEN standing = {(int)Standing.Member} AND NOT late THEN 1 ELSE 0 END) AS completed,
                SUM(CASE WHEN standing = {(int)Standing.Member} AND late THEN 1 ELSE 0 END) AS late,
                SUM(CASE WHEN standing = {(int)Standing.Visitor} THEN 1 ELSE 0 END) AS visitors
            FROM completions WHERE lesson_id = {lessonRowId} AND standing IN ({(int)Standing.Member}, {(int)Standing.Visitor})
            GROUP BY lesson_id, organisation_id
            """;
}
