using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Bot.Core.HelpLine;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.HelpLine;

/// <summary>The page and the mini program's calls: numbers for everybody, a case for who is known, and what the person sees of who read it.</summary>
public sealed class YouthHelpTests : IAsyncLifetime
{
    private const string Path = "/y/help";

    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task A_stranger_reads_the_numbers_first_under_a_title_that_says_nothing_and_can_leave_at_once()
    {
        var page = await Branch.PageAsync(_room.Bot.Browser(), Path);

        Assert.Equal("资料", page.Title);
        Assert.All(["12355", "12356", "110", "120"], number => Assert.NotNull(page.QuerySelector($"#numbers a[href='tel:{number}']")));
        Assert.StartsWith("https://", page.QuerySelector<IHtmlAnchorElement>("#leave")!.Href, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("form"));
    }

    [Fact]
    public async Task Whoever_came_in_from_the_chat_begins_a_case_there_and_goes_on_in_the_chat()
    {
        var browser = await ComesInAsync("o-1");
        var form = (await Branch.PageAsync(browser, Path)).QuerySelector<IHtmlFormElement>("form")!;
        var key = form.QuerySelector<IHtmlInputElement>("[name=formKey]")!.Value;

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(HttpStatusCode.Found, (await Desk.PostToAsync(browser, "/y/privacy", Path, ("formKey", key), ("topic", "School"), ("urgency", "Soon"), ("age", ""), ("called", "小树"))).StatusCode);
        }

        var only = await _room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync());
        Assert.Equal((HelpState.Open, HelpTopic.School, HelpUrgency.Soon), (only.State, only.Topic, only.Urgency));
        Assert.Contains(only.Alias, (await Branch.PageAsync(browser, Path)).GetElementById("begun")!.TextContent, StringComparison.Ordinal);
        await _room.Bot.SayAsync("o-1", "考试前睡不着");
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.CaseId == only.Id)));
    }

    [Fact]
    public async Task What_is_begun_on_a_page_opens_no_window_of_WeChats_and_what_is_written_in_the_chat_does()
    {
        var browser = await ComesInAsync("o-1");
        var key = (await Branch.PageAsync(browser, Path)).QuerySelector<IHtmlInputElement>("[name=formKey]")!.Value;
        await Desk.PostToAsync(browser, "/y/privacy", Path, ("formKey", key), ("topic", "School"), ("urgency", "Soon"), ("age", ""), ("called", ""));
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());

        Assert.Equal(new HelpWindow(null, 0), (await _room.ThreadAsync("zhao", id)).Window);

        await _room.Bot.SayAsync("o-1", "考试前睡不着");
        Assert.Equal(new HelpWindow(_room.Bot.Clock.GetUtcNow().AddHours(48), 5), (await _room.ThreadAsync("zhao", id)).Window);

        // After 结束, too: what is written to the bot goes to no case, and opens the window all the same.
        await _room.Bot.SayAsync("o-1", "结束");
        _room.Passes(TimeSpan.FromDays(3));
        Assert.Equal(0, (await _room.ThreadAsync("zhao", id)).Window.Left);
        await _room.Bot.SayAsync("o-1", "帮助");
        Assert.Equal(5, (await _room.ThreadAsync("zhao", id)).Window.Left);
    }

    [Fact]
    public async Task After_the_person_has_left_the_page_says_no_more_that_the_talk_is_open()
    {
        var browser = await ComesInAsync("o-1");
        await _room.AskedAsync("o-1", "考试前睡不着", "5");
        Assert.NotNull((await Branch.PageAsync(browser, Path)).GetElementById("begun"));

        await _room.Bot.SayAsync("o-1", "结束");

        var page = await Branch.PageAsync(browser, Path);
        Assert.Null(page.GetElementById("begun"));
        Assert.NotNull(page.QuerySelector("form"));
    }

    [Fact]
    public async Task Danger_now_calls_somebody_also_where_a_case_is_open_already()
    {
        var browser = await ComesInAsync("o-1");
        var key = (await Branch.PageAsync(browser, Path)).QuerySelector<IHtmlInputElement>("[name=formKey]")!.Value;
        var id = await _room.AskedAsync("o-1", "考试前睡不着", "5");

        await Desk.PostToAsync(browser, "/y/privacy", Path, ("formKey", key), ("topic", ""), ("urgency", "Crisis"), ("age", ""), ("called", ""));

        Assert.Equal(HelpUrgency.Crisis, (await _room.OfAsync(id)).Urgency);
        Assert.Equal(HelpAlertKind.Crisis, await _room.Bot.InDb(db => db.HelpAlerts.Select(a => a.Kind).SingleAsync()));
    }

    [Fact]
    public async Task Nobody_begins_a_case_without_a_session()
        => Assert.NotEqual(HttpStatusCode.Found, (await _room.Bot.Browser().SendAsync(HttpMethod.Post, Path, new FormUrlEncodedContent([new("formKey", new string('a', 32))]))).StatusCode);

    [Fact]
    public async Task The_mini_program_reads_the_numbers_and_sends_whoever_has_no_chat_there()
    {
        _room.Bot.Network.Answer("/sns/jscode2session", """{"openid":"mini-1","session_key":"k"}""");
        var mini = _room.Bot.Browser();
        var line = await mini.GetJsonAsync("/api/v1/help");
        mini.Bearer = (await mini.PostJsonAsync("/api/v1/session", new { code = "c" })).GetProperty("accessToken").GetString();

        var begun = await mini.PostAsync("/api/v1/help/cases", new { topic = "mind" });

        Assert.True(line.GetProperty("open").GetBoolean());
        Assert.Equal(4, line.GetProperty("numbers").GetArrayLength());
        Assert.Equal(HttpStatusCode.Conflict, begun.StatusCode);
        Assert.Contains("help.follow-first", await begun.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _room.Bot.Browser().GetAsync("/api/v1/help/cases/current")).StatusCode);
    }

    [Fact]
    public async Task The_person_sees_which_team_read_their_case_and_when_and_no_name_of_the_staff()
    {
        var browser = await ComesInAsync("o-1");
        var id = await _room.AskedAsync("o-1", "租房押金要不回来", "1");
        await HelpRoom.CaseAsync(_room.Zhao, id);

        var copy = await Desk.TextAsync(browser, "/y/privacy/copy");

        Assert.Contains("示例省的小组看了对话", copy, StringComparison.Ordinal);
        Assert.DoesNotContain("zhao", copy, StringComparison.Ordinal);
        Assert.DoesNotContain("押金", copy, StringComparison.Ordinal);
        Assert.DoesNotContain("的小组看了", await Desk.TextAsync(await ComesInAsync("o-2"), "/y/privacy/copy"), StringComparison.Ordinal);
    }

    private async Task<Browser> ComesInAsync(string openId)
    {
        var phone = _room.Bot.Phone(openId);
        await phone.Opens("我的");
        return phone.Browser;
    }
}
