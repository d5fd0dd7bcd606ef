using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Tests.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>Asking to be reminded of the open lesson, and taking it back.</summary>
public sealed class ReminderTests : ReminderTest
{
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
        while (await Office.SendAsync() > 0)
        {
        }

        var (to, text) = Assert.Single(Office.Given);
        Assert.Equal(Ann, to);
        Assert.Contains("快截止了，你还没学完", text, StringComparison.Ordinal);
        Assert.Contains("已经提醒过你", await Bot.SayAsync(Ann, "提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_may_not_be_sent_it_is_told_with_the_next_answer_unless_the_lesson_has_closed()
    {
        Office.Says(45015);
        await Bot.SayAsync(Ann, "提醒");
        await Bot.SayAsync(Bob, "提醒");
        Bot.Clock.Now = Saturday;
        await RunAsync();
        await Office.SendAsync();

        Assert.Contains("快截止了，你还没学完", await Bot.SayAsync(Ann, "帮助"), StringComparison.Ordinal);
        Bot.Clock.Now = FigureSteps.Closes;
        Assert.DoesNotContain("快截止了", await Bot.SayAsync(Bob, "帮助"), StringComparison.Ordinal);
        Assert.Equal([OutboxState.Told, OutboxState.Void], (await Office.MessagesAsync()).Select(m => m.State).Order());
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
        await Office.SendAsync();

        Assert.Empty(Office.Given);
        Assert.False(await Bot.InDb(db => db.Accounts.AnyAsync(a => a.WeeklyReminderSince != null)));
        Assert.Contains("不再提醒", await Bot.SayAsync(Ann, "不用提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_took_it_back_after_the_round_and_asks_again_has_one_that_is_still_to_come()
    {
        await Bot.SayAsync(Ann, "提醒");
        Bot.Clock.Now = Saturday;
        await RunAsync();
        await StopAsync();

        var said = await Bot.SayAsync(Ann, "提醒");

        Assert.DoesNotContain("已经提醒过你", said, StringComparison.Ordinal);
        Bot.Clock.Now = Saturday.AddHours(14);
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
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
}
