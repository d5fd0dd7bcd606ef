using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Core.Lessons;

/// <param name="Names">Of those who are still there, are expected to study and have not finished, not even late; in the roster's order.</param>
/// <param name="Figure">The branch's own, of the same moment; null when the lesson has closed.</param>
public sealed record StillToStudy(IReadOnlyList<string> Names, Figure? Figure);

/// <summary>Who has not studied yet, by name: for the branch's own secretary, who comes from the chat, and for nobody else.</summary>
public sealed class Unstudied(BotDb db, StudyMatrix matrix, TimeProvider clock)
{
    /// <summary>Names and counters by one statement, so that the page never says another number than it lists.</summary>
    /// <returns>Null when the names are not this viewer's to see.</returns>
    public async Task<StillToStudy?> ReadAsync(Viewer viewer, int organisationId, PublishedLesson lesson, CancellationToken ct)
    {
        if (!viewer.IsOwnSecretaryOf(organisationId))
        {
            return null;
        }

        if (clock.GetUtcNow() >= lesson.ClosesAt)
        {
            var sheet = await matrix.ReadAsync(viewer, organisationId, [lesson], ct);
            return new StillToStudy([.. sheet!.Rows.Where(r => r.Marks[0] == StudyMark.Missing).Select(r => r.Name).OfType<string>()], null);
        }

        var rows = await db.ReadRowsAsync(
            $"""
            SELECT COALESCE(h.members, 0), COALESCE(h.exempt, 0), COALESCE(t.completed, 0), COALESCE(t.late, 0), COALESCE(t.visitors, 0), s.name
            FROM organisations o
            LEFT JOIN headcounts h ON h.organisation_id = o.id
            LEFT JOIN tallies t ON t.organisation_id = o.id AND t.lesson_id = {lesson.RowId}
            LEFT JOIN (
                SELECT p.id, p.name, m.organisation_id FROM memberships m JOIN people p ON p.id = m.person_id
                WHERE m.organisation_id = {organisationId} AND m.until IS NULL AND m.category = {(int)PersonCategory.Member} AND p.name IS NOT NULL AND {Committed.Only("m")}
                    AND NOT EXISTS (SELECT 1 FROM completions c WHERE c.lesson_id = {lesson.RowId} AND c.person_id = m.person_id)
                    AND NOT EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = m.person_id AND e.until IS NULL)
            ) s ON s.organisation_id = o.id
            WHERE o.id = {organisationId}
            ORDER BY s.id
            """,
            row => (Figure: new Figure(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4)), Name: row.IsDBNull(5) ? null : row.GetString(5)), ct);
        return new StillToStudy([.. rows.Select(r => r.Name).OfType<string>()], rows.Count > 0 ? rows[0].Figure : default);
    }
}
