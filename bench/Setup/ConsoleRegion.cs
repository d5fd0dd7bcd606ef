using System.Globalization;
using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench.Setup;

/// <summary>
/// A region as its console meets it: the roster of <see cref="Region"/>, six people in ten bound, one in a hundred exempt, an open week that seven in
/// ten have studied, eight settled ones, and a few thousand transfers, requests and appeals that wait.
/// </summary>
internal sealed class ConsoleRegion(Workspace workspace)
{
    public const int Open = 9;

    private const int Waiting = 3000;
    private const int AuditEntries = 5000;

    public async Task AddAsync(Region region, CancellationToken ct)
    {
        var file = Path.Combine(workspace.Folder, "region.csv");
        region.WriteCsv(file);
        Workspace.Say($"importing {region.PeopleCount} people in {region.Branches.Count} branches on {workspace.DatabaseName}");
        await ServerUnderTest.OperateAsync(workspace, ct, "roster", "import", file);
        File.Delete(file);
        Workspace.Say("adding accounts, exemptions and completions");
        var (settled, open) = (await LessonAsync(Open - 1, ct), await LessonAsync(Open, ct));
        await RunAsync(sqlite => People(sqlite).Concat(Studied(sqlite, settled)).Concat(Studied(sqlite, open)), ct);
        Workspace.Say("settling eight weeks");
        await using (var scope = workspace.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Freezes>().FreezeDueAsync(ct);
        }

        for (var period = 1; period < Open - 1; period++)
        {
            var row = await LessonAsync(period, ct);
            await RunAsync(_ => Copies(settled, row), ct);
        }

        await workspace.InDbAsync(db => AddWaitingAsync(db, settled, ct));
    }

