using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>What an officer sees first: which area needs help and why, what waits, this week beside the eight before.</summary>
public sealed class DashboardTests
{
    [Fact]
    public async Task An_area_is_said_to_need_help_in_words_that_lead_to_the_rows()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await ScopeTests.WishAsync(bot, "o-9", "一支部");
        await ReleaseAsync(bot, "学生003", overdue: true);
        await ReleaseAsync(bot, "学生004", overdue: false);
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var officer = (await Desk.JoinAsync(bot, "li")).Browser;
        var editor = (await Desk.JoinAsync(bot, "wang", "editor")).Browser;

        var page = await Branch.PageAsync(officer, "/staff");
        var town = page.QuerySelector($"#row-{await Desk.OrganisationAsync(bot, "甲镇")} td.needs > div")!;
        Assert.Equal(["还没有人学", "转接超期 1", "书记没绑定 2", "等处理 1", "没绑定 100%"], town.Children.Select(n => n.TextContent));
        foreach (var way in town.QuerySelectorAll("a"))
        {
            Assert.Equal(200, (int)(await officer.GetAsync(way.GetAttribute("href")!)).StatusCode);
        }

        Assert.Equal(["1", "0", "2", "1"], page.QuerySelectorAll("#waiting b[data-side]").Select(b => b.TextContent));
        var area = $"under={await Desk.OrganisationAsync(bot, "甲县")}";
        Assert.Equal([$"/staff/tray?{area}", $"/staff/appeals?{area}", $"/staff/transfers?{area}", $"/staff/transfers?{area}&overdue=true"], page.QuerySelectorAll("#waiting li:has(b[data-side]) a").Select(a => a.GetAttribute("href")));

        // Who decides nothing sees the counts alone.
        var counts = await Branch.PageAsync(editor, "/staff");
        Assert.Equal(["1", "0", "2", "1"], counts.QuerySelectorAll("#waiting b[data-side]").Select(b => b.TextContent));
        Assert.Empty(counts.QuerySelectorAll("#waiting a, td.needs a[href^='/staff/tray'], td.needs a[href^='/staff/transfers']"));
        Assert.DoesNotContain("学生0", page.Body!.TextContent + counts.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_groups_wishes_are_counted_in_the_area_above_alone()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await ScopeTests.WishAsync(bot, "o-9", "三支部");
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var officer = (await Desk.JoinAsync(bot, "li", under: "示例省")).Browser;
        var (top, small) = (await Desk.OrganisationAsync(bot, "示例省"), await Desk.OrganisationAsync(bot, "乙县"));

        var page = await Branch.PageAsync(officer, "/staff");
        using var stream = await OpenPage.OpenAsync(officer, $"/staff/organisations/{top}/live");
        var told = (await stream.FiguresAsync()).GetProperty("rows");

        Assert.DoesNotContain("等处理", page.QuerySelector($"#row-{small}")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("等处理", told.GetProperty($"{small}").GetProperty("needs").ToString(), StringComparison.Ordinal);
        Assert.Equal("1", page.QuerySelector("#waiting [data-side=requests]")!.TextContent);
        Assert.Equal("1", told.GetProperty("side").GetProperty("requests").GetString());
        Assert.Equal("—", (await Branch.PageAsync(officer, $"/staff/organisations/{small}")).QuerySelector("#waiting [data-side=requests]")!.TextContent);
    }

    [Fact]
    public async Task What_waits_is_told_with_its_time_and_comes_with_the_figures_where_nothing_is_told()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var officer = (await Desk.JoinAsync(bot, "li")).Browser;
        var home = $"/staff/organisations/{await Desk.OrganisationAsync(bot, "甲县")}";
        using var stream = await OpenPage.OpenAsync(officer, home + "/live");
        var told = (await stream.FiguresAsync()).GetProperty("rows").GetProperty("side").GetProperty("at").GetString();

        var part = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await Desk.TextAsync(officer, home + "?handler=Figures"));

