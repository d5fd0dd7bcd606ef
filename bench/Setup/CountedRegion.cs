using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench.Setup;

/// <summary>
/// A region as figures see it, made by a few statements inside the database: five levels, twenty members a branch, one in a hundred exempt,
/// seven in ten have studied the closed and the open lesson. The same for the same number, on either database; nobody has a name.
/// </summary>
internal sealed class CountedRegion(Workspace workspace)
{
    public const int PerBranch = 20;

    private const int Cities = 12;
    private const int Counties = 100;
    private const int Towns = 1000;
    private const int FirstBranch = 1 + Cities + Counties + Towns;

    /// <summary>Row ids of the lessons.</summary>
    public const int Closed = 1;

    public const int Open = 2;

    public async Task AddAsync(int members, CancellationToken ct)
    {
        var branches = members / PerBranch;
        Workspace.Say($"preparing {members} members in {branches} branches on {workspace.DatabaseName}");
        await LessonAsync("9-1", TimeProvider.System.GetUtcNow().AddDays(-9), ct);
        await LessonAsync("9-2", TimeProvider.System.GetUtcNow().AddDays(-1), ct);
        await workspace.InDbAsync(async db =>
        {
            db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            foreach (var sql in Statements(members, branches, db.Database.IsSqliteDatabase()))
            {
                await db.Database.ExecuteSqlRawAsync(sql, ct);
            }

            await transaction.CommitAsync(ct);
            await db.Database.ExecuteSqlRawAsync(db.Database.IsSqliteDatabase() ? "ANALYZE" : "VACUUM ANALYZE", ct);
            return 0;
        });
    }

    private static IEnumerable<string> Statements(int members, int branches, bool sqlite)
    {
        var last = FirstBranch + branches;
        var (no, parent) = (sqlite ? "0" : "false", $"CASE WHEN i = 1 THEN NULL WHEN i <= {1 + Cities} THEN 1 WHEN i <= {1 + Cities + Counties} THEN 2 + i % {Cities} "
            + $"WHEN i <= {FirstBranch} THEN {2 + Cities} + i % {Counties} ELSE {2 + Cities + Counties} + i % {Towns} END");
        yield return $"INSERT INTO organisations (id, parent_id, name, name_key, kind, join_code) SELECT i, {parent}, 'O' || i, 'o' || i, 0, 'J' || i FROM {Numbers(last, sqlite)}";
        yield return $"INSERT INTO people (id) SELECT i FROM {Numbers(members, sqlite)}";
        yield return $"INSERT INTO memberships (person_id, organisation_id, category, since) SELECT i, {FirstBranch + 1} + (i - 1) / {PerBranch}, 0, 0 FROM {Numbers(members, sqlite)}";
        yield return $"INSERT INTO exemptions (person_id, since, reason) SELECT i, 0, 'other' FROM {Numbers(members, sqlite)} WHERE i % 100 = 0";
        yield return "INSERT INTO headcounts (organisation_id, members, exempt) SELECT m.organisation_id, COUNT(*), COUNT(e.id) FROM memberships m LEFT JOIN exemptions e ON e.person_id = m.person_id GROUP BY m.organisation_id";
        foreach (var lesson in new[] { Closed, Open })
        {
            // In no order of people, as they come.
            yield return $"""
                INSERT INTO completions (lesson_id, person_id, organisation_id, standing, late, at, receipt)
                SELECT {lesson}, p, {FirstBranch + 1} + (p - 1) / {PerBranch}, CASE WHEN p % 100 = 0 THEN 1 ELSE 0 END, {no}, 0, 'R{lesson}-' || i
                FROM (SELECT i, 1 + (i * 7919) % {members} AS p FROM {Numbers(members, sqlite)}) shuffled WHERE p % 10 < 7
                """;
            yield return $"""
                INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors)
                SELECT lesson_id, organisation_id, SUM(CASE WHEN standing = 0 THEN 1 ELSE 0 END), 0, 0 FROM completions WHERE lesson_id = {lesson} GROUP BY lesson_id, organisation_id
                """;
        }
    }

    private static string Numbers(int count, bool sqlite) => sqlite
        ? $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) numbers"
        : $"(SELECT i FROM generate_series(1::bigint, {count}) AS g(i)) numbers";

    private async Task LessonAsync(string id, DateTimeOffset opens, CancellationToken ct)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"""
            ---
            season: 9
            period: {id[2..]}
            title: Lesson {id}
            opens: {opens:yyyy-MM-ddTHH:mm:ssZ}
            closes: {opens.AddDays(7):yyyy-MM-ddTHH:mm:ssZ}
            minSeconds: 1
            ---
            ## Part 1
            Text.
            """);
        await using var scope = workspace.Services.CreateAsyncScope();
        if ((await scope.ServiceProvider.GetRequiredService<LessonPlan>().ImportAsync(LessonFile.Read(file).Lesson!, publish: true, reason: null, ct)).IsRefused(out var refusal))
        {
            throw new BenchException(refusal.Detail);
        }
    }
}
