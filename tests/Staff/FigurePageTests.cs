using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

public sealed class FigurePageTests
{
    [Fact]
    public async Task The_page_shows_what_Core_counts_and_hides_what_would_name_somebody()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await StudyAsync(bot, "o-1", "一支部", "学生001", "S001");
        await StudyAsync(bot, "o-6", "二支部", "学生006", "S006");
        await StudyAsync(bot, "o-visitor", null, "", "");
        await bot.InDb(async db =>
        {
            var exempt = await db.People.SingleAsync(p => p.Name == "学生005");
            db.Add(new Exemption { PersonId = exempt.Id, Since = bot.Clock.Now.AddDays(-1), Reason = "leave" });
            await db.SaveChangesAsync();
            var branch = await db.Organisations.SingleAsync(o => o.Name == "一支部");
            await db.Headcounts.Where(h => h.OrganisationId == branch.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.Exempt, 1));
        });
        bot.Clock.Now += TimeSpan.FromSeconds(3);
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var core = await CoreAsync(bot);

        foreach (var name in new[] { "甲县", "甲镇" })
        {
            var page = await PageAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(bot, name)}");
            Assert.Equal(Shown(core[name]), Read(page.GetElementById("own")!));
            foreach (var row in page.QuerySelectorAll("tr[data-href]"))
            {
                var child = core[row.QuerySelector("a")!.TextContent];
                Assert.Equal(name == "甲镇" ? Hidden(child) : Shown(child), Read(row));
            }
        }

        Assert.Equal(1, core["示例省"].Visitors);
        Assert.Equal(2, core["甲县"].Completed);
        Assert.Equal("28.5%", Read((await PageAsync(browser, "/staff")).GetElementById("own")!)["rate"]);
        Assert.Equal("—", Read((await PageAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(bot, "二支部")}")).GetElementById("own")!)["completed"]);
    }

    [Fact]
    public async Task A_small_branch_is_shown_to_its_own_secretary()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await StudyAsync(bot, "o-6", "二支部", "学生006", "S006");
        var phone = bot.Phone("o-6");
        var link = (await phone.Sends("进度")).Link!;

        var page = await PageAsync(phone.Browser, (await phone.Browser.GetAsync(link)).Headers.Location!.ToString());

        Assert.Equal("33.3%", Read(page.GetElementById("own")!)["rate"]);
    }

    [Fact]
    public async Task The_part_that_reloads_moves_with_a_completion()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var page = await PageAsync(browser, "/staff");
        var part = page.QuerySelector("[data-live]")!.GetAttribute("hx-get")!;
        Assert.Equal("0.0%", Read(page.GetElementById("own")!)["rate"]);

        await StudyAsync(bot, "o-1", "一支部", "学生001", "S001");
        bot.Clock.Now += TimeSpan.FromSeconds(3);

        var moved = await PageAsync(browser, part);
        Assert.Equal("12.5%", Read(moved.GetElementById("own")!)["rate"]);
        Assert.Null(moved.QuerySelector("nav"));
    }

    [Fact]
    public async Task No_page_outside_the_tray_names_a_person()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await StudyAsync(bot, "o-1", "一支部", "学生001", "S001");
        var browser = (await Desk.JoinAsync(bot, "li", under: "示例省")).Browser;
        foreach (var id in await bot.InDb(db => db.Organisations.Select(o => o.Id).ToListAsync()))
        {
            foreach (var part in new[] { "", "?handler=Export", "/join-code", "/matrix", "/export", "/export?what=roster", "/ledger", "/ledger/list?of=unbound" })
            {
                bot.Network.Answer("/cgi-bin/qrcode/create", """{"ticket":"q","expire_seconds":2592000,"url":"http://weixin.qq.com/q/1"}""");
                Assert.DoesNotContain("学生0", await Desk.TextAsync(browser, $"/staff/organisations/{id}{part}"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_lesson_published_by_one_person_says_so()
    {
        await using var bot = await Desk.StartAsync();
        var browser = (await Desk.JoinAsync(bot, "li", "approver")).Browser;
        var file = Path.Combine(bot.Folder, "lesson.md");
        await File.WriteAllTextAsync(file, LessonGiven.Open("9-2").ToFile());
        await Desk.RunAsync(bot, "lesson", "import", file, "--publish", "--reason", "trial");

        Assert.Contains("未经双人审核", await Desk.TextAsync(browser, "/staff"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_states_say_what_to_do_first()
    {
        await using var bot = await Desk.StartAsync();
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        Assert.Contains("问你们的信息员或者管理员", await Desk.TextAsync(browser, "/staff"), StringComparison.Ordinal);
        Assert.Contains("点“下一期学习”", await Desk.TextAsync((await Desk.JoinAsync(bot, "bian", "editor", "示例省")).Browser, "/staff"), StringComparison.Ordinal);
        Assert.Contains("由最上级组织的信息员写", await Desk.TextAsync((await Desk.JoinAsync(bot, "xian", "editor")).Browser, "/staff"), StringComparison.Ordinal);
        var secretary = await Desk.TextAsync(await Branch.SecretaryAsync(bot), (await Branch.PathAsync(bot, "一支部", "")).TrimEnd('/'));
        Assert.Contains("问一下上级团委", secretary, StringComparison.Ordinal);
        Assert.DoesNotContain("lesson import", secretary, StringComparison.Ordinal);

        await bot.Given(LessonGiven.Open("9-2"));
        await bot.InDb(db => db.Headcounts.ExecuteDeleteAsync());
        bot.Clock.Now += TimeSpan.FromSeconds(3);
        Assert.Contains("<a href=\"/staff/roster\">导入名册</a>以后", await Desk.TextAsync(browser, "/staff"), StringComparison.Ordinal);
        Assert.Contains("请管理员先导入名册", await Desk.TextAsync((await Desk.JoinAsync(bot, "wang", "editor")).Browser, "/staff"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_for_the_group_says_what_can_still_be_done()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(
            LessonGiven.Open("9-2"),
            LessonGiven.Open("10-1") with { Opens = new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.FromHours(8)), Closes = new DateTimeOffset(2026, 12, 7, 0, 0, 0, TimeSpan.FromHours(8)) });
        var phone = await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        Assert.Contains("截止：应学 5 人，已学 0 人，还有 5 人。在公众号发“学习”就能学", await GroupTextAsync(phone), StringComparison.Ordinal);

        bot.Clock.Now = new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
        Assert.Contains("已截止，可以补学：应学 5 人", await GroupTextAsync(phone), StringComparison.Ordinal);

        bot.Clock.Now = new DateTimeOffset(2026, 12, 1, 2, 0, 0, TimeSpan.Zero);
        var over = await GroupTextAsync(phone);
        Assert.Contains("这一季已经结束：应学 5 人", over, StringComparison.Ordinal);
        Assert.DoesNotContain("补学", over, StringComparison.Ordinal);
        Assert.DoesNotContain("发“学习”", over, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_period_that_does_not_exist_or_has_not_opened_is_not_found()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"), LessonGiven.Open("9-3") with { Opens = bot.Clock.Now.AddDays(5), Closes = bot.Clock.Now.AddDays(12) });
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;

        foreach (var (period, status) in new[] { ("9-2", 200), ("9-3", 404), ("9-4", 404), ("x", 404) })
        {
            Assert.Equal(status, (int)(await browser.GetAsync($"/staff?period={period}")).StatusCode);
        }
    }

    [Fact]
    public async Task A_poll_after_the_session_ended_sends_the_page_to_the_sign_in()
    {
        await using var bot = await Desk.StartAsync();

        var answer = await bot.Browser().SendAsync(HttpMethod.Get, "/staff?handler=Figures", null, ("HX-Request", "true"), ("HX-Current-URL", BotUnderTest.PublicUrl + "/staff?period=9-2"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(["/staff/sign-in?return=%2Fstaff%3Fperiod%3D9-2"], answer.Headers.GetValues("HX-Redirect"));
    }

    private static async Task StudyAsync(BotUnderTest bot, string openId, string? branch, string name, string number)
    {
        var phone = branch is null ? bot.Phone(openId) : await SecretaryTests.BoundAsync(bot, openId, branch, name, number);
        var learner = await phone.Opens("学习");
        Assert.Equal(201, (int)(await (await learner.StudiesFor(60)).Finishes()).Status);
    }

    /// <summary>What the secretary copies about 9-2.</summary>
    private static async Task<string> GroupTextAsync(Phone phone)
    {
        var page = (await phone.Browser.GetAsync((await phone.Sends("进度")).Link!)).Headers.Location!;
        return (await PageAsync(phone.Browser, page + "?period=9-2")).GetElementById("group-text")!.TextContent;
    }

    private static async Task<Dictionary<string, Figure>> CoreAsync(BotUnderTest bot)
    {
        await using var scope = bot.Services.CreateAsyncScope();
        var lesson = await scope.ServiceProvider.GetRequiredService<LessonShelf>().FindAsync(new LessonId(9, 2), CancellationToken.None);
        var figures = await scope.ServiceProvider.GetRequiredService<Figures>().AllAsync(lesson!, CancellationToken.None);
        var tree = await scope.ServiceProvider.GetRequiredService<OrganisationTree>().AllAsync(CancellationToken.None);
        return tree.Nodes.ToDictionary(n => n.Name, n => figures[n.Id]);
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> PageAsync(Browser browser, string path)
        => new HtmlParser().ParseDocument(await Desk.TextAsync(browser, path));

    private static Dictionary<string, string> Read(IElement place) => place.QuerySelectorAll("[data-field]").ToDictionary(f => f.GetAttribute("data-field")!, f => f.TextContent.Trim());

    private static Dictionary<string, string> Shown(Figure figure) => new()
    {
        ["members"] = Text(figure.Members),
        ["exempt"] = Text(figure.Exempt),
        ["completed"] = Text(figure.Completed),
        ["late"] = Text(figure.Late),
        ["visitors"] = Text(figure.Visitors),
        ["rate"] = figure.Rate is { } rate ? (Math.Floor(rate * 1000) / 10).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "—",
    };

    private static Dictionary<string, string> Hidden(Figure figure) => new(Shown(figure)) { ["exempt"] = "—", ["completed"] = "—", ["late"] = "—", ["visitors"] = "—", ["rate"] = "—" };

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
