using System.Net;
using AngleSharp.Dom;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>The roster of <see cref="Desk"/>, with an empty branch, two schools of which one has members, and people of other categories.</summary>
public sealed class LedgerPageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await Branch.RosterAsync(
            _bot,
            """
            示例省/甲县/甲镇/空支部,支部,,,,,,
            示例省/甲县/第一中学,学校,,,,,,
            示例省/甲县/第一中学/高一1班,支部,学生031,2008-05-01,,S031,团员,
            示例省/甲县/第一中学/高一1班,支部,学生032,2008-05-01,,S032,团员,
            示例省/甲县/第一中学/高一1班,支部,学生033,2008-05-01,,S033,团员,
            示例省/甲县/第一中学/高一1班,支部,学生034,2008-05-01,,S034,团员,
            示例省/甲县/第一中学/高一1班,支部,学生035,2008-05-01,,S035,团员,
            示例省/甲县/第一中学/高一1班,支部,学生036,2008-05-01,,S036,团员,
            示例省/甲县/第二中学,学校,,,,,,
            示例省/甲县/第二中学/高一2班,支部,,,,,,
            示例省/甲县/青年之家,青年之家,,,,,,
            示例省/甲县/甲镇/一支部,支部,学生051,2009-05-01,,Q051,青年,
            示例省/甲县/甲镇/一支部,支部,学生052,2009-05-01,,Q052,青年,
            示例省/甲县/甲镇/一支部,支部,学生053,2009-05-01,,Q053,青年,
            示例省/甲县/甲镇/一支部,支部,学生054,2009-05-01,,Q054,少先队员,
            示例省/甲县/甲镇/一支部,支部,学生055,2009-05-01,,Q055,党员,
            示例省/甲县/甲镇/二支部,支部,学生061,2009-05-01,,Q061,青年,

            """);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task An_area_shows_where_organisations_members_and_young_people_are()
    {
        var visitor = _bot.Phone("o-91");
        await visitor.Follows();
        await ScopeTests.WishAsync(_bot, "o-91", "一支部");
        await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        _bot.Clock.Now += TimeSpan.FromMinutes(2);
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var page = await PageAsync(office, "甲县", "ledger");

        // Seven people beside members: six of the roster, one visitor. The youth home is no branch.
        Assert.Equal(
            "organisations:10 members:14 youth:7 empty:2 no-secretary:1 secretary-unbound:1 schools:50.0% bound:7.1%",
            string.Join(' ', page.QuerySelectorAll("#own dd").Select(d => $"{d.GetAttribute("data-field")}:{First(d)}")));
        Assert.Equal(["甲镇", "第一中学", "第二中学", "青年之家"], page.QuerySelectorAll("#areas .name a").Select(a => a.TextContent));
        var town = page.QuerySelectorAll("#areas tr[data-href]")[0];
        Assert.Equal("4 3 8 7 1 0 1 — 7", string.Join(' ', town.QuerySelectorAll("td.num").Select(First)));
        Assert.Contains("学校 2", string.Join(' ', page.QuerySelectorAll("#kinds a").Select(a => a.TextContent)), StringComparison.Ordinal);
        Assert.DoesNotContain("学生0", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_number_leads_to_the_organisations_behind_it()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;
        var page = await PageAsync(office, "甲县", "ledger");
        var names = new Dictionary<string, string[]>();
        foreach (var link in page.QuerySelectorAll("#own dd a"))
        {
            var list = await Branch.PageAsync(office, link.GetAttribute("href")!);
            names[link.ParentElement!.GetAttribute("data-field")!] = [.. list.QuerySelectorAll("#list .name a").Select(a => a.TextContent)];
        }

        Assert.Equal(["空支部", "高一2班"], names["empty"]);
        Assert.Equal(["高一1班"], names["no-secretary"]);
        Assert.Equal(["一支部", "二支部"], names["secretary-unbound"]);
        Assert.Equal(["第二中学"], names["schools"]);
        Assert.Equal(["高一1班"], names["bound"]); // the branch of three is hidden from above, and the next-smallest beside it
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync(await Branch.PathAsync(_bot, "甲县", "ledger/list?of=nonsense"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync(await Branch.PathAsync(_bot, "示例省", "ledger/list?of=empty"))).StatusCode);
    }

    [Fact]
    public async Task Small_groups_are_hidden_and_cannot_be_subtracted()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var page = await PageAsync(office, "甲镇", "ledger");

        // Three members in one branch, one young person there: both are hidden with the next-smallest beside them.
        Assert.Equal(["—", "—", "0"], page.QuerySelectorAll("#areas [data-field=unbound]").Select(First));
        Assert.Equal(["—", "—", "0"], page.QuerySelectorAll("#areas [data-field=youth]").Select(First));
        Assert.NotNull(page.GetElementById("why-hidden"));
        var rows = await Desk.PostToAsync(office, await Branch.PathAsync(_bot, "甲镇", "export?what=ledger"), await Branch.PathAsync(_bot, "甲镇", "export"),
            ("what", "ledger"), ("format", "csv"), ("set", "true"), ("c", "path"), ("c", "unbound"), ("c", "youth"));
        var lines = (await rows.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal(["示例省/甲县/甲镇/一支部,,", "示例省/甲县/甲镇/二支部,,"], lines.Where(l => l.EndsWith(",,", StringComparison.Ordinal)));
        Assert.True(await _bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Action == "export.ledger" && a.Actor == "li")));
    }

    [Fact]
    public async Task An_office_sets_its_own_targets_and_the_history_stays()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;
        await SetAsync(office, "甲县", ("empty", "0"), ("schools", "90"), ("organisations", "10"));
        _bot.Clock.Now += TimeSpan.FromHours(1);
        await SetAsync(office, "甲县", ("empty", "2"), ("schools", "50.0%"), ("organisations", "10"));

        var page = await PageAsync(office, "甲县", "ledger");

        Assert.Equal("目标 ≤ 2 达到", Target(page, "empty"));
        Assert.Equal("目标 ≥ 50% 达到", Target(page, "schools"));
        Assert.Equal("目标 ≥ 10 达到", Target(page, "organisations"));
        Assert.Equal(5, page.QuerySelectorAll("#targets li").Length);
        Assert.Equal(5, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "ledger.target-set" && a.Actor == "li")));
        await SetAsync(office, "甲县", ("empty", "1"));
        page = await PageAsync(office, "甲县", "ledger");
        Assert.Equal("目标 ≤ 1 未达到", Target(page, "empty"));
        Assert.Null(page.QuerySelector("#own [data-field=schools] .target"));
    }

    [Fact]
    public async Task Of_two_who_set_targets_the_second_is_told_and_loses_nothing()
    {
        var (first, second) = ((await Desk.JoinAsync(_bot, "li")).Browser, (await Desk.JoinAsync(_bot, "wang")).Browser);
        var seen = Seen(await PageAsync(second, "甲县", "ledger?edit=true"));
        await SetAsync(first, "甲县", ("empty", "3"));

        var told = await AskAsync(seen);

        Assert.Contains("有人改过目标", told.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("7", told.QuerySelector("#target-empty")!.GetAttribute("value"));
        Assert.Equal(3, await _bot.InDb(db => db.LedgerTargets.Select(t => t.Value).SingleAsync()));
        await AskAsync(Seen(told));
        Assert.Equal(7, await _bot.InDb(db => db.LedgerTargets.OrderByDescending(t => t.Id).Select(t => t.Value).FirstAsync()));

        string Seen(AngleSharp.Html.Dom.IHtmlDocument page) => page.QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        async Task<AngleSharp.Html.Dom.IHtmlDocument> AskAsync(string version)
        {
            var page = await Branch.PathAsync(_bot, "甲县", "ledger");
            var answer = await Desk.PostToAsync(second, page, page, ("target[empty]", "7"), ("seen", version));
            return new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("schools", "101")]
    [InlineData("schools", "79228162514264337593543950335")]
    [InlineData("empty", "79228162514264337593543950335")]
    [InlineData("schools", "50.55")]
    [InlineData("empty", "-1")]
    [InlineData("empty", "1.5")]
    [InlineData("empty", "10000001")]
    [InlineData("members", "=1+1")]
    public async Task A_target_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(string measure, string typed)
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var answer = await PostAsync(office, "甲县", (measure, typed), ("youth", "123"));
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

        Assert.NotNull(page.QuerySelector($"#target-{measure}.is-invalid"));
        Assert.Equal(typed, page.QuerySelector($"#target-{measure}")!.GetAttribute("value"));
        Assert.Equal("123", page.QuerySelector("#target-youth")!.GetAttribute("value"));
        Assert.False(await _bot.InDb(db => db.LedgerTargets.AnyAsync()));
    }

    [Fact]
    public async Task Nobody_sets_the_targets_of_another_office()
    {
        var county = (await Desk.JoinAsync(_bot, "li")).Browser;
        var editor = (await Desk.JoinAsync(_bot, "wang", "editor")).Browser;
        var secretary = await Branch.SecretaryAsync(_bot);

        foreach (var (browser, organisation) in new[] { (county, "甲镇"), (county, "示例省"), (editor, "甲县"), (secretary, "一支部") })
        {
            var answer = await Desk.PostToAsync(browser, "/staff", await Branch.PathAsync(_bot, organisation, "ledger"), ("target[empty]", "0"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.DoesNotContain("设目标", await Desk.TextAsync(editor, await Branch.PathAsync(_bot, "甲县", "ledger")), StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.LedgerTargets.AnyAsync()));
    }

    [Fact]
    public async Task The_rates_page_says_which_area_needs_help_and_why()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var page = await Branch.PageAsync(office, "/staff");

        Assert.Equal(
            ["还没有人学 · 书记没绑定 2 · 空支部 1 · 没绑定 100%", "还没有人学 · 缺书记 1 · 没绑定 100%", "空支部 1", ""],
            page.QuerySelectorAll("tbody tr[data-href] td.needs > div").Select(n => string.Join(" · ", n.Children.Select(c => c.TextContent))));
        Assert.Equal(["甲镇", "第一中学", "第二中学", "青年之家"], page.QuerySelectorAll("tbody tr[data-href] .name a").Select(a => a.TextContent));
    }

    private Task<AngleSharp.Html.Dom.IHtmlDocument> PageAsync(Browser browser, string organisation, string page)
        => Task.Run(async () => await Branch.PageAsync(browser, await Branch.PathAsync(_bot, organisation, page)));

    private async Task SetAsync(Browser browser, string organisation, params (string, string)[] targets)
        => Assert.Equal(HttpStatusCode.Found, (await PostAsync(browser, organisation, targets)).StatusCode);

    private async Task<HttpResponseMessage> PostAsync(Browser browser, string organisation, params (string Key, string Value)[] targets)
        => await Desk.PostToAsync(browser, await Branch.PathAsync(_bot, organisation, "ledger?edit=true"), await Branch.PathAsync(_bot, organisation, "ledger"), [.. targets.Select(t => ($"target[{t.Key}]", t.Value))]);

    private static string Target(IDocument page, string measure)
        => string.Join(' ', page.QuerySelectorAll($"#own [data-field={measure}] .target > span").Select(s => s.TextContent.Trim()));

    /// <summary>The number itself, without what stands below it.</summary>
    private static string First(IElement place) => place.TextContent.Trim().Split('\n', ' ')[0].Trim();
}
