using System.Net;
using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>What two people may do with a push.</summary>
public sealed class PushRuleTests : PushTest
{
    private static readonly (string, string) Mass = ("Audience.ByMass", "true");

    protected override async Task GivenAsync()
    {
        await Site.Given(LessonGiven.Open("9-2"));
        await BindAsync((1, "一支部"), (2, "一支部"), (6, "二支部"), (9, "三支部"));
    }

    [Fact]
    public async Task The_months_mass_messages_are_shared_out_and_a_third_is_refused()
    {
        await PushAsync(Mass, ("Title", "第一次"));
        var second = await SubmittedAsync(Mass, ("Title", "第二次"));
        var third = await SubmittedAsync(Mass, ("Title", "第三次"));
        Assert.Contains("11 月还剩 2 次群发，已计划 1 次", await Desk.TextAsync(Approver, $"/staff/calendar/pieces/{second}?handler=Reach"), StringComparison.Ordinal);
        await Newsroom.ApprovedAsync(Approver, second);

        Assert.Contains("群发次数不够了", await (await Newsroom.ApproveAsync(Approver, third)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var fourth = await PressAsync("submit", Mass, ("Title", "第四次"));
        Assert.Contains("已经发了 0 次、计划了 2 次", await Desk.TextAsync(Editor, fourth.Headers.Location!.ToString()), StringComparison.Ordinal);

        // A new month, and another organisation, have their own.
        await PushAsync(Mass, ("Title", "下个月"), ("GoesOut", "2026-12-01T12:00"), ("Closes", "2026-12-03T12:00"));
        await PushAsync(Mass, ("Title", "甲县的"), ("OrganisationId", $"{await Desk.OrganisationAsync(Site, "甲县")}"));
        var branch = await PressAsync("submit", Mass, ("OrganisationId", $"{await Desk.OrganisationAsync(Site, "三支部")}"), ("Title", "支部"));
        Assert.EndsWith("?done=submitted", branch.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_are_no_mass_messages_for_a_depth_there_is_a_fault()
    {
        await using var bot = await Desk.StartAsync(("Pushes:Mass:Monthly:0", "0"));
        var editor = await Newsroom.EditorAsync(bot);
        var answer = await Newsroom.PressAsync(editor, "/staff/calendar/new?kind=push", "submit", ("Title", "群发"), ("Body", Text), Mass);
        Assert.Contains("这个组织没有群发次数", await Desk.TextAsync(editor, answer.Headers.Location!.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_let_somebody_get_more_than_four_in_a_month_are_refused()
    {
        var fault = await Assert.ThrowsAsync<Core.Settings.SettingsException>(() => BotUnderTest.StartAsync(("Pushes:Mass:Monthly:0", "3")));
        Assert.Contains("Pushes:Mass:Monthly", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_to_the_same_people_within_a_day_wants_another_tick()
    {
        await PushAsync();
        var again = await PressAsync("submit", ("GoesOut", "2026-11-19T11:00"));
        var page = again.Headers.Location!.ToString();
        Assert.EndsWith("?done=twice", page, StringComparison.Ordinal);
        var id = int.Parse(page.Split('/', '?')[4], null);
        Assert.Contains("2026-11-18 周三 12:00（shen 审核通过）", (await Newsroom.PageAsync(Editor, page)).QuerySelector("#twin")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(PieceState.Draft, await StateAsync(id));

        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Again", "true"));
        Assert.Equal(PieceState.Submitted, await StateAsync(id));
        Assert.Contains("仍然发送", await (await Newsroom.ApproveAsync(Approver, id)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(PieceState.Submitted, await StateAsync(id));
        var review = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review");
        await Desk.SendFormAsync(Approver, $"/staff/calendar/pieces/{id}/review?handler=Approve", [.. review.QuerySelectorAll("form[action$=Approve] input").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))]);
        Assert.Equal(PieceState.Approved, await StateAsync(id));
    }

    [Fact]
    public async Task Other_words_other_people_or_another_day_are_not_the_same()
    {
        await PushAsync();
        foreach (var fields in new (string, string)[][]
        {
            [("Body", "别的话。")],
            [("Audience.Duties", "书记")],
            [("OrganisationId", $"{await Desk.OrganisationAsync(Site, "甲县")}")],
            [("GoesOut", "2026-11-19T12:01")],
        })
        {
            await SubmittedAsync(fields);
        }

        // Chosen in another way they are the same people.
        var county = await PressAsync("submit", ("Audience.Places", $"{await Desk.OrganisationAsync(Site, "甲县")}"));
        Assert.EndsWith("?done=submitted", county.Headers.Location?.ToString(), StringComparison.Ordinal);
        await Newsroom.ApprovedAsync(Approver, int.Parse(county.Headers.Location!.ToString().Split('/', '?')[4], null));
        Assert.EndsWith("?done=twice", (await PressAsync("submit", ("OrganisationId", $"{await Desk.OrganisationAsync(Site, "甲县")}"))).Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_writes_there_stops_it_and_only_who_decides_lets_it_go_on()
    {
        var id = await StartedAsync();
        (Editor, Approver) = (await Newsroom.EditorAsync(Site, "bian2"), await Newsroom.ApproverAsync(Site, "shen2"));
        var county = await Newsroom.ApproverAsync(Site, "jia", "示例省/甲县");
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(county, id, "Stop")).StatusCode);

        Assert.EndsWith("?done=stopped", (await PostAsync(Editor, id, "Stop")).Headers.Location?.ToString(), StringComparison.Ordinal);
        await RoundsAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await Site.Browser().GetAsync($"/y/pushes/{id}")).StatusCode);
        Assert.Equal((PushState.Stopped, "bian2"), ((await FindAsync(id))!.State, (await FindAsync(id))!.ChangedBy));
        Assert.Contains("bian2 在", await Desk.TextAsync(Approver, $"/staff/calendar/pieces/{id}"), StringComparison.Ordinal);
        Assert.EndsWith("?told=push.not-running", (await PostAsync(Editor, id, "Stop")).Headers.Location?.ToString(), StringComparison.Ordinal);
        await Site.RestartAsync();
        await RoundsAsync();
        Assert.Equal(PushState.Stopped, (await FindAsync(id))!.State);

        (Editor, Approver) = (await Newsroom.EditorAsync(Site, "bian3"), await Newsroom.ApproverAsync(Site, "shen3"));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(Editor, id, "Continue")).StatusCode);
        Assert.EndsWith("?done=continued", (await PostAsync(Approver, id, "Continue")).Headers.Location?.ToString(), StringComparison.Ordinal);
        await RoundsAsync();
        Assert.Equal(PushState.Running, (await FindAsync(id))!.State);
        Assert.Equal(HttpStatusCode.OK, (await Site.Browser().GetAsync($"/y/pushes/{id}")).StatusCode);
        Assert.Equal(["push.stopped bian2", "push.continued shen3"], await Site.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("push.")).OrderBy(a => a.Id).Select(a => a.Action + " " + a.Actor).ToListAsync()));
    }

    [Fact]
    public async Task What_has_started_is_neither_changed_nor_withdrawn()
    {
        var id = await PushAsync();
        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        Site.Clock.Now = Noon;
        await RoundsAsync();

        var saved = await Newsroom.PressAsync(Editor, page, "save", ("Body", "改了。"));
        Assert.Contains("已经开始发了", await saved.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var withdrawn = await Desk.PostToAsync(Editor, "/staff/calendar/new?kind=push", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "1"));
        Assert.EndsWith("?told=piece.push-started", withdrawn.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await Site.InDb(db => db.PieceVersions.CountAsync()));
    }

    [Fact]
    public async Task What_is_withdrawn_or_changed_before_its_time_does_not_start()
    {
        var (withdrawn, changed) = (await PushAsync(), await PushAsync(("Title", "会改的")));
        await Desk.PostToAsync(Editor, "/staff/calendar/new?kind=push", $"/staff/calendar/pieces/{withdrawn}?handler=Withdraw", ("Seen", "1"));
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{changed}", "save", ("Body", "改了。"));
        Site.Clock.Now = Noon;

        await RoundsAsync();

        Assert.Equal(0, await Site.InDb(db => db.Pushes.CountAsync()));
    }

    [Fact]
    public async Task Its_page_is_there_for_everybody_once_it_has_started_and_shows_text_as_text()
    {
        var id = await PushAsync(("Body", "1 < 2，看 https://example.org/a?b=1&c=2 。"));
        Assert.Equal(HttpStatusCode.NotFound, (await Site.Browser().GetAsync($"/y/pushes/{id}")).StatusCode);
        var preview = (await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}")).QuerySelector("iframe, a[data-preview]")!;
        Assert.Contains("1 &lt; 2", await Desk.TextAsync(Approver, (preview.GetAttribute("href") ?? preview.GetAttribute("src"))!), StringComparison.Ordinal);
        Site.Clock.Now = Noon;
        await RoundsAsync();

        var page = await Newsroom.PageAsync(Site.Browser(), $"/y/pushes/{id}");

        Assert.Equal("1 < 2，看 https://example.org/a?b=1&c=2 。", page.QuerySelector(".plain")!.TextContent);
        Assert.Equal("https://example.org/a?b=1&c=2", page.QuerySelector(".plain a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task The_panel_counts_outcomes_and_no_part_of_few()
    {
        await BindAsync((3, "一支部"));
        await GivenAccountsAsync(10);
        var id = await StartedAsync(("Audience.Circle", "everyone"));
        Approver = await Newsroom.ApproverAsync(Site, "shen2");
        await SetAsync(OutboxState.Sent, OutboxChannel.Notification);
        var first = await Site.InDb(db => db.Outbox.MinAsync(m => m.Id));
        await Site.InDb(db => db.Outbox.Where(m => m.Id < first + 5).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Parked).SetProperty(m => m.ErrCode, 43101)));

        var panel = (await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}?handler=Run")).Body!.TextContent;
        Assert.Contains("已发通知10", Squeezed(panel), StringComparison.Ordinal);
        Assert.Contains("等对方来消息5", Squeezed(panel), StringComparison.Ordinal);
        Assert.Contains("对方没有可用的通知次数", panel, StringComparison.Ordinal);

        await Site.InDb(db => db.Outbox.Where(m => m.Id >= first + 4).ExecuteDeleteAsync());
        Site.Clock.Now += TimeSpan.FromMinutes(5);
        panel = (await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}?handler=Run")).Body!.TextContent;
        Assert.Contains("不到 5 人", panel, StringComparison.Ordinal);
        Assert.DoesNotContain("已发通知", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_of_those_who_see_the_calendar_says_what_went_out()
    {
        await BindAsync((3, "一支部"));
        var id = await StartedAsync(("Audience.Circle", "everyone"));
        await SetAsync(OutboxState.Sent, OutboxChannel.Mass);
        var root = await Desk.OrganisationAsync(Site, Newsroom.Root);
        var approver = await Newsroom.ApproverAsync(Site, "shen2");
        Site.Clock.Now += TimeSpan.FromMinutes(5);

        var sheet = (await Newsroom.PageAsync(approver, $"/staff/organisations/{root}")).QuerySelector("#pushes")!;

        Assert.Contains("送到的人次5", Squeezed(sheet.TextContent), StringComparison.Ordinal);
        Assert.Contains("11 月还剩 2 次群发", sheet.TextContent, StringComparison.Ordinal);
        Assert.NotNull(sheet.QuerySelector($"a[href='/staff/calendar/pieces/{id}']"));
        var officer = (await Desk.JoinAsync(Site, "li", "committee-officer", Newsroom.Root)).Browser;
        Assert.Null((await Newsroom.PageAsync(officer, $"/staff/organisations/{root}")).QuerySelector("#pushes"));
    }

    [Fact]
    public async Task A_figure_of_the_dashboard_leads_to_the_pushes_behind_it_and_tells_about_nobody()
    {
        await BindAsync((3, "一支部"));
        await GivenAccountsAsync(6);
        var id = await StartedAsync(("Audience.Circle", "everyone"));
        await SetAsync(OutboxState.Sent, OutboxChannel.Mass);
        var approver = await Newsroom.ApproverAsync(Site, "shen2");
        await Site.InDb(db => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(a => a.NoPushesSince, Site.Clock.Now)));
        Site.Clock.Now += TimeSpan.FromMinutes(5);
        var sheet = (await Newsroom.PageAsync(approver, $"/staff/organisations/{await Desk.OrganisationAsync(Site, Newsroom.Root)}")).QuerySelector("#pushes")!;
        var links = sheet.QuerySelectorAll("a").Where(a => a.QuerySelector("b") is not null).Select(a => a.GetAttribute("href")!).ToList();

        var figures = sheet.QuerySelectorAll("b").Select(b => b.TextContent).ToList();

        Assert.Equal(4, links.Count);
        Assert.Empty(sheet.QuerySelectorAll("span b"));
        var page = await Newsroom.PageAsync(approver, links[0].Split('#')[0]);

        var row = page.QuerySelector("#sent tbody tr[data-href]")!;
        Assert.Equal($"/staff/calendar/pieces/{id}#push", row.GetAttribute("data-href"));
        Assert.Equal(["1", .. row.QuerySelectorAll("td.num").Skip(1).Select(c => c.TextContent)], figures.Take(3));
        var places = page.QuerySelectorAll("#opted-out li b").Select(b => int.Parse(b.TextContent)).ToList();
        Assert.True(places.Sum() > 6); // one more in another county, who alone would be known
        Assert.Equal(figures[3], $"{places.Sum()}");
        Assert.All(places, people => Assert.True(people >= 5));
        Assert.DoesNotContain("学生", page.DocumentElement.TextContent, StringComparison.Ordinal);
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private Task<PieceState> StateAsync(int id) => Site.InDb(db => db.Pieces.Where(p => p.Id == id).Select(p => p.State).SingleAsync());

    private static Task<HttpResponseMessage> PostAsync(Browser browser, int id, string handler) => Desk.PostToAsync(browser, "/staff", $"/staff/calendar/pieces/{id}?handler={handler}");
}
