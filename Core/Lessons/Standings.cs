using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>
/// Keeps where a completion counts in step with memberships until the lesson closes: joining before closing makes a member of a
/// visitor, moving takes the completion along. Closed lessons stay as they were. To be called inside the transaction that changed
/// the memberships, after the change.
/// </summary>
public sealed class Standings(TimeProvider clock)
{
    /// <summary>Locks the person against completions that are being written; to be called before the memberships are changed.</summary>
    public static async Task LockPersonAsync(BotDb db, int personId, CancellationToken ct)
    {
        // SQLite has one writer: its transaction is the lock.
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT id FROM people WHERE id = {personId} FOR UPDATE", ct);
        }
    }

    /// <summary>Completions wait from here on, in the order in which they lock lessons themselves. For changes of many memberships, before the first.</summary>
    public async Task LockOpenLessonsAsync(BotDb db, CancellationToken ct)
    {
        foreach (var id in await OpenLessonsAsync(db, ct))
        {
            await Tallies.LockLessonAsync(db, id, ct);
        }
    }

    /// <summary>
    /// What counts at one organisation in lessons that have not closed counts at another: for one that is dissolved, whose people and
    /// visitors have all gone there. The lessons must be locked. Members are found by who they are, visitors by an index of their own: both
    /// are few, where a lesson's completions are a region's.
    /// </summary>
    /// <param name="people">A subquery of the ids of those who have moved.</param>
    public async Task MoveAllAsync(BotDb db, int from, int to, string people, CancellationToken ct)
    {
        foreach (var lessonId in await OpenLessonsAsync(db, ct))
        {
            foreach (var sql in Moves(lessonId, from, to, people))
            {
                await db.Database.ExecuteTextAsync(sql, ct);
            }

            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors)
                SELECT lesson_id, CAST({to} AS INTEGER), completed, late, visitors FROM tallies WHERE lesson_id = {lessonId} AND organisation_id = {from}
                ON CONFLICT (lesson_id, organisation_id) DO UPDATE SET completed = tallies.completed + excluded.completed,
                    late = tallies.late + excluded.late, visitors = tallies.visitors + excluded.visitors
                """,
                ct);
            await db.Tallies.Where(t => t.LessonId == lessonId && t.OrganisationId == from).ExecuteDeleteAsync(ct);
        }
    }

    internal static IEnumerable<string> Moves(int lessonId, int from, int to, string people)
        => new[] { $"standing <> {(int)Standing.Doubled} AND person_id IN ({people})", $"standing = {(int)Standing.Visitor}" }
            .Select(whose => string.Create(CultureInfo.InvariantCulture, $"UPDATE completions SET organisation_id = {to} WHERE lesson_id = {lessonId} AND organisation_id = {from} AND {whose}"));

    private Task<List<int>> OpenLessonsAsync(BotDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return db.Lessons.Where(l => l.ClosesAt > now && l.State == LessonState.Published).OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(ct);
    }

    /// <summary>Moves one person's completions of lessons that have not closed, and their tallies with them.</summary>
    public async Task RefreshPersonAsync(BotDb db, int personId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (organisationId, standing) = await WhereAsync(db, personId, ct);
        var open = await (
            from completion in db.Completions.AsNoTracking()
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            where completion.PersonId == personId && lesson.ClosesAt > now && completion.Standing != Standing.Doubled
                && (completion.OrganisationId != organisationId || completion.Standing != standing)
            orderby completion.LessonId
            select completion).ToListAsync(ct);
        foreach (var completion in open)
        {
            await db.Completions.Where(c => c.Id == completion.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.OrganisationId, organisationId).SetProperty(c => c.Standing, standing), ct);
            var steps = new[] { (completion.OrganisationId, completion.Standing, By: -1), (OrganisationId: organisationId, Standing: standing, By: 1) };
            foreach (var (at, counted, by) in steps.OrderBy(s => s.OrganisationId))
            {
                await Tallies.AddAsync(db, completion.LessonId, at, counted, completion.Late, by, ct);
            }
        }
    }

    /// <summary>
    /// Brings the completions of every lesson that has not closed in step with the memberships, then recounts those lessons. For imports;
    /// completions of these lessons wait meanwhile.
    /// </summary>
    public async Task RefreshAllAsync(BotDb db, CancellationToken ct)
    {
        foreach (var lessonId in await OpenLessonsAsync(db, ct))
        {
            await Tallies.LockLessonAsync(db, lessonId, ct);
            await MoveAllAsync(db, lessonId, ct);
            await Tallies.RecountLockedAsync(db, lessonId, ct);
        }
    }

    /// <summary>
    /// As <see cref="RefreshPersonAsync"/> for many people, with few statements. The open lessons have to be locked already.
    /// </summary>
    /// <param name="people">A subquery with one column, person_id.</param>
    public async Task RefreshListedAsync(BotDb db, string people, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        string[] steps =
        [
            $"""
            CREATE TEMP TABLE standings_moved AS SELECT c.id, c.lesson_id, c.late, c.organisation_id AS old_id, c.standing AS old_standing,
                {OrganisationOf("c")} AS new_id, {StandingOf("c")} AS new_standing
            FROM {people} x CROSS JOIN completions c CROSS JOIN lessons l
            WHERE c.person_id = x.person_id AND l.id = c.lesson_id AND l.closes_at > {now} AND l.state = {(int)LessonState.Published} AND c.standing <> {(int)Standing.Doubled}
            """,
            "DELETE FROM standings_moved WHERE old_id = new_id AND old_standing = new_standing",
            "UPDATE completions SET organisation_id = m.new_id, standing = m.new_standing FROM standings_moved m WHERE completions.id = m.id",
            $"""
            INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors)
            SELECT lesson_id, organisation_id,
                   SUM(CASE WHEN standing = {(int)Standing.Member} AND NOT late THEN step ELSE 0 END),
                   SUM(CASE WHEN standing = {(int)Standing.Member} AND late THEN step ELSE 0 END),
                   SUM(CASE WHEN standing = {(int)Standing.Visitor} THEN step ELSE 0 END)
            FROM (SELECT lesson_id, old_id AS organisation_id, old_standing AS standing, late, -1 AS step FROM standings_moved
                  UNION ALL SELECT lesson_id, new_id, new_standing, late, 1 FROM standings_moved) x
            WHERE true GROUP BY lesson_id, organisation_id ORDER BY lesson_id, organisation_id
            ON CONFLICT (lesson_id, organisation_id) DO UPDATE SET completed = tallies.completed + excluded.completed,
                late = tallies.late + excluded.late, visitors = tallies.visitors + excluded.visitors
            """,
            "DROP TABLE standings_moved",
        ];
        foreach (var sql in steps)
        {
            await db.Database.ExecuteTextAsync(sql, ct);
        }
    }

    private static Task<int> MoveAllAsync(BotDb db, int lessonId, CancellationToken ct)
        => db.Database.ExecuteTextAsync(
            $"""
            UPDATE completions SET organisation_id = {OrganisationOf("completions")}, standing = {StandingOf("completions")}
            WHERE lesson_id = {lessonId} AND standing <> {(int)Standing.Doubled}
            """,
            ct);

    /// <summary>Where a completion counts now, as an expression.</summary>
    private static string OrganisationOf(string completion) =>
        $"""
        COALESCE(
            (SELECT m.organisation_id FROM memberships m WHERE m.person_id = {completion}.person_id AND m.until IS NULL AND m.category = {(int)PersonCategory.Member} AND {Committed.Only("m")}),
            (SELECT a.join_organisation_id FROM accounts a WHERE a.person_id = {completion}.person_id AND a.join_organisation_id IS NOT NULL ORDER BY a.join_used_at DESC, a.id DESC LIMIT 1),
            (SELECT MIN(o.id) FROM organisations o WHERE o.parent_id IS NULL AND {Committed.Only("o")}),
            0)
        """;

    private static string StandingOf(string completion) =>
        $"""
        CASE
            WHEN NOT EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = {completion}.person_id AND m.until IS NULL AND m.category = {(int)PersonCategory.Member} AND {Committed.Only("m")})
                THEN {(int)Standing.Visitor}
            WHEN EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = {completion}.person_id AND e.until IS NULL)
                THEN {(int)Standing.Exempt}
            ELSE {(int)Standing.Member} END
        """;

    private static async Task<(int OrganisationId, Standing Standing)> WhereAsync(BotDb db, int personId, CancellationToken ct)
    {
        var membership = await db.Memberships.AsNoTracking()
            .FirstOrDefaultAsync(m => m.PersonId == personId && m.Until == null && m.Category == PersonCategory.Member, ct);
        if (membership is null)
        {
            var joined = await db.Accounts.Where(a => a.PersonId == personId && a.JoinOrganisationId != null)
                .OrderByDescending(a => a.JoinUsedAt).ThenByDescending(a => a.Id).Select(a => a.JoinOrganisationId).FirstOrDefaultAsync(ct);
            var root = await db.Organisations.Where(o => o.ParentId == null).MinAsync(o => (int?)o.Id, ct);
            return (joined ?? root ?? 0, Standing.Visitor);
        }

        var exempt = await db.Exemptions.AnyAsync(e => e.PersonId == personId && e.Until == null, ct);
        return (membership.OrganisationId, exempt ? Standing.Exempt : Standing.Member);
    }
}
