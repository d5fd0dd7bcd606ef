using System.Net;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Lessons;
using Bot.Tests.Pushes;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>周报: settled figures for those who answer for them, and a word in WeChat that there are new ones.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string List = "/staff/reports";
    private const string Li = "openid-of-li";

    private PostOffice _office = null!;

    private BotUnderTest Bot => _office.Bot;

    public async ValueTask InitializeAsync()
    {
        _office = PostOffice.Of(await Desk.StartAsync());
        await Bot.Given(
            LessonGiven.Open("9-1") with { Opens = TestClock.Start.AddDays(-9), Closes = TestClock.Start.AddDays(-2) },
            LessonGiven.Open("9-2"));
        await Bot.FreezeAsync();
    }

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task A_report_comes_with_the_freezing_and_holds_a_period_against_the_one_before()
    {
        await StudyAsync("o-1", "学生001", "S001");
        await StudyAsync("o-2", "学生002", "S002");
        Assert.DoesNotContain("period=9-2", await Desk.TextAsync((await Desk.JoinAsync(Bot, "wang")).Browser, List), StringComparison.Ordinal);
        await Bot.FreezesAsync();
        var li = (await Desk.JoinAsync(Bot, "li")).Browser;

        var list = await Branch.PageAsync(li, List);
        Assert.Equal(["第 9 季第 2 期", "第 9 季第 1 期"], list.QuerySelectorAll("#reports tbody a").Select(a => a.TextContent));

        var town = await Branch.PageAsync(li, await Branch.PathAsync(Bot, "甲镇", "report?period=9-2"));
        Assert.Equal(("25.0%", "+25.0 上一期 0.0%", "2 应学 8"), (Field("rate"), Field("change"), Field("completed")));
        Assert.All(town.QuerySelectorAll("#below tbody tr"), row => Assert.Contains("—", row.TextContent, StringComparison.Ordinal)); // one branch has three people
        Assert.NotNull(town.QuerySelector("#waiting [data-side=requests]"));
        Assert.DoesNotContain("学生", town.DocumentElement.TextContent, StringComparison.Ordinal);

        string Field(string name) => string.Join(' ', town.QuerySelector($"#own [data-field={name}]")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task It_is_there_for_the_own_subtree_and_for_nobody_who_answers_for_no_figures()
    {
        var li = (await Desk.JoinAsync(Bot, "li")).Browser;
        var editor = (await Desk.JoinAsync(Bot, "wang", "editor")).Browser;
        var inside = await Branch.PathAsync(Bot, "甲镇", "report");

        Assert.Equal(HttpStatusCode.OK, (await li.GetAsync(inside)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await li.GetAsync(inside + "?period=9-2")).StatusCode); // still open
        Assert.Equal(HttpStatusCode.NotFound, (await li.GetAsync(await Branch.PathAsync(Bot, "乙县", "report"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await editor.GetAsync(inside)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await editor.GetAsync(List)).StatusCode);
        Assert.DoesNotContain(List, await Desk.TextAsync(editor, "/staff"), StringComparison.Ordinal);

        var secretary = await Branch.SecretaryAsync(Bot);
        Assert.Contains("第 9 季第 1 期", await Desk.TextAsync(secretary, List), StringComparison.Ordinal);
        Assert.DoesNotContain("不用在微信里提醒我", await Desk.TextAsync(secretary, List), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await secretary.GetAsync(await Branch.PathAsync(Bot, "一支部", "report"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await secretary.GetAsync(inside)).StatusCode);
    }

    [Fact]
    public async Task What_waits_in_a_group_that_has_become_small_is_not_shown_under_an_old_period()
    {
        var li = (await Desk.JoinAsync(Bot, "li")).Browser;
        var report = await Branch.PathAsync(Bot, "甲镇", "report?period=9-1");
        await Bot.InDb(db => db.Memberships.Where(m => db.People.Any(p => p.Id == m.PersonId && p.Name != "学生001" && p.Name != "学生006"))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, Bot.Clock.GetUtcNow())));

        var page = await Branch.PageAsync(li, report);

        Assert.NotNull(page.QuerySelector("#own [data-field=rate]"));
        Assert.Null(page.QuerySelector("#waiting"));
    }

    [Fact]
    public async Task Who_answers_for_figures_in_one_place_and_writes_in_another_reads_the_reports_of_the_first()
    {
        var li = await Desk.JoinAsync(Bot, "li", "committee-officer", "示例省/甲县/甲镇");
        var elsewhere = await Desk.OrganisationAsync(Bot, "乙县");
        await Bot.InDb(async db =>
        {
            db.Add(new StaffAssignment { StaffId = await db.Users.Where(u => u.UserName == "li").Select(u => u.Id).SingleAsync(), Role = StaffRole.Editor, OrganisationId = elsewhere });
            await db.SaveChangesAsync();
        });

        Assert.Equal(HttpStatusCode.OK, (await li.Browser.GetAsync(await Branch.PathAsync(Bot, "甲镇", "report"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await li.Browser.GetAsync(await Branch.PathAsync(Bot, "乙县", "report"))).StatusCode);
    }

    [Fact]
    public async Task As_a_file_it_has_the_period_before_beside_it_and_is_logged()
    {
        var li = (await Desk.JoinAsync(Bot, "li")).Browser;

        var file = await Branch.ExportAsync(Bot, li, "甲县", "figures", ("period", "9-1"), ("set", "true"), ("c", "path"), ("c", "rate"), ("c", "before"), ("format", "csv"));

        var lines = (await file.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains(lines, line => line.Contains("组织路径,参学率,上一期参学率", StringComparison.Ordinal));
        Assert.Contains("columns:path,rate,before", await Bot.InDb(db => db.AuditEntries.Where(a => a.Action == "export.figures").Select(a => a.Subject).SingleAsync()), StringComparison.Ordinal);
        Assert.Contains("c=before", (await Branch.PageAsync(li, await Branch.PathAsync(Bot, "甲县", "report"))).QuerySelector(".desk-work__actions a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_linked_their_WeChat_is_told_once_of_each_new_one_and_not_of_old_ones()
    {
        await LinkAsync("li", "committee-officer", Li);
        await LinkAsync("wang", "editor", "openid-of-wang");

        Assert.Equal((1, 0), (await TellAsync(), await TellAsync()));
        await _office.SendAsync();
        var (to, text) = Assert.Single(_office.Given);
        Assert.Equal(Li, to);
        Assert.Contains("新的周报出来了", text, StringComparison.Ordinal);

        Bot.Clock.Now = FigureSteps.Closes.AddDays(8); // nothing ran for more than a week after the closing
        await Bot.RestartAsync();
        await Bot.FreezeAsync();
        Assert.Equal(0, await TellAsync());
    }

    [Fact]
    public async Task After_some_days_without_a_server_they_are_told_all_the_same()
    {
        await LinkAsync("li", "committee-officer", Li);
        Bot.Clock.Now = FigureSteps.Closes.AddDays(2);
        await Bot.RestartAsync();
        await Bot.FreezeAsync();

        Assert.Equal(1, await TellAsync());
    }

    [Fact]
    public async Task Who_ticks_that_they_do_not_want_it_is_not_told_also_where_it_waits_already()
    {
        var li = await LinkAsync("li", "committee-officer", Li);
        Assert.Equal(1, await TellAsync());

        Assert.Equal(List + "?done=saved", (await Desk.PostAsync(li, List, ("quiet", "true"))).Headers.Location?.ToString());
        await _office.SendAsync();

        Assert.Empty(_office.Given);
        Assert.Equal(OutboxState.Void, (await _office.OnlyAsync()).State);
        await Bot.FreezesAsync();
        Assert.Equal(0, await TellAsync());
    }

    [Fact]
    public async Task A_word_that_waited_until_the_next_report_came_is_not_told_any_more()
    {
        await LinkAsync("li", "committee-officer", Li);
        Assert.Equal(1, await TellAsync());
        _office.Says(45015);
        await _office.SendAsync();
        Assert.Equal(OutboxState.Parked, (await _office.OnlyAsync()).State);

        await Bot.FreezesAsync();

        Assert.DoesNotContain("新的周报", await Bot.SayAsync(Li, "帮助"), StringComparison.Ordinal);
        Assert.Equal(OutboxState.Void, (await _office.OnlyAsync()).State);
    }

    [Fact]
    public async Task Who_says_no_to_reminders_is_told_that_reports_go_on()
    {
        await LinkAsync("li", "committee-officer", Li);

        Assert.Contains("周报的通知不归这里管", await Bot.SayAsync(Li, "不用提醒"), StringComparison.Ordinal);
        Assert.DoesNotContain("周报", await Bot.SayAsync("openid-of-student-001", "不用提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_rounds_at_once_tell_each_once()
    {
        await LinkAsync("li", "committee-officer", Li);

        Assert.Equal(1, (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(TellAsync)))).Sum());
    }

    private Task<int> TellAsync() => Bot.DoAsync<Reports, int>(reports => reports.TellAsync(default));

    private async Task StudyAsync(string openId, string name, string number)
    {
        await Bot.JoinsAsync(openId, name, number, "一支部");
        Assert.Equal(HttpStatusCode.Created, (await FigureSteps.StudiesAsync(Bot, openId)).Status);
    }

    /// <returns>The browser of a colleague whose WeChat is linked.</returns>
    private async Task<Browser> LinkAsync(string login, string role, string openId)
    {
        var browser = (await Desk.JoinAsync(Bot, login, role)).Browser;
        var account = await Bot.Services.GetRequiredService<Accounts>().FindOrAddAsync(BotUnderTest.AppId, openId, default);
        await Bot.InDb(async db =>
        {
            var id = await db.Users.Where(u => u.UserName == login).Select(u => u.Id).SingleAsync();
            db.Add(new StaffLink { StaffId = id, AccountId = account.Id, LinkedAt = Bot.Clock.Now, MessageKey = "k-" + login });
            await db.SaveChangesAsync();
        });
        return browser;
    }
}
