using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>免学 that meets completions, moves and corrections, on one machine or on two whose clocks differ.</summary>
public sealed class ExemptionRaceTests : IAsyncLifetime
{
    private const string Branch = "一支部";

    private static readonly DateOnly Today = new(2026, 11, 18);

    private BotUnderTest _bot = null!;
    private int _lesson;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-2", "学生002", "S002", Branch);
        _lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task What_was_finished_before_an_exemption_and_is_written_after_it_is_in_no_rate()
    {
        var finished = _bot.Clock.Now;
        _bot.Clock.Now += TimeSpan.FromMilliseconds(50);
        Assert.Null(await _bot.ExemptsAsync("学生002", Branch, Today, null));

        await _bot.WritesAsync(_lesson, await _bot.PersonAsync("学生002"), finished);

        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_was_finished_during_an_exemption_and_is_written_after_its_end_counts()
    {
        Assert.Null(await _bot.ExemptsAsync("学生002", Branch, Today, null));
        _bot.Clock.Now += TimeSpan.FromSeconds(1);
        var finished = _bot.Clock.Now;
        _bot.Clock.Now += TimeSpan.FromMilliseconds(50);
        await _bot.EndsExemptionAsync("学生002", Branch);

        await _bot.WritesAsync(_lesson, await _bot.PersonAsync("学生002"), finished);

        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_is_written_after_the_closing_follows_the_exemption_of_the_closing_instant()
    {
        _bot.Clock.Now = FigureSteps.Closes.AddMinutes(-1);
        var finished = _bot.Clock.Now;
        _bot.Clock.Now = FigureSteps.Closes.AddMinutes(1);
        Assert.Null(await _bot.ExemptsAsync("学生002", Branch, ChinaTime.DateOf(_bot.Clock.Now), null));

        await _bot.WritesAsync(_lesson, await _bot.PersonAsync("学生002"), finished);
        await _bot.FreezesAsync();

        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Exemptions_that_race_with_completions_leave_a_rate_that_a_recount_confirms()
    {
        var person = await _bot.PersonAsync("学生002");
        for (var round = 0; round < 4; round++)
        {
            var finished = _bot.Clock.Now;
            _bot.Clock.Now += TimeSpan.FromMilliseconds(5);
            var writes = Enumerable.Range(0, 6).Select(i => Task.Run(() => _bot.WritesAsync(_lesson, person, finished, i)));
            await Task.WhenAll([.. writes, Task.Run(() => _bot.ExemptsAsync("学生002", Branch, Today, null))]);
            Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
            await _bot.AgreesAsync();

            await _bot.EndsExemptionAsync("学生002", Branch);
            await _bot.InDb(async db =>
            {
                await db.ExemptionPlans.ExecuteDeleteAsync();
                await db.Completions.ExecuteDeleteAsync();
                await db.Tallies.ExecuteDeleteAsync();
            });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_moves_takes_an_exemption_along_that_a_machine_with_a_faster_clock_began(bool byFile)
    {
        await _bot.StudiesAsync("o-2");
        _bot.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Null(await _bot.ExemptsAsync("学生002", Branch, Today, null));
        _bot.Clock.Now -= TimeSpan.FromSeconds(2);

        if (byFile)
        {
            await _bot.ImportAsync(Desk.Roster.Replace("一支部,支部,学生002", "二支部,支部,学生002", StringComparison.Ordinal));
        }
        else
        {
            var (from, to) = (await _bot.OrganisationAsync(Branch), await _bot.OrganisationAsync("二支部"));
            Assert.Null(await _bot.AcceptAsync((await _bot.ReleaseAsync("学生002", from, to, from)).Id, to));
        }

        Assert.Equal("二支部", await _bot.InDb(async db => await db.Organisations.Where(o => o.Id == db.Memberships.First(m => m.Until == null && db.People.Any(p => p.Id == m.PersonId && p.Name == "学生002")).OrganisationId).Select(o => o.Name).SingleAsync()));
        Assert.Equal("4,0,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    private Task<string> ShowsAsync() => _bot.ShowsAsync("示例省/甲县/甲镇/一支部");
}
