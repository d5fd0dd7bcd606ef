using System.Data.Common;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>What many ask, or what holds up completions, goes by an index and not over a region's rows.</summary>
public sealed class FigurePlanTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.InDb(async db =>
        {
            // A lesson that 20,000 in 1,000 branches have studied, one in fifty a visitor.
            var lesson = await db.Lessons.Select(l => l.Id).SingleAsync();
            await db.Database.ExecuteTextAsync(
                $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                INSERT INTO completions (lesson_id, person_id, organisation_id, standing, late, at, receipt)
                SELECT {lesson}, i, i % 1000, CASE WHEN i % 50 = 0 THEN 2 ELSE 0 END, {(_bot.Provider == DatabaseProvider.Sqlite ? "0" : "false")}, 0, 'R' || i FROM n
                """,
                default);
            await db.Database.ExecuteTextAsync("ANALYZE", default);
        });
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public Task A_branchs_visitors_are_found_by_their_own_index() => _bot.InDb(async db =>
    {
        var visits = CodeVisitors.Visits(db, 5, 9);
        foreach (var asked in new[] { visits, visits.Where(c => c.LessonId == 1) })
        {
            await using var command = asked.CreateDbCommand();
            var plan = await PlanAsync(command);

            Assert.Contains("ix_completions_visitors", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN TABLE accounts", plan, StringComparison.Ordinal); // SQLite makes a list of everybody's out of EXISTS
        }
    });

    [Fact]
    public Task A_merge_goes_by_the_people_who_move_and_not_over_the_lesson() => _bot.InDb(async db =>
    {
        await db.Database.OpenConnectionAsync();
        await db.Database.ExecuteTextAsync("CREATE TEMP TABLE moved_members AS SELECT person_id FROM completions WHERE person_id <= 20", default);
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            await db.Database.ExecuteTextAsync("ANALYZE moved_members", default);
        }

        foreach (var sql in Standings.Moves(1, 5, 6, "SELECT person_id FROM moved_members"))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            var plan = await PlanAsync(command);
            Assert.True(plan.Contains("ix_completions_visitors", StringComparison.Ordinal) || plan.Contains("person_id", StringComparison.Ordinal), plan);
            Assert.DoesNotContain("SCAN TABLE completions", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on completions", plan, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData("UPDATE accounts SET join_organisation_id = 6 WHERE join_organisation_id = 5", "ix_accounts_join_organisation_id")]
    [InlineData("SELECT COUNT(*) FROM transfers WHERE ended_at >= 5 AND ended_at < 6", "ix_transfers_ended_at")]
    [InlineData("SELECT COUNT(*) FROM transfers WHERE due_at > 5 AND due_at <= 6", "ix_transfers_due_at")]
    public Task So_are_those_who_came_by_a_branchs_code_and_the_transfers_of_a_year(string sql, string index) => _bot.InDb(async db =>
    {
        await db.Database.OpenConnectionAsync();
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            await db.Database.ExecuteTextAsync("SET enable_seqscan = off", default); // there are no rows here
        }

        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;

        Assert.Contains(index, await PlanAsync(command), StringComparison.Ordinal);
    });

    [Fact]
    public Task Lists_of_the_console_ask_for_the_organisations_of_their_rows_and_do_not_list_a_region() => _bot.InDb(async db =>
    {
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            return; // its planner sees how many rows there are
        }

        foreach (var command in new[] { TransferLists.Done(db, [1, 2], _bot.Clock.Now).CreateDbCommand(), AppealSupport.Open(db, [1], [2, 3]).CreateDbCommand() })
        {
            await using (command)
            {
                var plan = await PlanAsync(command);
                var asked = plan.Split('\n').Where(line => line.Contains("organisation_ancestors", StringComparison.Ordinal)).ToList();
                Assert.True(asked.Count > 1 && asked.TrueForAll(line => line.Contains("organisation_id=?", StringComparison.Ordinal)), plan);
            }
        }
    });

    private async Task<string> PlanAsync(DbCommand command)
    {
        command.CommandText = (_bot.Provider == DatabaseProvider.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + command.CommandText;
        if (command.Connection!.State != System.Data.ConnectionState.Open)
        {
            await command.Connection.OpenAsync();
        }

        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(reader.FieldCount - 1));
        }

        return string.Join('\n', lines);
    }
}
