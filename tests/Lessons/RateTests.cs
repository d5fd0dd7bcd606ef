using System.Text.Json;
using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>Rates asked for in the chat and over the API come from counters, and name nobody.</summary>
public sealed class RateTests
{
    [Fact]
    public async Task Progress_answers_with_the_counts_at_once_for_an_open_a_closing_and_a_frozen_week()
    {
        await using var bot = await StartAsync();
        await bot.StudiesAsync("o-1");
        Assert.Contains("应学 5 人，已学 1 人，还有 4 人，参学率 20.0%", await bot.SayAsync("o-1", "进度"), StringComparison.Ordinal);

        bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromMinutes(1);
        Assert.Contains("正在核定", await bot.SayAsync("o-1", "进度"), StringComparison.Ordinal);
        await bot.FreezesAsync();
        await bot.AdjustsAsync("学生003", AdjustmentWish.Exempt, "一支部");
        Assert.Contains("应学 4 人，已学 1 人，还有 3 人，参学率 25.0%", await bot.SayAsync("o-1", "进度"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rates_are_read_from_counters_and_never_counted_from_completions()
    {
        await using var bot = await StartAsync();
        await bot.StudiesAsync("o-1");
        await bot.InDb(db => db.Tallies.ExecuteUpdateAsync(set => set.SetProperty(t => t.Completed, 4)));

        Assert.Contains("已学 4 人", await bot.SayAsync("o-1", "进度"), StringComparison.Ordinal);
        Assert.Equal("5,0,4,0,0,0.8000", await bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
    }

    [Fact]
    public async Task A_member_reads_the_own_branchs_rate_unless_it_would_tell_about_single_people()
    {
        await using var bot = await StartAsync();
        var shown = await RateAsync(bot, "o-1", "current");
        Assert.True(shown.GetProperty("hidden").GetBoolean()); // its only sibling has three people: showing the one would tell the other
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("rate").ValueKind);

        await bot.ImportAsync(Desk.Roster + "\n" + string.Join('\n', Enumerable.Range(20, 20).Select(n => $"示例省/甲县/甲镇/{(n < 30 ? "四支部" : "五支部")},支部,学生0{n},2008-05-01,,S0{n},团员,")));
        await bot.JoinsAsync("o-20", "学生020", "S020", "四支部");
        await bot.StudiesAsync("o-20");
        bot.Clock.Now += TimeSpan.FromSeconds(5);
        var own = await RateAsync(bot, "o-20", "9-2");
        Assert.Equal(("四支部", 10, 1, 0.1), (own.GetProperty("organisation").GetString()!, own.GetProperty("members").GetInt32(), own.GetProperty("completed").GetInt32(), own.GetProperty("rate").GetDouble()));
        Assert.DoesNotContain("学生", own.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_belongs_nowhere_and_who_asks_for_a_lesson_that_is_not_there_gets_a_code()
    {
        await using var bot = await StartAsync();
        var visitor = await bot.Phone("o-9").Opens("我的");

        Assert.Equal("rate.no-organisation", (await visitor.Browser.GetJsonAsync("/api/v1/rates/current")).GetProperty("code").GetString());
        Assert.Equal("lesson.not-found", (await visitor.Browser.GetJsonAsync("/api/v1/rates/9-9")).GetProperty("code").GetString());
        Assert.Equal(401, (int)(await bot.Browser().GetAsync("/api/v1/rates/current")).StatusCode);
    }

    [Fact]
    public async Task The_secretarys_page_never_lists_another_number_of_names_than_it_says()
    {
        await using var bot = await StartAsync();
        var phone = bot.Phone("o-1");
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        var page = $"/staff/organisations/{await bot.OrganisationAsync("一支部")}";
        Assert.Contains("还有 5 人", await Desk.TextAsync(phone.Browser, page), StringComparison.Ordinal);

        // The clock stands still after the last beat, so the board of a moment ago is still fresh.
        var learner = await bot.Phone("o-2").Opens("学习");
        await learner.StudiesFor(60);
        Assert.Contains("还有 5 人", await Desk.TextAsync(phone.Browser, page), StringComparison.Ordinal);
        await learner.Finishes();

        var text = await Desk.TextAsync(phone.Browser, page);
        Assert.Contains("还有 4 人", text, StringComparison.Ordinal);
        Assert.Contains("还没学的（4 人）", text, StringComparison.Ordinal);
    }

    private static async Task<BotUnderTest> StartAsync()
    {
        var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await bot.JoinsAsync("o-1", "学生001", "S001", "一支部");
        await bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
        return bot;
    }

    private static async Task<JsonElement> RateAsync(BotUnderTest bot, string openId, string which)
        => await (await bot.Phone(openId).Opens("我的")).Browser.GetJsonAsync($"/api/v1/rates/{which}");
}
