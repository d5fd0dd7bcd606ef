using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>Who is reminded when, and who not.</summary>
public sealed class ReminderRoundTests : ReminderTest
{
    [Fact]
    public async Task Who_has_studied_by_then_is_not_reminded()
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.StudiesAsync(Ann);
        Assert.Contains("已经学完了，不用提醒", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
        Bot.Clock.Now = Saturday;

        Assert.Equal(0, await RunAsync());

        Assert.Empty(await Office.MessagesAsync());
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

        while (await Office.SendAsync() > 0)
        {
        }

        Assert.Equal(Ann, Assert.Single(Office.Given).To);
        Assert.Equal([OutboxState.Sent, OutboxState.Void], (await Office.MessagesAsync()).Select(m => m.State).Order());
    }

    [Theory]
    [InlineData("不用提醒", 0)]
    [InlineData("帮助", 1)]
    public async Task After_the_answer_to_a_no_a_round_that_began_before_sends_nothing(string word, int sent)
    {
        await Bot.SayAsync(Ann, "每周提醒");
        Bot.Clock.Now = Saturday;
        var (account, lesson) = await Bot.InDb(async db => (await db.Accounts.Select(a => a.Id).SingleAsync(), await db.Lessons.Select(l => l.Id).SingleAsync()));
        await Bot.SayAsync(Ann, word);

        // The round had read before that Ann wants one, and writes it now.
        await Bot.InDb(async db =>
        {
            db.Add(new OutboxMessage { AccountId = account, Code = ReminderRounds.Code, At = Saturday.ToUniversalTime(), DueAt = Saturday.ToUniversalTime(), MessageKey = $"lesson:{lesson}:closes" });
            await db.SaveChangesAsync();
        });
        await Office.SendAsync();

        Assert.Equal(sent, Office.Given.Count);
        Assert.DoesNotContain(word == "不用提醒" ? "快截止了" : "没有这一句", await Bot.SayAsync(Ann, "帮助"), StringComparison.Ordinal);
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

        await Office.SendAsync();
        Assert.Equal(Bob, Assert.Single(Office.Given).To);
    }

    [Fact]
    public async Task After_a_night_without_a_server_it_goes_out_once_and_after_the_closing_not_at_all()
    {
        await Bot.SayAsync(Ann, "提醒");
        Bot.Clock.Now = Saturday.AddHours(14);
        await Bot.RestartAsync();
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        await Office.SendAsync();
        Assert.Single(Office.Given);

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
    public async Task A_closing_that_was_put_off_puts_the_reminders_off()
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.InDb(db => db.Lessons.ExecuteUpdateAsync(set => set.SetProperty(l => l.ClosesAt, l => FigureSteps.Closes.AddDays(7))));

        Bot.Clock.Now = Saturday;
        Assert.Equal(0, await RunAsync());
        Bot.Clock.Now = Saturday.AddDays(7);
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
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
        Assert.Equal(2, (await Office.MessagesAsync()).Count);
    }

    /// <summary>Without the outbox's key, rounds that look first all remind.</summary>
    [Fact]
    public async Task The_control_arm_without_the_key_reminds_twenty_times()
    {
        await Bot.SayAsync(Ann, "提醒");
        await Bot.InDb(db => db.Database.ExecuteSqlRawAsync("DROP INDEX ix_outbox_account_id_message_key"));

        var reminded = await LookingFirst.RaceAsync<int>(
            Bot,
            async (db, _) => await db.Reminders.Where(r => !db.Outbox.Any(m => m.AccountId == r.AccountId)).Select(r => r.AccountId).SingleAsync(),
            (db, _, account) => db.Database.ExecuteSqlAsync(
                $"INSERT INTO outbox (account_id, code, at, due_at, state, message_key) VALUES ({account}, {ReminderRounds.Code}, 0, 0, 0, 'lesson:1:closes')"));

        Assert.Equal(20, reminded);
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
}