    /// <summary>Once everything is there: the database looks at what it has.</summary>
    public Task SettleAsync(CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        return await db.Database.ExecuteSqlRawAsync(db.Database.IsSqliteDatabase() ? "ANALYZE" : "VACUUM ANALYZE", ct);
    });

    /// <summary>Binds an account to the secretary of some branch.</summary>
    /// <returns>The branch.</returns>
    public Task<int> AddSecretaryAsync(string openId, CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        var membership = await db.Memberships.Where(m => m.Until == null && m.Duty == Duty.Secretary && !db.Organisations.Any(o => o.ParentId == m.OrganisationId)).OrderBy(m => m.Id).FirstAsync(ct);
        var vault = workspace.Services.GetRequiredService<Vault>();
        await db.Accounts.Where(a => a.PersonId == membership.PersonId).ExecuteDeleteAsync(ct);
        db.Add(new Account { PersonId = membership.PersonId, AppId = Workspace.AppId, OpenIdHash = vault.Hash(Workspace.AppId, openId), OpenIdSealed = vault.Seal(openId) });
        await db.SaveChangesAsync(ct);
        return membership.OrganisationId;
    });

    private static IEnumerable<string> People(bool sqlite)
    {
        var bytes = sqlite ? "CAST('h' || id AS BLOB)" : "convert_to('h' || id, 'UTF8')";
        yield return $"INSERT INTO accounts (person_id, app_id, open_id_hash, open_id_sealed, follows, wrong_tries, session_epoch) SELECT id, 'bench', {bytes}, {bytes}, {(sqlite ? "1" : "true")}, 0, 0 FROM people WHERE id % 10 < 6";
        yield return "INSERT INTO exemptions (person_id, since, reason) SELECT p.id, 0, 'other' FROM people p WHERE p.id % 100 = 0 AND NOT EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = p.id AND e.until IS NULL)";
        yield return "DELETE FROM headcounts";
        yield return """
            INSERT INTO headcounts (organisation_id, members, exempt) SELECT m.organisation_id, COUNT(*), COUNT(e.id)
            FROM memberships m LEFT JOIN exemptions e ON e.person_id = m.person_id AND e.until IS NULL WHERE m.until IS NULL AND m.category = 0 GROUP BY m.organisation_id
            """;
    }

    /// <summary>Nobody has in every fiftieth branch.</summary>
    private static IEnumerable<string> Studied(bool sqlite, int lesson)
    {
        yield return $"""
            INSERT INTO completions (lesson_id, person_id, organisation_id, standing, late, at, receipt)
            SELECT {lesson}, m.person_id, m.organisation_id, CASE WHEN e.id IS NULL THEN 0 ELSE 1 END, {(sqlite ? "0" : "false")}, 0, 'R{lesson}-' || m.person_id
            FROM memberships m LEFT JOIN exemptions e ON e.person_id = m.person_id AND e.until IS NULL
            WHERE m.until IS NULL AND m.category = 0 AND m.person_id % 10 < 7 AND m.organisation_id % 50 <> 0
            """;
        yield return $"""
            INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors)
            SELECT lesson_id, organisation_id, SUM(CASE WHEN standing = 0 THEN 1 ELSE 0 END), 0, 0 FROM completions WHERE lesson_id = {lesson} GROUP BY lesson_id, organisation_id
            """;
    }

    private static IEnumerable<string> Copies(int from, int to)
    {
        yield return $"INSERT INTO tallies (lesson_id, organisation_id, completed, late, visitors) SELECT {to}, organisation_id, completed, late, visitors FROM tallies WHERE lesson_id = {from}";
        yield return $"""
            INSERT INTO frozen_figures (lesson_id, organisation_id, parent_id, own_members, own_exempt, own_completed, members, exempt, completed)
            SELECT {to}, organisation_id, parent_id, own_members, own_exempt, own_completed, members, exempt, completed FROM frozen_figures WHERE lesson_id = {from}
            """;
        yield return $"INSERT INTO freezes (lesson_id, as_of, sealed_at, frozen_at, source) SELECT {to}, as_of, sealed_at, frozen_at, source FROM freezes WHERE lesson_id = {from}";
    }

    private static async Task<int> AddWaitingAsync(BotDb db, int lesson, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var today = ChinaTime.DateOf(now);
        var step = Math.Max(1, await db.Memberships.CountAsync(ct) / Waiting);
        var people = await (from m in db.Memberships where m.Until == null && m.PersonId % step == 0 select new { m.PersonId, m.OrganisationId }).ToListAsync(ct);
        var accounts = (await db.Accounts.Where(a => a.PersonId % step == 0).Select(a => new { a.PersonId, a.Id }).ToListAsync(ct)).GroupBy(a => a.PersonId).ToDictionary(g => g.Key, g => g.First().Id);
        for (var i = 0; i < people.Count; i++)
        {
            var (person, key) = (people[i], string.Create(CultureInfo.InvariantCulture, $"bench-{i}"));
            var deadline = today.AddDays((i % 60) - 15);
            db.Add(new Transfer
            {
                PersonId = person.PersonId,
                FromId = person.OrganisationId,
                ToId = i % 2 == 0 ? null : people[(i + 1) % people.Count].OrganisationId,
                Kind = TransferKind.ToSociety,
                ReleasedAt = now.AddDays(-20),
                ReleasedBy = "bench",
                DueAt = ChinaTime.StartOf(deadline.AddDays(1)),
                Deadline = deadline,
            });
            if (accounts.TryGetValue(person.PersonId, out var account))
            {
                db.Add(new JoinRequest { AccountId = account, OrganisationId = person.OrganisationId, Name = "学生000", Doubt = JoinDoubt.Unknown, At = now, MessageKey = key });
                db.Add(new Appeal { AccountId = account, PersonId = person.PersonId, LessonId = lesson, OrganisationId = person.OrganisationId, Saw = default, At = now, MessageKey = key });
            }
        }

        db.AddRange(Enumerable.Range(0, AuditEntries).Select(i => new AuditEntry { At = now.AddMinutes(-i), Actor = "bench", Action = "names.seen", Subject = "list:transfers", OrganisationId = people[i % people.Count].OrganisationId }));
        return await db.SaveChangesAsync(ct);
    }

    private Task<int> RunAsync(Func<bool, IEnumerable<string>> statements, CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        foreach (var sql in statements(db.Database.IsSqliteDatabase()))
        {
            await db.Database.ExecuteSqlRawAsync(sql, ct);
        }

        await transaction.CommitAsync(ct);
        return 0;
    });

    /// <returns>Its row.</returns>
    private async Task<int> LessonAsync(int period, CancellationToken ct)
    {
        var opens = TimeProvider.System.GetUtcNow().AddDays((-7 * (Open - period)) - 1);
        var file = string.Create(CultureInfo.InvariantCulture, $"""
            ---
            season: 9
            period: {period}
            title: 第{period}期
            opens: {opens:yyyy-MM-ddTHH:mm:ssZ}
            closes: {opens.AddDays(7):yyyy-MM-ddTHH:mm:ssZ}
            minSeconds: 1
            ---
            ## 一
            文字。
            """);
        await using var scope = workspace.Services.CreateAsyncScope();
        if ((await scope.ServiceProvider.GetRequiredService<LessonPlan>().ImportAsync(LessonFile.Read(file).Lesson!, publish: true, reason: null, ct)).IsRefused(out var refusal))
        {
            throw new BenchException(refusal.Detail);
        }

        return await workspace.InDbAsync(db => db.Lessons.Where(l => l.Season == 9 && l.Period == period).Select(l => l.Id).FirstAsync(ct));
    }
}
