using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

public sealed class FigureBoardTests
{
    [Fact]
    public async Task Who_looks_just_after_the_closing_sees_what_was_last_true_while_the_rows_are_counted()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var (board, lesson) = (bot.Services.GetRequiredService<FigureBoard>(), (await LessonsAsync(bot)).Single());
        bot.Clock.Now = FigureSteps.Closes.AddSeconds(-1);
        await board.ReadAsync(lesson, default);

        bot.Clock.Now = FigureSteps.Closes.AddSeconds(1);
        var before = await board.ReadAsync(lesson, default);
        Assert.Equal(FigureSteps.Closes.AddSeconds(-1), before.At);

        for (var tries = 0; (await board.ReadAsync(lesson, default)).At < FigureSteps.Closes; tries++)
        {
            Assert.True(tries < 500, "the rows are never counted");
            await Task.Delay(10);
        }

        var loads = board.Loads;
        await board.ReadAsync(lesson, default);
        Assert.Equal(loads, board.Loads);

        // So old a reading is not shown to anybody any more.
        bot.Clock.Now += TimeSpan.FromMinutes(4);
        Assert.Equal(bot.Clock.Now, (await board.ReadAsync(lesson, default)).At);
    }

    [Fact]
    public async Task Somebody_who_looks_through_all_years_fills_no_memory()
    {
        await using var bot = await Desk.StartAsync();
        var first = new DateTimeOffset(2026, 11, 16, 8, 0, 0, TimeSpan.FromHours(8));
        await bot.Given([.. Enumerable.Range(1, FigureBoard.MostKept + 5).Select(n => LessonGiven.Open($"9-{n}") with { Opens = first.AddHours(n), Closes = first.AddHours(n + 1) })]);
        bot.Clock.Now = first.AddDays(3);
        await bot.FreezeAsync();
        var board = bot.Services.GetRequiredService<FigureBoard>();

        foreach (var lesson in await LessonsAsync(bot))
        {
            Assert.Equal(9, (await board.ReadAsync(lesson, default)).Figures.Values.Max(f => f.Members));
        }

        Assert.Equal(FigureBoard.MostKept, board.Count);
    }

    private static Task<IReadOnlyList<PublishedLesson>> LessonsAsync(BotUnderTest bot) => bot.DoAsync<LessonShelf, IReadOnlyList<PublishedLesson>>(shelf => shelf.AllAsync(default).AsTask());
}
