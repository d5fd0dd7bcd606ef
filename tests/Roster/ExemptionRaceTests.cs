using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task A_birth_date_that_is_corrected_while_birthdays_are_looked_through_is_looked_at_again()
    {
        await BornAsync("学生003", 1990);
        await _bot.FreezeAsync();
        await BornAsync("学生003", 2008);
        _bot.Clock.Now += TimeSpan.FromDays(1);
        await _bot.SayAsync("o-2", "隐私 更正", "出生日期写错了。");
        var (request, branch) = (await _bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync()), await _bot.OrganisationAsync(Branch));
        var looks = 0;
        var look = ActivatorUtilities.CreateInstance<ExemptionSwitch>(_bot.Services, new Asked(_bot.Clock, () =>
        {
            // The second time it is asked when the first one's exemption has to end: everybody who is 28 has been listed by then.
            if (++looks == 2)
            {
                var edited = new EditedEntry("学生002", new DateOnly(1990, 5, 1), "S002", null);
                Assert.False(_bot.DoAsync<TrayCorrections, Result<bool>>(c => c.CloseAsync(request, [branch], true, edited, "s", CancellationToken.None)).Result.IsRefused(out _));
            }
        }));

        Assert.Equal(1, await _bot.InDb(db => look.AdvanceAsync(db, CancellationToken.None)));
        Assert.Equal("5,0,0,0,0,0.0000", await ShowsAsync());

        await _bot.FreezeAsync();
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    private Task<int> BornAsync(string name, int year) => _bot.InDb(db => db.People.Where(p => p.Name == name).ExecuteUpdateAsync(set => set.SetProperty(p => p.BirthDate, new DateOnly(year, 5, 1))));

    private Task<string> ShowsAsync() => _bot.ShowsAsync("示例省/甲县/甲镇/一支部");

    /// <summary>Another's time, told after something has been done.</summary>
    private sealed class Asked(TimeProvider clock, Action act) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            act();
            return clock.GetUtcNow();
        }
    }
}
