using System.Net;
using System.Text.RegularExpressions;
using Bot.Core.Lessons;
using Bot.Tests.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Youth;

/// <summary>「没算上？」 under 我的: the same appeal as in the chat, and its answer.</summary>
public sealed partial class AppealPageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-1") with { Opens = TestClock.Start.AddDays(-9), Closes = TestClock.Start.AddDays(-3) }, LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
        _browser = (await _bot.Phone("o-2").Opens("我的")).Browser;
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task One_tap_beside_a_week_that_is_missing_leads_to_the_question_and_the_answer_comes_to_the_same_place()
    {
        var record = await MineAsync();
        Assert.Equal("/y/appeals/9-1", Assert.Single(Links().Matches(record)).Groups[1].Value); // not beside the week that is open
        Assert.Contains("href=\"/y/appeals/9-1\"", await Desk.TextAsync(_browser, "/y/lessons/9-1"), StringComparison.Ordinal);

        var sent = await SendAsync(("saw", "NoReceipt"), ("text", "交完卷就卡住了"));

        Assert.Equal("/y/me?done=appealed", sent.Headers.Location?.ToString());
        Assert.Contains("已经交给团支书核对", await Desk.TextAsync(_browser, "/y/me?done=appealed"), StringComparison.Ordinal);
        record = await MineAsync();
        Assert.Contains("申诉：等团支书核对", record, StringComparison.Ordinal);
        Assert.Empty(Links().Matches(record));
        Assert.DoesNotContain("<form", await Desk.TextAsync(_browser, "/y/appeals/9-1"), StringComparison.Ordinal);
        Assert.Contains("9-1：还在等", await _bot.SayAsync("o-2", "申诉"), StringComparison.Ordinal);

        await DecideAsync("再学一遍就有了");
        record = await MineAsync();
        Assert.Contains("申诉：没有学完的记录。再学一遍就有了", record, StringComparison.Ordinal);
        Assert.Contains("还是没算上？", record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_person_asked_another_does_not_see()
    {
        await SendAsync(("saw", "Receipt"));
        var other = (await _bot.Phone("o-3").Opens("我的")).Browser;

        Assert.DoesNotContain("申诉：", await Desk.TextAsync(other, "/y/me"), StringComparison.Ordinal);
        Assert.DoesNotContain("申诉：", await Desk.TextAsync(other, "/y/appeals/9-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_sent_twice_is_one_appeal_and_another_one_waits_for_the_answer()
    {
        (string, string) key = ("key", new string('a', 32));
        await SendAsync(("saw", "Receipt"), key);
        var second = await SendAsync(await TokenAsync("/y/privacy"), ("saw", "Receipt"), key);
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);

        var third = await SendAsync(await TokenAsync("/y/privacy"), ("saw", "Receipt"));

        Assert.Contains("还在等团支书核对", await third.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Appeals.CountAsync()));
    }

    [Fact]
    public async Task Without_a_choice_or_with_too_many_words_it_is_refused_and_nothing_typed_is_lost()
    {
        var nothing = await (await SendAsync(("text", "地铁里断网"))).Content.ReadAsStringAsync();
        var tooLong = await (await SendAsync(("saw", "Interrupted"), ("text", new string('长', 201)))).Content.ReadAsStringAsync();

        Assert.Contains("请选当时看到了什么", nothing, StringComparison.Ordinal);
        Assert.Contains("地铁里断网", nothing, StringComparison.Ordinal);
        Assert.Contains("最多写 200 个字", tooLong, StringComparison.Ordinal);
        Assert.Contains("value=\"Interrupted\" checked", tooLong, StringComparison.Ordinal);
        Assert.Equal(0, await _bot.InDb(db => db.Appeals.CountAsync()));
    }

    [Theory]
    [InlineData("9-7")]
    [InlineData("nonsense")]
    public async Task A_week_that_there_is_not_cannot_be_asked_about(string id)
        => Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync("/y/appeals/" + id)).StatusCode);

    private Task<string> MineAsync() => Desk.TextAsync(_browser, "/y/me");

    private Task<string> TokenAsync(string page) => Desk.TokenAsync(_browser, page);

    private async Task<HttpResponseMessage> SendAsync(params (string, string)[] fields) => await SendAsync(await TokenAsync("/y/appeals/9-1"), fields);

    private Task<HttpResponseMessage> SendAsync(string token, params (string, string)[] fields)
        => Desk.SendFormAsync(_browser, "/y/appeals/9-1", [.. fields, ("__RequestVerificationToken", token)]);

    private async Task DecideAsync(string answer)
    {
        var (id, branch) = (await _bot.InDb(db => db.Appeals.Select(a => a.Id).SingleAsync()), await Desk.OrganisationAsync(_bot, "一支部"));
        Assert.False((await _bot.DoAsync<Appeals, Bot.Core.Result<bool>>(a => a.DecideAsync(id, [branch], AppealOutcome.NoRecord, answer, "secretary:1", CancellationToken.None))).IsRefused(out _));
    }

    [GeneratedRegex("href=\"(/y/appeals/[^\"]+)\"")]
    private static partial Regex Links();
}
