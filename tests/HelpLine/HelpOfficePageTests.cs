using System.Globalization;
using Bot.Core;
using Bot.Core.HelpLine;
using Bot.Core.Staff;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.HelpLine;

/// <summary>The pages around the cases: duties, teams, who a person is, who has read, figures.</summary>
public sealed class HelpOfficePageTests : IAsyncLifetime
{
    private const string Words = "总是睡不着，想找人聊聊";
    private const string Duty = "/staff/help/duty";

    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task A_supervisor_plans_a_night_and_takes_it_back()
    {
        await PlanAsync("zhao", "20:00", "08:00");

        var page = await HelpRoom.PageAsync(_room.Zhao, Duty);
        Assert.Contains("zhao", page.GetElementById("plan")!.TextContent, StringComparison.Ordinal);
        var duty = await _room.Bot.InDb(db => db.HelpDuties.SingleAsync());
        Assert.Equal(TimeSpan.FromHours(12), duty.EndsAt - duty.BeginsAt);
        Assert.Empty(page.QuerySelectorAll("#plan form")); // a counsellor plans nothing

        await Desk.PostToAsync(_room.Supervisor.Browser, Duty, Duty + "?handler=Remove", ("duty", $"{duty.Id}"));

        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpDuties.CountAsync()));
        Assert.Equal(["help.duty-added", "help.duty-removed"], await _room.Bot.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("help.duty")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()));
    }

    [Fact]
    public async Task A_duty_of_more_than_sixteen_hours_is_refused_and_what_was_typed_stays()
    {
        var refused = await (await PlanAsync("zhao", "08:00", "07:00")).Content.ReadAsStringAsync();

        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(refused);
        Assert.Single(page.QuerySelectorAll(".problem[role=alert]"), p => !p.TextContent.Contains("排的班是空的", StringComparison.Ordinal));
        Assert.Equal("07:00", page.GetElementById("until")!.GetAttribute("value"));
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpDuties.CountAsync()));
    }

    [Fact]
    public async Task The_plan_says_whether_an_alert_reaches_the_person_now()
    {
        await PlanAsync("zhao", "08:00", "20:00");
        Assert.Contains("没有关联微信", await ReachAsync(), StringComparison.Ordinal);

        await _room.Bot.Phone("o-zhao").Sends(await StaffLinkTests.CodeAsync(_room.Bot, _room.Zhao));
        _room.Bot.Clock.Now += TimeSpan.FromMinutes(1); // whose accounts are the staff's is remembered for half of it
        await _room.Bot.Phone("o-zhao").Sends("帮助");
        Assert.Contains("微信收得到提醒，到", await ReachAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("o-zhao", await Desk.TextAsync(_room.Supervisor.Browser, Duty), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_taken_out_of_the_team_reads_nothing_from_then_on()
    {
        var id = await _room.AskedAsync("o-1", Words);
        await HelpRoom.CaseAsync(_room.Zhao, id);

        await _room.TeamAsync("zhao");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await _room.Zhao.Browser.GetAsync($"{HelpRoom.Inbox}/{id}")).StatusCode);
        Assert.Contains(await _room.Bot.InDb(db => db.AuditEntries.Where(a => a.Action == "help.team-set").Select(a => a.Subject).ToListAsync()), s => s.Contains("login:zhao topics:-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_of_teams_says_which_topic_nobody_reads()
    {
        await _room.TeamAsync("zhao", HelpTopic.Law);
        await _room.TeamAsync("qian", HelpTopic.Law);

        var problem = (await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/teams")).QuerySelector(".problem")!.TextContent;

        Assert.Contains("心理", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("法律", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_line_stays_closed_as_long_as_one_person_alone_reads_a_topic()
    {
        await _room.TeamAsync("zhao");
        await _room.TeamAsync("qian");
        var (sun, area) = (await _room.IdAsync("sun"), await Desk.OrganisationAsync(_room.Bot, "示例省"));
        await _room.Bot.InDb(async db =>
        {
            db.Add(new StaffAssignment { StaffId = sun, OrganisationId = area, Role = StaffRole.Counsellor });
            await db.SaveChangesAsync();
        });
        Assert.Contains("自动回复的机器人", await SaysAsync("o-1"), StringComparison.Ordinal);

        await _room.TeamAsync("zhao", Enum.GetValues<HelpTopic>());
        Assert.Contains("咨询员（真人）", await SaysAsync("o-2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_line_stays_closed_as_long_as_a_topic_has_no_supervisor()
    {
        await _room.TeamAsync("sun", [.. Enum.GetValues<HelpTopic>().Where(topic => topic != HelpTopic.Mind)]);

        Assert.Contains("自动回复的机器人", await SaysAsync("o-1"), StringComparison.Ordinal);
        Assert.Contains("心理", (await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/teams")).QuerySelector(".problem")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_says_who_is_called_no_more_and_of_which_topics_nobody_is()
    {
        await PlanAsync("zhao", "08:00", "20:00");
        Assert.DoesNotContain("不会叫他", await ReachAsync(), StringComparison.Ordinal);
        await _room.TeamAsync("zhao");
        Assert.Contains("不会叫他", await ReachAsync(), StringComparison.Ordinal);
        Assert.Null((await HelpRoom.PageAsync(_room.Supervisor, Duty)).GetElementById("unreached"));

        await _room.TeamAsync("qian", HelpTopic.Law);
        await _room.Bot.RunAsync("staff", "leave", "sun");

        var unreached = (await HelpRoom.PageAsync(_room.Qian, Duty)).GetElementById("unreached")!.TextContent;
        Assert.Contains("心理", unreached, StringComparison.Ordinal);
        Assert.DoesNotContain("法律", unreached, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_are_of_whole_months_and_say_how_many_have_no_outcome()
    {
        for (var i = 0; i < 6; i++)
        {
            await _room.AskedAsync($"o-{i}", Words, "心理");
        }

        var day = ChinaTime.DateOf(_room.Bot.Clock.Now);
        var (month, other) = (day.ToString("yyyy-MM", CultureInfo.InvariantCulture), day.AddMonths(-2).ToString("yyyy-MM", CultureInfo.InvariantCulture));
        var page = await HelpRoom.PageAsync(_room.Supervisor, $"/staff/help/figures?from={month}&to={month}");
        Assert.Equal(["还没有 6"], page.QuerySelectorAll("#by-outcome tbody tr").Select(r => string.Join(' ', r.Children.Select(c => c.TextContent))));
        Assert.Equal(month, page.GetElementById("from")!.GetAttribute("value"));
        Assert.Contains("0", (await HelpRoom.PageAsync(_room.Supervisor, $"/staff/help/figures?from={other}&to={other}")).GetElementById("own")!.TextContent, StringComparison.Ordinal);

        // A range of days is read as its months: of no day can a figure be had.
        var figures = await _room.AsAsync<HelpStatistics, Result<HelpFigures>>("sun", (statistics, me) => statistics.ReadAsync(me, day.AddDays(1 - day.Day), day.AddDays(1 - day.Day), default));
        Assert.False(figures.IsRefused(out _, out var shown));
        Assert.Equal(6, shown!.Cases);
    }

    [Fact]
    public async Task A_custodian_reads_the_reason_and_who_asked_then_sees_who_it_is()
    {
        await SecretaryTests.BoundAsync(_room.Bot, "o-1", "一支部", "学生002", "S002");
        var id = await _room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, id, "ask", null, ("Text", "要请人上门看看"));
        Assert.Empty((await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelectorAll("form[action$='handler=Person']"));

        var asked = await HelpRoom.PageAsync(_room.Custodian, "/staff/help/reveals");
        Assert.Contains("要请人上门看看", asked.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("学生002", asked.Body.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("睡不着", asked.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal("1", asked.QuerySelector("a[href='/staff/help/reveals'] .count")!.TextContent);
        var reveal = await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.Id).SingleAsync());
        await Desk.PostToAsync(_room.Custodian.Browser, "/staff/help/reveals", "/staff/help/reveals", ("reveal", $"{reveal}"), ("agrees", "true"));
        var decided = await HelpRoom.PageAsync(_room.Custodian, "/staff/help/reveals");
        Assert.DoesNotContain("要请人上门看看", decided.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(decided.QuerySelector("a[href='/staff/help/reveals'] .count"));

        var seen = await Desk.PostToAsync(_room.Zhao.Browser, $"{HelpRoom.Inbox}/{id}", $"{HelpRoom.Inbox}/{id}?handler=Person", ("reveal", $"{reveal}"));
        Assert.Contains("学生002", await seen.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("学生002", await Desk.TextAsync(_room.Zhao.Browser, $"{HelpRoom.Inbox}/{id}"), StringComparison.Ordinal);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpReads.CountAsync(r => r.CaseId == id && r.What == HelpReadOf.Person)));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await Desk.PostToAsync(_room.Qian.Browser, $"{HelpRoom.Inbox}/{id}", $"{HelpRoom.Inbox}/{id}?handler=Person", ("reveal", $"{reveal}"))).StatusCode);
    }

    [Fact]
    public async Task An_open_page_of_who_somebody_is_says_when_something_new_waits_and_reads_nothing_for_that()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var empty = await HelpRoom.PageAsync(_room.Custodian, "/staff/help/reveals");
        var asks = empty.GetElementById("news")!.GetAttribute("hx-get")!;
        Assert.DoesNotContain("有变化", (await HelpRoom.PageAsync(_room.Custodian, asks)).DocumentElement.TextContent, StringComparison.Ordinal);

        Assert.Null(await _room.RefusalAsync<HelpReveals, int>("zhao", (reveals, me) => reveals.AskAsync(me, id, "要联系学校", default)));

        Assert.Contains("有变化", (await HelpRoom.PageAsync(_room.Custodian, asks)).DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await _room.ReadsAsync(id, "li"));
    }

    [Fact]
    public async Task In_a_crisis_a_supervisor_looks_at_once_and_the_custodian_reviews_it()
    {
        await SecretaryTests.BoundAsync(_room.Bot, "o-1", "一支部", "学生002", "S002");
        await _room.Bot.Phone("o-1").Sends("我不想活了，今晚就跳下去");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());
        Assert.Empty((await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelectorAll("button[formaction]"));
        var page = await HelpRoom.CaseAsync(_room.Supervisor, id);
        var action = page.QuerySelector("button[formaction]")!.GetAttribute("formaction")!;

        await Desk.PostToAsync(_room.Supervisor.Browser, $"{HelpRoom.Inbox}/{id}", action, ("Text", "人在楼顶，要告诉 110"));
        var reveal = await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.Id).SingleAsync());
        var seen = await Desk.PostToAsync(_room.Supervisor.Browser, $"{HelpRoom.Inbox}/{id}", $"{HelpRoom.Inbox}/{id}?handler=Person", ("reveal", $"{reveal}"));
        Assert.Contains("学生002", await seen.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var review = await HelpRoom.PageAsync(_room.Custodian, "/staff/help/reveals");
        Assert.Contains("请复核", review.GetElementById($"reveal-{reveal}")!.TextContent, StringComparison.Ordinal);
        await Desk.PostToAsync(_room.Custodian.Browser, "/staff/help/reveals", "/staff/help/reveals", ("reveal", $"{reveal}"), ("agrees", "false"));
        Assert.Equal(HelpRevealState.Objected, await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.State).SingleAsync()));
    }

    [Fact]
    public async Task The_read_log_says_who_when_and_by_which_team_and_can_be_narrowed()
    {
        var (first, second) = (await _room.AskedAsync("o-1", Words), await _room.AskedAsync("o-2", Words));
        await HelpRoom.CaseAsync(_room.Zhao, first);
        await HelpRoom.CaseAsync(_room.Qian, second);

        var all = await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/reads");
        Assert.Equal(2, all.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("示例省", all.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("睡不着", all.DocumentElement.OuterHtml, StringComparison.Ordinal);
        var ofZhao = await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/reads?login=zhao");
        Assert.Contains("zhao", Assert.Single(ofZhao.QuerySelectorAll("tbody tr")).TextContent, StringComparison.Ordinal);
        Assert.Single((await HelpRoom.PageAsync(_room.Supervisor, $"/staff/help/reads?case={second}")).QuerySelectorAll("tbody tr"));
        Assert.Empty((await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/reads?from=2020-01-01&to=2020-01-31")).QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task Figures_of_small_groups_are_not_shown_nor_what_tells_them()
    {
        foreach (var (topic, count) in new[] { ("心理", 6), ("法律", 5), ("学业", 2) })
        {
            for (var i = 0; i < count; i++)
            {
                await _room.AskedAsync($"o-{topic}-{i}", Words, topic);
            }
        }

        var page = await HelpRoom.PageAsync(_room.Supervisor, "/staff/help/figures");

        var rows = page.QuerySelectorAll("#by-topic tbody tr").Select(r => string.Join(' ', r.Children.Select(c => c.TextContent))).ToList();
        Assert.Equal(["法律 —", "心理 6", "学业 —"], rows);
        Assert.Contains("13", page.GetElementById("own")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_cases_by_age_stand_on_the_first_page_of_who_sees_queues_alone()
    {
        await _room.Bot.Given(LessonGiven.Open("9-2"));
        await _room.AskedAsync("o-1", Words);
        _room.Bot.Clock.Now += TimeSpan.FromHours(2);
        await _room.AskedAsync("o-2", Words);
        var home = $"/staff/organisations/{await Desk.OrganisationAsync(_room.Bot, "示例省")}";

        var counts = (await HelpRoom.PageAsync(_room.Zhao, home)).QuerySelectorAll("#help-open b").Select(b => b.TextContent);

        Assert.Equal(["2", "1", "1", "0", "0"], counts);
        Assert.Null((await HelpRoom.PageAsync(_room.Custodian, home)).GetElementById("help-open"));
    }

    private async Task<string> SaysAsync(string openId)
    {
        _room.Bot.Clock.Now += TimeSpan.FromSeconds(5); // whether the line is open is remembered for two
        return await _room.Bot.SayAsync(openId, "求助");
    }

    private async Task<string> ReachAsync() => (await HelpRoom.PageAsync(_room.Supervisor, Duty)).GetElementById("plan")!.TextContent;

    private async Task<HttpResponseMessage> PlanAsync(string login, string from, string to)
        => await Desk.PostToAsync(
            _room.Supervisor.Browser, Duty, Duty + "?handler=Add", ("Who", $"{await _room.IdAsync(login)}"), ("Area", $"{await Desk.OrganisationAsync(_room.Bot, "示例省")}"),
            ("Day", ChinaTime.DateOf(_room.Bot.Clock.Now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("From", from), ("To", to));
}
