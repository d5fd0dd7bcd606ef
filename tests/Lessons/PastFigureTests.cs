using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

public sealed class PastFigureTests
{
    [Fact]
    public async Task Somebody_who_looks_through_all_years_fills_no_memory()
    {
        await using var bot = await Desk.StartAsync();
        var first = new DateTimeOffset(2026, 11, 16, 8, 0, 0, TimeSpan.FromHours(8));
        await bot.Given([.. Enumerable.Range(1, PastFigures.MostKept + 5).Select(n => LessonGiven.Open($"9-{n}") with { Opens = first.AddHours(n), Closes = first.AddHours(n + 1) })]);
        bot.Clock.Now = first.AddDays(3);
        await bot.FreezeAsync();
        var lessons = await bot.DoAsync<LessonShelf, IReadOnlyList<PublishedLesson>>(async shelf => [.. (await shelf.AllAsync(default)).OrderBy(l => l.OpensAt)]);
        var county = await Desk.OrganisationAsync(bot, "甲县");
        var past = bot.Services.GetRequiredService<PastFigures>();

        var all = await past.OfAsync(county, [county], lessons, default);

        Assert.Equal(lessons.Count, await bot.InDb(db => db.Freezes.CountAsync(f => f.FrozenAt != null)));
        Assert.All(all, week => Assert.Equal(8, week!.Value.Figure.Members));
        Assert.Equal(PastFigures.MostKept, past.Count);

        // Nobody has asked for these for an hour: the next that is read drives them out.
        bot.Clock.Now += TimeSpan.FromHours(2);
        await bot.Given(LessonGiven.Open("9-99") with { Opens = bot.Clock.Now.AddHours(-3), Closes = bot.Clock.Now.AddHours(-2) });
        await bot.FreezeAsync();
        await past.OfAsync(county, [county], [(await bot.DoAsync<LessonShelf, IReadOnlyList<PublishedLesson>>(async shelf => await shelf.AllAsync(default))).Single(l => l.Id.Period == 99)], default);
        Assert.Equal(1, past.Count);
    }
}
