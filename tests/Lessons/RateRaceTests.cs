using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

public sealed class RateRaceTests
{
    [Fact]
    public async Task While_somebody_who_has_studied_joins_and_leaves_no_rate_goes_beyond_1()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        foreach (var n in new[] { 6, 7, 8 })
        {
            await bot.JoinsAsync($"o-{n}", $"学生00{n}", $"S00{n}", "二支部");
            await bot.StudiesAsync($"o-{n}");
        }

        var lesson = (await bot.Services.GetRequiredService<LessonShelf>().FindAsync(new LessonId(9, 2), default))!;
        var (person, branch) = (await bot.PersonAsync("学生008"), await bot.OrganisationAsync("二支部"));
        var moving = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await FigurePropertyTests.MoveAsync(bot, person, i % 2 == 0 ? null : branch);
            }
        });

        // All who are there have studied: of any one moment the rate is exactly 1.
        var read = 0;
        while (!moving.IsCompleted || read < 5)
        {
            var one = await bot.DoAsync<Figures, Figure?>(f => f.OfBranchAsync(lesson, branch, default));
            var all = (await bot.DoAsync<Figures, PeriodFigures>(f => f.ReadAsync(lesson, default))).Figures[branch];
            Assert.Equal((one!.Value.Members, all.Members), (one.Value.Completed, all.Completed));
            read++;
        }

        await moving;
    }
}
