using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>A real process that freezes, killed between the seal and the commit.</summary>
public sealed class FreezeKillTests
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市,盟市,,,,,
        示例市/一班,支部,学生001,2009-01-01,,M001,团员
        示例市/一班,支部,学生002,2009-01-02,,M002,团员
        示例市/二班,支部,学生003,2009-01-03,,M003,团员
        """;

    [Fact]
    public async Task Killed_before_its_commit_it_leaves_the_seal_alone_and_the_next_one_makes_the_week_whole()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var closes = TimeProvider.System.GetUtcNow().AddDays(-1);
        bot.Clock.Now = closes.AddDays(-1);
        await bot.ImportAsync(Roster);
        await bot.Given(LessonGiven.Open("9-2") with { Opens = closes.AddDays(-6), Closes = closes });
        await bot.JoinsAsync("o-1", "学生001", "M001", "一班");
        await bot.StudiesAsync("o-1");
        await RealProcess.HoldUpAsync(bot, "frozen_figures");

        using (var process = RealProcess.Start(bot, new Dictionary<string, string> { ["Jobs__FreezeFigures__Cron"] = "* * * * * ?" }))
        {
            // The seal is there, and the rows' transaction stays open.
            await process.KillWhenAsync(async () => await bot.InDb(db => db.Freezes.AnyAsync(ct)) && await RealProcess.IsHeldUpAsync(bot), ct);
        }

        await RealProcess.LetGoAsync(bot, "frozen_figures");
        Assert.Equal(0, await bot.InDb(db => db.FrozenFigures.CountAsync(ct)));
        var freeze = await bot.InDb(db => db.Freezes.AsNoTracking().SingleAsync(ct));
        Assert.Null(freeze.FrozenAt);

        bot.Clock.Now = TimeProvider.System.GetUtcNow();
        await bot.FreezeAsync();

        Assert.NotNull(await bot.InDb(db => db.Freezes.Select(f => f.FrozenAt).SingleAsync(ct)));
        var rows = await bot.InDb(db => db.FrozenFigures.AsNoTracking().OrderBy(f => f.OrganisationId).Select(f => $"{f.OwnMembers} {f.OwnCompleted} {f.Members} {f.Completed}").ToListAsync(ct));
        Assert.Equal(["0 0 3 1", "2 1 2 1", "1 0 1 0"], rows);
        await bot.AgreesAsync();
    }
}
