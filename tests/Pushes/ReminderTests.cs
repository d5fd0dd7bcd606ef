using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>Reminders of the open lesson: it closes on Sunday at 24:00, so they go out on Saturday at 21:00, before the night.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private const string Ann = "openid-of-student-001";
    private const string Bob = "openid-of-student-002";
    private static readonly DateTimeOffset Saturday = new(2026, 11, 21, 21, 0, 0, ChinaTime.Zone.BaseUtcOffset);

    private PostOffice _office = null!;

    private BotUnderTest Bot => _office.Bot;

    public async ValueTask InitializeAsync()
    {
        _office = await PostOffice.StartAsync();
        await Bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Theory]
    [InlineData("提醒")]
    [InlineData("提醒我")]
    public async Task Who_asks_is_told_when_it_comes_and_how_and_gets_one_at_that_time(string word)
    {
        var said = await Bot.SayAsync(Ann, word);
        Assert.Contains("周六 21:00", said, StringComparison.Ordinal);
        Assert.Contains("48 小时内发过消息", said, StringComparison.Ordinal);
        Assert.Contains("你下次来时告诉你", said, StringComparison.Ordinal);

        Bot.Clock.Now = Saturday.AddMinutes(-1);
        Assert.Equal(0, await RunAsync());
        Bot.Clock.Now = Saturday;
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        Bot.Clock.Now = Saturday.AddHours(12);
        Assert.Equal(0, await RunAsync());
        while (await _office.SendAsync() > 0)
        {
        }

        var (to, text) = Assert.Single(_office.Given);
        Assert.Equal(Ann, to);
        Assert.Contains("快截止了，你还没学完", text, StringComparison.Ordinal);
        Assert.Contains("已经提醒过你", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_studied_by_then_is_not_reminded()
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.StudiesAsync(Ann);
        Assert.Contains("已经学完了，不用提醒", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
        Bot.Clock.Now = Saturday;

        Assert.Equal(0, await RunAsync());

        Assert.Empty(await _office.MessagesAsync());
        Assert.Empty(await Bot.InDb(db => db.Reminders.ToListAsync()));
    }

    [Fact]
    public async Task Who_studies_between_the_round_and_the_sending_gets_none()
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.SayAsync(Bob, "提醒");
        Bot.Clock.Now = Saturday;
        Assert.Equal(2, await RunAsync());
        await Bot.InDb(async db =>
        {
            // Bob sent the bot nothing meanwhile that would have told it.
            var bob = await db.Accounts.OrderBy(a => a.Id).Select(a => a.PersonId).LastAsync();
            db.Add(new Completion { LessonId = await db.Lessons.Select(l => l.Id).SingleAsync(), PersonId = bob, OrganisationId = 1, Standing = Standing.Visitor, Late = false, At = Bot.Clock.Now, Receipt = "R" });
            await db.SaveChangesAsync();
        });

        while (await _office.SendAsync() > 0)
        {
        }

        Assert.Equal(Ann, Assert.Single(_office.Given).To);
        Assert.Equal([OutboxState.Sent, OutboxState.Void], (await _office.MessagesAsync()).Select(m => m.State).Order());
    }

    [Fact]
    public async Task Where_it_may_not_be_sent_it_is_told_with_the_next_answer_unless_the_lesson_has_closed()
    {
        _office.Says(45015);
        await Bot.SayAsync(Ann, "提醒");
        await Bot.SayAsync(Bob, "提醒");
        Bot.Clock.Now = Saturday;
        await RunAsync();
        await _office.SendAsync();

        Assert.Contains("快截止了，你还没学完", await Bot.SayAsync(Ann, "帮助"), StringComparison.Ordinal);
        Bot.Clock.Now = FigureSteps.Closes;
        Assert.DoesNotContain("快截止了", await Bot.SayAsync(Bob, "帮助"), StringComparison.Ordinal);
        Assert.Equal([OutboxState.Told, OutboxState.Void], (await _office.MessagesAsync()).Select(m => m.State).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_taken_back_does_not_come_before_the_round_nor_after_it(bool afterTheRound)
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.SayAsync(Ann, "每周提醒");
        Bot.Clock.Now = Saturday;
        if (afterTheRound)
        {
            Assert.Equal(1, await RunAsync());
            await Bot.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Parked))); // so that the answer does not tell it
        }

        await StopAsync();
        await RunAsync();
        await Bot.InDb(db => db.Outbox.Where(m => m.State == OutboxState.Parked).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Waiting)));
        await _office.SendAsync();

        Assert.Empty(_office.Given);
        Assert.False(await Bot.InDb(db => db.Accounts.AnyAsync(a => a.WeeklyReminderSince != null)));
        Assert.Contains("不再提醒", await Bot.SayAsync(Ann, "不用提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_week_means_this_one_and_those_that_follow_until_it_is_taken_back()
    {
        var said = await Bot.SayAsync(Ann, "每周提醒");
        Assert.Contains("这一期是周六 21:00", said, StringComparison.Ordinal);
        Bot.Clock.Now = Saturday;
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        await Bot.Given(new LessonGiven("9-3") { Opens = FigureSteps.Closes.AddHours(8), Closes = FigureSteps.Closes.AddDays(7) });
        Bot.Clock.Now = Saturday.AddDays(7).AddMinutes(-1);
        Assert.Equal(0, await RunAsync());
        Bot.Clock.Now = Saturday.AddDays(7);

        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));

        await StopAsync();
        await Bot.Given(new LessonGiven("9-4") { Opens = FigureSteps.Closes.AddDays(7).AddHours(8), Closes = FigureSteps.Closes.AddDays(14) });
        Bot.Clock.Now = Saturday.AddDays(14);
        Assert.Equal(0, await RunAsync());
    }

    [Fact]
    public async Task Without_an_open_lesson_every_week_holds_from_the_next_one_on()
    {
        Bot.Clock.Now = FigureSteps.Closes.AddHours(1);
        Assert.Contains("没有正在进行的课", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
        Assert.Contains("以后每周", await Bot.SayAsync(Ann, "每周提醒"), StringComparison.Ordinal);
        await Bot.Given(new LessonGiven("9-3") { Opens = FigureSteps.Closes.AddHours(8), Closes = FigureSteps.Closes.AddDays(7) });
        Bot.Clock.Now = Saturday.AddDays(7);

        Assert.Equal(1, await RunAsync());
    }

    [Fact]
    public async Task The_exempt_are_not_reminded_nor_anybody_in_a_pause_or_of_a_lesson_that_was_withdrawn()
    {
        await Bot.SayAsync(Ann, "每周提醒");
        await Bot.SayAsync(Bob, "提醒");
        Bot.Clock.Now = Saturday;
        await ExemptAsync(Ann);
        Assert.Contains("不用提醒", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
        await Bot.InDb(db => db.Lessons.ExecuteUpdateAsync(set => set.SetProperty(l => l.State, LessonState.Draft)));
        Assert.Equal(0, await RunAsync());
        await Bot.InDb(db => db.Lessons.ExecuteUpdateAsync(set => set.SetProperty(l => l.State, LessonState.Published)));
        await Bot.InDb(async db =>
        {
            db.Add(new PauseWeek { From = new DateOnly(2026, 11, 21), To = new DateOnly(2026, 11, 21), Name = "运动会" });
            await db.SaveChangesAsync();
        });
        Assert.Equal(0, await RunAsync());
        Bot.Clock.Now = Saturday.AddHours(11); // on Sunday the lesson is still open, and the pause over

        Assert.Equal(1, await RunAsync());

        await _office.SendAsync();
        Assert.Equal(Bob, Assert.Single(_office.Given).To);
    }

    [Fact]
    public async Task A_reminder_that_would_come_in_a_pause_is_not_promised()
    {
        await Bot.InDb(async db =>
        {
            db.Add(new PauseWeek { From = new DateOnly(2026, 11, 21), To = new DateOnly(2026, 11, 21), Name = "运动会" });
            await db.SaveChangesAsync();
        });

        Assert.Contains("停课，不提醒", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
        Assert.Empty(await Bot.InDb(db => db.Reminders.ToListAsync()));
    }

    [Fact]
    public async Task After_a_night_without_a_server_it_goes_out_once_and_after_the_closing_not_at_all()
    {
        await Bot.SayAsync(Ann, "提醒");
        Bot.Clock.Now = Saturday.AddHours(14);
        await Bot.RestartAsync();
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        await _office.SendAsync();
        Assert.Single(_office.Given);

        await Bot.Given(new LessonGiven("9-3") { Opens = FigureSteps.Closes.AddHours(8), Closes = FigureSteps.Closes.AddDays(7) });
        Bot.Clock.Now = FigureSteps.Closes.AddDays(1);
        await Bot.SayAsync(Bob, "提醒");
        Bot.Clock.Now = FigureSteps.Closes.AddDays(7);
        await Bot.RestartAsync();

        Assert.Equal(0, await RunAsync());
        Assert.Empty(await Bot.InDb(db => db.Reminders.ToListAsync()));
    }

    [Fact]
    public async Task A_closing_that_was_moved_to_an_earlier_day_takes_the_reminders_along()
    {
        await Bot.SayAsync(Ann, "提醒");
        var closes = new DateTimeOffset(2026, 11, 20, 20, 0, 0, ChinaTime.Zone.BaseUtcOffset);
        await Bot.InDb(db => db.Lessons.ExecuteUpdateAsync(set => set.SetProperty(l => l.ClosesAt, closes)));
        Bot.Clock.Now = closes.AddDays(-1);

        Assert.Equal(1, await RunAsync());
    }

    [Fact]
    public async Task Twenty_who_ask_at_once_with_one_telephone_have_one_reminder_and_twenty_rounds_at_once_send_one()
    {
        await Bot.SayAsync(Bob, "每周提醒");
        var said = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Bot.Phone(Ann).Sends("提醒"))));
        Assert.All(said, s => Assert.Contains("周六 21:00", s.Text, StringComparison.Ordinal));
        Assert.Equal(2, await Bot.InDb(db => db.Reminders.CountAsync()));
        Bot.Clock.Now = Saturday;

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(RunAsync)));

        Assert.Equal(2, added.Sum());
        Assert.Equal(2, (await _office.MessagesAsync()).Count);
    }

    /// <summary>Without the keys of reminders and of the outbox, looking first lets all through.</summary>
    [Theory]
    [InlineData("reminders")]
    [InlineData("outbox")]
    public async Task The_control_arms_that_look_first_remind_twenty_times(string table)
    {
        await Bot.InDb(db => db.Database.ExecuteSqlRawAsync(
            table == "outbox" ? "CREATE TABLE unguarded AS SELECT account_id FROM outbox WHERE 1 = 0" : "CREATE TABLE unguarded AS SELECT account_id FROM reminders WHERE 1 = 0"));

        var asked = await LookingFirst.RaceAsync<int>(
            Bot,
            async (db, _) => await db.Database.SqlQuery<int>($"SELECT COUNT(*) AS \"Value\" FROM unguarded").SingleAsync() == 0 ? 1 : null,
            (db, _, account) => db.Database.ExecuteSqlAsync($"INSERT INTO unguarded (account_id) VALUES ({account})"));

        Assert.Equal(20, asked);
    }

    [Fact]
    public async Task Thousands_who_want_it_every_week_get_one_each()
    {
        await Bot.InDb(async db =>
        {
            var people = Enumerable.Range(0, 5000).Select(_ => new Person()).ToList();
            db.AddRange(people);
            await db.SaveChangesAsync();
            db.AddRange(people.Select(p => new Account { PersonId = p.Id, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes((long)p.Id), OpenIdSealed = [], WeeklyReminderSince = Bot.Clock.Now }));
            await db.SaveChangesAsync();
        });
        Bot.Clock.Now = Saturday;

        Assert.Equal((5000, 0), (await RunAsync(), await RunAsync()));
    }

    [Theory]
    [InlineData("2026-11-16T08:00", "2026-11-23T00:00", "2026-11-21T21:00")] // the day before would be midnight
    [InlineData("2026-11-16T08:00", "2026-11-22T20:00", "2026-11-21T20:00")]
    [InlineData("2026-11-22T10:00", "2026-11-23T00:00", "2026-11-22T17:00")] // asked for late: half-way
    [InlineData("2026-11-21T22:30", "2026-11-22T12:00", "2026-11-22T08:00")] // half-way is night and the evening before is over
    [InlineData("2026-11-22T22:30", "2026-11-23T00:00", null)]
    [InlineData("2026-11-22T19:30", "2026-11-22T20:00", null)]
    public void A_reminder_comes_the_day_before_and_never_at_night(string from, string closes, string? expected)
        => Assert.Equal(expected is null ? null : At(expected), new PushesOptions().ReminderAt(At(from), At(closes)));

    private static DateTimeOffset At(string china) => new(DateTime.Parse(china, System.Globalization.CultureInfo.InvariantCulture), ChinaTime.Zone.BaseUtcOffset);

    private Task<int> RunAsync() => Bot.DoAsync<ReminderRounds, int>(rounds => rounds.RunAsync(default));

    private async Task StopAsync()
    {
        var ann = await Bot.Services.GetRequiredService<Accounts>().FindAsync(BotUnderTest.AppId, Ann, default);
        await Bot.DoAsync<Reminders, bool>(async reminders =>
        {
            await reminders.StopAsync(ann!, default);
            return true;
        });
    }

    private async Task ExemptAsync(string openId)
    {
        var account = await Bot.Services.GetRequiredService<Accounts>().FindAsync(BotUnderTest.AppId, openId, default);
        await Bot.InDb(async db =>
        {
            db.Add(new Exemption { PersonId = account!.PersonId, Since = Bot.Clock.Now.AddDays(-1), Reason = "other" });
            await db.SaveChangesAsync();
        });
    }
}
