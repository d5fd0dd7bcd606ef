using System.Net;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>Every figure of an organisation's page leads to what it was counted from, as far as its viewer may see that.</summary>
public sealed class FigureWayTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Every_figure_of_the_own_branch_leads_its_secretary_to_as_many_names()
    {
        var secretary = await Branch.SecretaryAsync(_bot);
        await Branch.StudyAsync(_bot, await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002"), "9-2");
        await ExemptAsync("学生005");
        var home = await Branch.PathAsync(_bot, "一支部", "");

        var page = await Branch.PageAsync(secretary, home.TrimEnd('/'));
        var names = new Dictionary<string, string>();
        foreach (var way in page.QuerySelectorAll("#own a[href*=mark]"))
        {
            var people = (await Branch.PageAsync(secretary, way.GetAttribute("href")!)).QuerySelectorAll("#matrix tbody th").Select(n => n.TextContent).ToList();
            Assert.Equal(way.TextContent.Trim(), $"{people.Count}");
            names[way.GetAttribute("href")!.Split("mark=")[1]] = string.Join(',', people);
        }

        Assert.Equal("学生002", names["completed"]);
        Assert.Equal("学生005", names["exempt"]);
        Assert.Equal("学生001,学生002,学生003,学生004", names["expected"]);
        Assert.Equal(5, names["members"].Split(',').Length);
        Assert.Equal("", names["late"]);
        foreach (var way in page.QuerySelectorAll("#own a"))
        {
            Assert.Equal(HttpStatusCode.OK, (await secretary.GetAsync(way.GetAttribute("href")!)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await secretary.GetAsync(home + "matrix?period=8-1&mark=late")).StatusCode);
    }

    [Fact]
    public async Task Late_learners_are_found_behind_the_figure_of_a_closed_week()
    {
        var secretary = await Branch.SecretaryAsync(_bot);
        var late = await SecretaryTests.BoundAsync(_bot, "o-3", "一支部", "学生003", "S003");
        _bot.Clock.Now = LessonGiven.Open("9-2").Closes.AddHours(1);
        await _bot.FreezeAsync();
        var learner = await late.Opens("我的");
        learner.Lesson = "9-2";
        Assert.Equal(HttpStatusCode.Created, (await (await learner.StudiesFor(60)).Finishes()).Status);
        _bot.Clock.Now += TimeSpan.FromMinutes(2);
        await secretary.GetAsync((await _bot.Phone("o-1").Sends("进度")).Link!);

        var way = (await Branch.PageAsync(secretary, (await Branch.PathAsync(_bot, "一支部", "")).TrimEnd('/') + "?period=9-2")).QuerySelector("#own a:has([data-field=late])")!;

        Assert.Equal("1", way.TextContent.Trim());
        Assert.Equal(["学生003"], (await Branch.PageAsync(secretary, way.GetAttribute("href")!)).QuerySelectorAll("#matrix tbody th").Select(n => n.TextContent));
    }

    [Fact]
    public async Task Above_the_branch_figures_lead_to_counts_and_never_to_names()
    {
        await Branch.StudyAsync(_bot, await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002"), "9-2");
        _bot.Clock.Now += TimeSpan.FromMinutes(2);
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;

        foreach (var name in new[] { "甲县", "甲镇", "一支部", "二支部" })
        {
            var at = (await Branch.PathAsync(_bot, name, "")).TrimEnd('/');
            var page = await Branch.PageAsync(officer, at);
            Assert.Equal(name is "甲县" or "甲镇", page.QuerySelectorAll("#own a[href='#below']").Length > 0);
            Assert.Equal(name is "甲县" or "甲镇", page.QuerySelector("#below table") is not null);
            Assert.DoesNotContain(page.QuerySelectorAll("#own a"), a => a.GetAttribute("href")!.Contains("mark=", StringComparison.Ordinal) || a.TextContent == "—");
            foreach (var way in page.QuerySelectorAll("#own a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith('/')))
            {
                Assert.DoesNotContain("学生0", await Desk.TextAsync(officer, way), StringComparison.Ordinal);
            }

            // The address of a secretary's list gives nobody else a name.
            Assert.DoesNotContain("学生0", await Desk.TextAsync(officer, at + "/matrix?period=9-2&mark=completed"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_waits_is_narrowed_to_the_organisation_whose_number_was_followed()
    {
        await Branch.RosterAsync(_bot, "示例省/甲县/乙镇/四支部,,学生101,2008-05-01,,S101,团员,\n");
        await ScopeTests.WishAsync(_bot, "o-9", "一支部");
        await ScopeTests.WishAsync(_bot, "o-10", "四支部");
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var (first, second, foreign) = (await Desk.OrganisationAsync(_bot, "甲镇"), await Desk.OrganisationAsync(_bot, "乙镇"), await Desk.OrganisationAsync(_bot, "乙县"));

        Assert.Equal(2, (await Branch.PageAsync(officer, "/staff/tray")).QuerySelectorAll("#joins tbody tr").Length);
        foreach (var area in new[] { first, second })
        {
            var page = await Branch.PageAsync(officer, $"/staff/tray?under={area}");
            Assert.Single(page.QuerySelectorAll("#joins tbody tr"));
            Assert.Contains(area == first ? "甲镇" : "乙镇", page.QuerySelector("#joins tbody tr")!.TextContent, StringComparison.Ordinal);
            Assert.Contains(area == first ? "甲镇" : "乙镇", page.QuerySelector("#narrowed")!.TextContent, StringComparison.Ordinal);
        }

        foreach (var list in new[] { "tray", "appeals", "transfers" })
        {
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"/staff/{list}?under={first}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/staff/{list}?under={foreign}")).StatusCode);
        }
    }

    [Fact]
    public async Task Overdue_transfers_of_one_area_are_found_by_the_number_that_counts_them()
    {
        await Branch.RosterAsync(_bot, "示例省/甲县/乙镇/四支部,,学生101,2008-05-01,,S101,团员,\n");
        await DashboardTests.ReleaseAsync(_bot, "学生003", overdue: true);
        await DashboardTests.ReleaseAsync(_bot, "学生004", overdue: false);
        await DashboardTests.ReleaseAsync(_bot, "学生101", overdue: true);
        _bot.Clock.Now += TimeSpan.FromMinutes(2);
        var officer = (await Desk.JoinAsync(_bot, "li", under: "示例省")).Browser;

        var waiting = (await Branch.PageAsync(officer, (await Branch.PathAsync(_bot, "甲镇", "")).TrimEnd('/'))).QuerySelector("#waiting a:has([data-side=overdue])")!;
        var list = await Branch.PageAsync(officer, waiting.GetAttribute("href")!);

        Assert.EndsWith("1", waiting.TextContent, StringComparison.Ordinal);
        Assert.Equal(["学生003"], list.QuerySelectorAll("td.name a").Select(a => a.TextContent).Distinct()); // to be received, and to be settled
    }

    [Fact]
    public async Task The_chart_is_taken_along_as_it_is_shown_and_noted()
    {
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var way = (await Branch.PageAsync(officer, "/staff")).QuerySelector("a[href*='what=history']")!.GetAttribute("href")!;
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync(way)).StatusCode);

        var shown = await (await Branch.ExportAsync(_bot, officer, "甲县", "history", ("period", "9-2"), ("format", "csv"))).Content.ReadAsStringAsync();
        var hidden = await (await Branch.ExportAsync(_bot, officer, "二支部", "history", ("period", "9-2"), ("format", "csv"))).Content.ReadAsStringAsync();

        Assert.Contains("期,课题,截止,参学率,应学,已学", shown, StringComparison.Ordinal);
        Assert.Matches(@"9-2,[^\n]*,0[^,\n]*,8,0", shown);
        Assert.Matches(@"9-2,[^\n]*,,,\r?\n", hidden + "\n");
        Assert.Equal(2, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "export.history" && a.Subject.Contains("period:9-2"))));
    }

    private Task ExemptAsync(string name) => _bot.InDb(async db =>
    {
        var person = await db.People.SingleAsync(p => p.Name == name);
        db.Add(new Exemption { PersonId = person.Id, Since = _bot.Clock.Now.AddMinutes(-1), Reason = "leave" });
        await db.SaveChangesAsync();
        var branch = await db.Organisations.SingleAsync(o => o.Name == "一支部");
        await db.Headcounts.Where(h => h.OrganisationId == branch.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.Exempt, 1));
    });
}
