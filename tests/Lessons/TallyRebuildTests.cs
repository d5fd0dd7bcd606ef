using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

/// <summary>`tally rebuild`: what differs from the rows is put right and said; what agrees holds nobody up.</summary>
public sealed class TallyRebuildTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
        await _bot.StudiesAsync("o-2");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_spoiled_headcount_is_put_right_and_reported()
    {
        var (first, second) = (await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"));
        await _bot.InDb(async db =>
        {
            await db.Headcounts.Where(h => h.OrganisationId == first).ExecuteUpdateAsync(set => set.SetProperty(h => h.Members, 9).SetProperty(h => h.Exempt, 2));
            await db.Headcounts.Where(h => h.OrganisationId == second).ExecuteDeleteAsync();
        });

        var ran = await _bot.RunAsync("tally", "rebuild", "--period", "9-2");

        Assert.Equal((0, "members: 2 organisations corrected\n9-2: agreed\n", ""), (ran.Code, ran.Out.ReplaceLineEndings("\n"), ran.Error));
        Assert.Equal("5,0,1,0,0,0.2000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Contains("members: agreed", (await _bot.RunAsync("tally", "rebuild")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_agrees_nothing_is_locked()
    {
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        await using var holder = await _bot.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await using var held = await holder.Database.BeginTransactionAsync(TestContext.Current.CancellationToken); // on SQLite this takes the one write lock
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            await holder.Database.ExecuteSqlAsync($"SELECT id FROM lessons WHERE id = {lesson} FOR UPDATE", TestContext.Current.CancellationToken);
            await holder.Database.ExecuteSqlAsync($"LOCK TABLE headcounts IN SHARE ROW EXCLUSIVE MODE", TestContext.Current.CancellationToken);
        }

        var tallies = _bot.DoAsync<Tallies, int>(t => t.RebuildAsync(lesson, CancellationToken.None));
        var members = _bot.InDb(db => Headcounts.RebuildAsync(db, CancellationToken.None));

        var wrong = await Task.WhenAll(tallies, members).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([0, 0], wrong);
    }
}