        Assert.NotNull(part.QuerySelector("#waiting[hx-swap-oob]"));
        Assert.Equal(told, part.QuerySelector("#waiting [data-side=at]")!.TextContent);
        Assert.Null((await Branch.PageAsync(officer, home)).QuerySelector("#waiting[hx-swap-oob]"));
    }

    [Fact]
    public async Task Somebody_has_studied_also_where_the_rate_is_cut_to_nothing()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await Branch.StudyAsync(bot, await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001"), "9-2");
        var branch = await Desk.OrganisationAsync(bot, "一支部");
        await bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == branch).ExecuteUpdateAsync(set => set.SetProperty(h => h.Members, h => h.Members + 3000)));
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var officer = (await Desk.JoinAsync(bot, "li")).Browser;

        var row = (await Branch.PageAsync(officer, "/staff")).QuerySelector($"#row-{await Desk.OrganisationAsync(bot, "甲镇")}")!.TextContent;

        Assert.Contains("0.0%", row, StringComparison.Ordinal);
        Assert.DoesNotContain("还没有人学", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Branches_where_nobody_studies_are_listed_and_hidden_ones_left_out()
    {
        await using var bot = await WithRosterAsync(
            Lines("示例省/甲县/甲镇/一支部", 100, 5) + Lines("示例省/甲县/甲镇/二支部", 110, 3)
            + Lines("示例省/甲县/乙镇/四支部", 700, 6) + Lines("示例省/甲县/乙镇/五支部", 710, 6) + Lines("示例省/甲县/乙镇/六支部", 720, 6));
        await bot.Given(LessonGiven.Open("9-2"));
        var phone = await SecretaryTests.BoundAsync(bot, "o-7", "四支部", "学生700", "S700");
        await Branch.StudyAsync(bot, phone, "9-2");
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;

        var page = await Branch.PageAsync(browser, "/staff");
        var need = page.QuerySelector($"#row-{await Desk.OrganisationAsync(bot, "乙镇")} td.needs a")!;
        Assert.Equal("没人学 2", need.TextContent);
        var list = await Branch.PageAsync(browser, need.GetAttribute("href")!);

        Assert.Equal(["五支部", "六支部"], list.QuerySelectorAll("#list .name a").Select(a => a.TextContent));

        // 二支部 has three members, 一支部 stands beside it.
        var all = await Branch.PageAsync(browser, await Branch.PathAsync(bot, "甲县", "ledger/list?of=not-started"));
        Assert.Equal(["五支部", "六支部"], all.QuerySelectorAll("#list .name a").Select(a => a.TextContent));
    }

    [Fact]
    public async Task A_week_is_hidden_by_what_was_small_in_that_week()
    {
        await using var bot = await WithRosterAsync(
            Lines("示例省/甲县/甲镇/大变小", 100, 6) + Lines("示例省/甲县/甲镇/一直大", 300, 9) + Lines("示例省/甲县/甲镇/也一直大", 400, 8)
            + Lines("示例省/甲县/乙镇/小变大", 200, 3) + Lines("示例省/甲县/乙镇/七支部", 500, 9) + Lines("示例省/甲县/乙镇/八支部", 600, 8));
        await bot.Given(LessonGiven.Open("9-2"));
        bot.Clock.Now = LessonGiven.Open("9-2").Closes.AddHours(1);
        await bot.FreezeAsync();
        await Branch.RosterAsync(bot, Lines("示例省/甲县/乙镇/小变大", 210, 5));
        await bot.InDb(async db =>
        {
            var branch = await db.Organisations.SingleAsync(o => o.Name == "大变小");
            await db.Memberships.Where(m => m.OrganisationId == branch.Id && db.People.Any(p => p.Id == m.PersonId && (p.MemberNumber == "S104" || p.MemberNumber == "S105")))
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, bot.Clock.Now));
            await db.Headcounts.Where(h => h.OrganisationId == branch.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.Members, 4));
        });
        await bot.Given(LessonGiven.Open("9-3") with { Opens = bot.Clock.Now, Closes = bot.Clock.Now.AddDays(7) });
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;

        Assert.Equal(["9-2 6", "9-3 —"], await HistoryAsync(bot, browser, "大变小"));
        Assert.Equal(["9-2 —", "9-3 8"], await HistoryAsync(bot, browser, "小变大"));
        Assert.Equal(["9-2 9", "9-3 9"], await HistoryAsync(bot, browser, "一直大"));
        Assert.Equal(["9-2 43", "9-3 46"], await HistoryAsync(bot, browser, "甲县"));
        Assert.Equal(["9-2 43"], await HistoryAsync(bot, browser, "甲县", "?period=9-2")); // a week and those before it, none after
    }

    [Fact]
    public async Task What_is_shown_is_taken_along_and_noted()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await ReleaseAsync(bot, "学生003", overdue: true);
        bot.Clock.Now += TimeSpan.FromMinutes(2);
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var way = (await Branch.PageAsync(browser, "/staff")).QuerySelector("a[href*='what=figures']")!.GetAttribute("href")!;
        var form = (await Branch.PageAsync(browser, way)).QuerySelector("main form[method=post]")!;
        (string, string)[] fields = [.. Branch.Fields(form).Where(f => f.Name != "format"), ("format", "csv")];

        var answer = await Desk.PostToAsync(browser, way, await Branch.PathAsync(bot, "甲县", "export"), fields);
        var file = await answer.Content.ReadAsStringAsync();

        Assert.Contains("转接超期,哪里要帮", file, StringComparison.Ordinal);
        Assert.Contains("还没有人学；转接超期 1；", file, StringComparison.Ordinal);
        Assert.True(await bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Action == "export.figures" && a.Subject.Contains("needs"))));
    }

    private static async Task<BotUnderTest> WithRosterAsync(string lines)
    {
        var bot = await BotUnderTest.StartAsync();
        await Branch.RosterAsync(bot, lines);
        return bot;
    }

    private static async Task<List<string>> HistoryAsync(BotUnderTest bot, Browser browser, string organisation, string query = "")
        => [.. (await Branch.PageAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(bot, organisation)}{query}")).QuerySelectorAll("#history tbody tr")
            .Select(r => r.Children[0].TextContent.Trim() + " " + r.Children[2].TextContent.Trim())];

    private static string Lines(string branch, int first, int count)
        => string.Concat(Enumerable.Range(first, count).Select(n => $"{branch},,学生{n},2008-05-01,,S{n},团员,{(n == first && first != 210 ? "书记" : "")}\n"));

    internal static Task ReleaseAsync(BotUnderTest bot, string name, bool overdue) => bot.InDb(async db =>
    {
        var person = await db.People.SingleAsync(p => p.Name == name);
        var from = await db.Memberships.Where(m => m.PersonId == person.Id).Select(m => m.OrganisationId).SingleAsync();
        var deadline = ChinaTime.DateOf(bot.Clock.Now).AddDays(overdue ? -1 : 30);
        db.Add(new Transfer
        {
            PersonId = person.Id,
            FromId = from,
            ToId = await db.Organisations.Where(o => o.Name == "三支部").Select(o => o.Id).SingleAsync(),
            Kind = TransferKind.ToSociety,
            ReleasedAt = bot.Clock.Now.AddDays(-20),
            ReleasedBy = "li",
            DueAt = ChinaTime.StartOf(deadline.AddDays(1)),
            Deadline = deadline,
        });
        await db.SaveChangesAsync();
    });
}
