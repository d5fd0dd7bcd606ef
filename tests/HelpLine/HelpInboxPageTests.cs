using System.Net;
using Bot.Core.HelpLine;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.HelpLine;

public sealed class HelpInboxPageTests : IAsyncLifetime
{
    private const string Words = "总是睡不着，想找人聊聊";

    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task The_list_shows_alias_topic_and_clock_and_never_a_word_of_what_was_said()
    {
        var id = await _room.AskedAsync("o-secret-openid", Words, "心理");

        var page = await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Unassigned");
        var part = await Desk.TextAsync(_room.Zhao.Browser, HelpRoom.Inbox + "?queue=Unassigned&handler=List");

        var row = page.GetElementById($"case-{id}")!.TextContent;
        Assert.Contains("心理", row, StringComparison.Ordinal);
        Assert.Contains("首次答复", row, StringComparison.Ordinal);
        Assert.Contains("还剩", row, StringComparison.Ordinal);
        foreach (var text in new[] { page.DocumentElement.OuterHtml, part })
        {
            Assert.DoesNotContain("睡不着", text, StringComparison.Ordinal);
            Assert.DoesNotContain("o-secret-openid", text, StringComparison.Ordinal);
        }

        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpReads.CountAsync()));
    }

    [Fact]
    public async Task A_clock_that_has_run_down_says_by_how_much()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var due = await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.NextDueAt!.Value).SingleAsync());
        _room.Bot.Clock.Now = due.AddMinutes(5);

        var clock = (await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Open")).QuerySelector($"#case-{id} .clock")!;

        Assert.Contains("已超 5 分钟", clock.TextContent, StringComparison.Ordinal);
        Assert.Contains("state_human", clock.ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crisis_stands_first_and_rings_until_somebody_takes_it()
    {
        await _room.AskedAsync("o-1", Words);
        await _room.AskedAsync("o-2", Words);
        await _room.Bot.Phone("o-3").Sends("我不想活了，今晚就跳下去");
        var crisis = await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Urgency == HelpUrgency.Crisis).Select(c => c.Id).SingleAsync());

        var before = await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Open");
        Assert.Equal($"case-{crisis}", before.QuerySelector("table.cases tbody tr")!.Id);
        var alert = before.QuerySelector("[data-alarms]")!.GetAttribute("data-alarms")!;
        Assert.Matches("^[0-9]+$", alert);

        var taken = await Desk.PostToAsync(_room.Zhao.Browser, HelpRoom.Inbox, HelpRoom.Inbox + "?handler=Acknowledge", ("alert", alert), ("id", $"{crisis}"));

        Assert.Equal($"{HelpRoom.Inbox}/{crisis}", taken.Headers.Location!.ToString());
        Assert.Equal("", (await HelpRoom.PageAsync(_room.Qian, HelpRoom.Inbox)).QuerySelector("[data-alarms]")!.GetAttribute("data-alarms"));
        Assert.Equal(await _room.IdAsync("zhao"), await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == crisis).Select(c => c.AssignedId).SingleAsync()));
    }

    [Fact]
    public async Task Queues_count_what_is_mine_what_nobody_has_and_all()
    {
        var first = await _room.AskedAsync("o-1", Words);
        await _room.AskedAsync("o-2", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, first, "take", null);

        string[] Tabs(AngleSharp.Html.Dom.IHtmlDocument page) => [.. page.QuerySelectorAll("#inbox .tabs a").Select(a => a.TextContent.Trim())];

        Assert.Equal(["我的（1）", "没人接的（1）", "全部（2）", "已结案"], Tabs(await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox)));
        Assert.Equal(["我的（0）", "没人接的（1）", "全部（2）", "已结案"], Tabs(await HelpRoom.PageAsync(_room.Qian, HelpRoom.Inbox)));
        Assert.Contains("1", (await HelpRoom.PageAsync(_room.Qian, "/staff")).QuerySelector("a[href='/staff/help'] .count")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_cases_by_age_on_the_dashboard_lead_to_those_very_cases()
    {
        await _room.Bot.Given(LessonGiven.Open("9-2"));
        var old = await _room.AskedAsync("o-1", Words);
        _room.Bot.Clock.Now += TimeSpan.FromHours(2);
        var fresh = await _room.AskedAsync("o-2", Words);
        var counts = (await HelpRoom.PageAsync(_room.Zhao, "/staff")).QuerySelectorAll("#help-open .counts a").ToDictionary(a => a.QuerySelector("b")!.PreviousSibling!.TextContent.Trim(), a => (Href: a.GetAttribute("href")!, Count: a.QuerySelector("b")!.TextContent));

        Assert.Equal(["2", "1", "1", "0", "0"], counts.Values.Select(c => c.Count));
        Assert.Equal([$"case-{fresh}"], await CasesAsync(counts["不到 1 小时"].Href));
        Assert.Equal([$"case-{old}"], await CasesAsync(counts["1 小时到 1 天"].Href));
        Assert.Empty(await CasesAsync(counts["7 天以上"].Href));
        Assert.Equal(2, (await CasesAsync(counts["没有结案"].Href)).Count);

        async Task<List<string?>> CasesAsync(string path) => [.. (await HelpRoom.PageAsync(_room.Zhao, path)).QuerySelectorAll("table.cases tbody tr").Select(r => r.Id)];
    }

    [Fact]
    public async Task Without_a_case_the_page_says_what_to_do()
        => Assert.Contains("让这一页开着就行", (await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox)).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task A_counsellor_sees_only_the_topics_of_their_teams()
    {
        var mind = await _room.AskedAsync("o-1", Words, "心理");
        await _room.TeamAsync("qian", HelpTopic.Law);

        var page = await HelpRoom.PageAsync(_room.Qian, HelpRoom.Inbox + "?queue=Open");

        Assert.Null(page.GetElementById($"case-{mind}"));
        Assert.Equal(HttpStatusCode.NotFound, (await _room.Qian.Browser.GetAsync($"{HelpRoom.Inbox}/{mind}")).StatusCode);
        Assert.Equal(0, await _room.ReadsAsync(mind, "qian"));
        Assert.Equal(HttpStatusCode.OK, (await _room.Zhao.Browser.GetAsync($"{HelpRoom.Inbox}/{mind}")).StatusCode);
    }

    [Fact]
    public async Task Who_goes_home_gives_back_what_waits_for_an_answer()
    {
        var waiting = await _room.AskedAsync("o-1", Words);
        await Desk.PostToAsync(_room.Zhao.Browser, HelpRoom.Inbox, HelpRoom.Inbox + "?handler=Presence", ("here", "true"));
        await HelpRoom.SubmitAsync(_room.Zhao, waiting, "take", null);
        Assert.Contains("你在值守", await Desk.TextAsync(_room.Zhao.Browser, HelpRoom.Inbox), StringComparison.Ordinal);

        await Desk.PostToAsync(_room.Zhao.Browser, HelpRoom.Inbox, HelpRoom.Inbox + "?handler=Presence", ("here", "false"));

        Assert.Null(await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == waiting).Select(c => c.AssignedId).SingleAsync()));
        Assert.Contains("没有登记值守", await Desk.TextAsync(_room.Zhao.Browser, HelpRoom.Inbox), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_to_somebody_who_has_gone_is_for_everybody_at_once_even_where_they_forgot_to_say_so()
    {
        var id = await _room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, id, "take", null); // which says that they are there
        await _room.RepliesAsync(_room.Zhao, id, "我在");
        await Desk.PostToAsync(_room.Zhao.Browser, HelpRoom.Inbox, HelpRoom.Inbox + "?handler=Presence", ("here", "false"));
        await _room.RoundAsync();
        Assert.NotNull((await _room.OfAsync(id)).AssignedId); // nobody waits
        await _room.Bot.Phone("o-1").Sends("还在吗");
        await _room.RoundAsync();
        Assert.Null((await _room.OfAsync(id)).AssignedId);

        await HelpRoom.SubmitAsync(_room.Qian, id, "take", null);
        await _room.RepliesAsync(_room.Qian, id, "我在");
        await _room.Bot.Phone("o-1").Sends("谢谢");
        await _room.RoundAsync();
        Assert.Equal(await _room.IdAsync("qian"), (await _room.OfAsync(id)).AssignedId);
        _room.Passes(TimeSpan.FromHours(12.5));
        await _room.RoundAsync();
        Assert.Null((await _room.OfAsync(id)).AssignedId);
    }

    [Fact]
    public async Task An_open_page_hears_of_a_crisis_by_itself()
    {
        using var open = await OpenPage.OpenAsync(_room.Zhao.Browser, "/staff/help/live");
        var first = (await open.FiguresAsync()).GetProperty("shape").GetString();
        var page = await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox);
        Assert.Equal(first, page.GetElementById("inbox")!.GetAttribute("data-shape"));

        await _room.Bot.Phone("o-3").Sends("我不想活了，今晚就跳下去");

        var moved = await open.UntilAsync(state => state.GetProperty("shape").GetString() != first);
        Assert.DoesNotContain("不想活", open.Read, StringComparison.Ordinal);
        Assert.Equal(moved.GetProperty("shape").GetString(), (await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox)).GetElementById("inbox")!.GetAttribute("data-shape"));
    }

    [Fact]
    public async Task A_stream_ends_with_the_right_to_look()
    {
        using var open = await OpenPage.OpenAsync(_room.Qian.Browser, "/staff/help/live");
        await open.FiguresAsync();

        await Desk.RunAsync(_room.Bot, "staff", "leave", "qian");

        Assert.Equal("end", await open.LastAsync());
    }

    /// <summary>More come than five can answer.</summary>
    [Fact]
    public async Task In_a_surge_crises_stand_first_then_who_waits_longest_and_everybody_is_told_how_many_are_before_them()
    {
        var said = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            _room.Passes(TimeSpan.FromSeconds(5));
            said.Add(await _room.Bot.SayAsync($"o-{i}", i % 10 == 9 ? ["我不想活了"] : ["求助", Words]));
        }

        var rows = (await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Open&rows=100")).QuerySelectorAll("table.cases tbody tr").Select(r => r.Id).ToList();
        var opened = await _room.Bot.InDb(db => db.HelpCases.AsNoTracking().OrderBy(c => c.Id).ToListAsync());

        Assert.Equal([.. opened.OrderByDescending(c => c.Urgency == HelpUrgency.Crisis).ThenBy(c => c.OpenedAt).Select(c => $"case-{c.Id}")], rows);
        Assert.Equal(4, opened.Count(c => c.Urgency == HelpUrgency.Crisis));
        Assert.Contains("前面有 1 个人在等", said[1], StringComparison.Ordinal);
        Assert.Contains("前面有 35 个人在等，可能要等几个小时，不会漏掉你", said[38], StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains("12355", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hundred_open_cases_stay_usable()
    {
        for (var i = 0; i < 100; i++)
        {
            await _room.AskedAsync($"o-{i}", Words);
        }

        var page = await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Open");
        Assert.Equal(20, page.QuerySelectorAll("table.cases tbody tr").Length);
        Assert.Contains("rows=40", page.QuerySelector(".more a")!.GetAttribute("href"), StringComparison.Ordinal);
        var all = await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Open&rows=100");
        Assert.Equal(100, all.QuerySelectorAll("table.cases tbody tr").Length);
        Assert.Null(all.QuerySelector(".more"));
    }
}
