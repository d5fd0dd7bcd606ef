using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Server.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class AuditPageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Administrators_and_duty_supervisors_read_what_concerns_their_subtree_and_others_find_nothing()
    {
        var root = (await Desk.JoinAsync(_bot, "root", "administrator", "示例省")).Browser;
        await AddAsync("export.figures", "甲镇");
        await AddAsync("export.ledger", "乙县");
        var supervisor = (await Desk.JoinAsync(_bot, "li", "duty-supervisor")).Browser;
        var officer = (await Desk.JoinAsync(_bot, "wang")).Browser;

        var all = await RowsAsync(root, "/staff/audit");
        var county = await RowsAsync(supervisor, "/staff/audit");

        Assert.Contains(all, r => r.Contains("名册已导入", StringComparison.Ordinal)); // of no organisation: the operator's
        Assert.Contains(all, r => r.Contains("导出台账", StringComparison.Ordinal) && r.Contains("示例省 / 乙县", StringComparison.Ordinal));
        Assert.Contains(county, r => r.Contains("导出参学率", StringComparison.Ordinal) && r.Contains("示例省 / 甲县 / 甲镇", StringComparison.Ordinal));
        Assert.Contains(county, r => r.Contains("给了角色", StringComparison.Ordinal) && r.Contains("登录名 wang · 角色 团委干部", StringComparison.Ordinal));
        Assert.DoesNotContain(county, r => r.Contains("乙县", StringComparison.Ordinal) || r.Contains("名册", StringComparison.Ordinal) || r.Contains("登录名 root", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync("/staff/audit")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync("/staff/audit?handler=Verdict")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(officer, "/staff", "/staff/audit?handler=Export", ("format", "csv"))).StatusCode);
        Assert.DoesNotContain("/staff/audit", await Desk.TextAsync(officer, "/staff"), StringComparison.Ordinal);
        Assert.Contains("/staff/audit", await Desk.TextAsync(supervisor, "/staff"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_filtered_by_day_actor_action_and_organisation_and_keeps_that_in_the_address()
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "administrator")).Browser;
        await AddAsync("export.figures", "甲镇", actor: "zhao", daysAgo: 1);
        await AddAsync("export.roster", "一支部", actor: "qian", daysAgo: 1);
        await AddAsync("tray.member-added", "二支部", actor: "qian", daysAgo: 1);
        await AddAsync("export.roster", "甲县", actor: "qian");

        Assert.Equal(2, (await RowsAsync(browser, "/staff/audit?what=export.roster")).Count);
        Assert.Equal(3, (await RowsAsync(browser, "/staff/audit?what=export.")).Count);
        Assert.Equal(2, (await RowsAsync(browser, "/staff/audit?actor=qian&to=2026-11-17")).Count);
        Assert.Equal(2, (await RowsAsync(browser, "/staff/audit?org=甲镇&actor=qian")).Count);
        Assert.Single(await RowsAsync(browser, "/staff/audit?org=示例省/甲县/甲镇/一支部&actor=qian"));
        Assert.Single(await RowsAsync(browser, "/staff/audit?from=2026-11-18&actor=qian"));
        Assert.Empty(await RowsAsync(browser, "/staff/audit?from=2026-10-01&to=2026-10-31"));
        var outside = await Branch.PageAsync(browser, "/staff/audit?org=乙县");
        Assert.Contains("你的范围里没有叫这个名称的组织", outside.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(outside.QuerySelectorAll("table.audit tbody tr"));
        var page = await Branch.PageAsync(browser, "/staff/audit?org=甲镇&actor=qian&what=export.");
        Assert.Equal("甲镇", page.QuerySelector("#org")!.GetAttribute("value"));
        Assert.Equal("export.", page.QuerySelector("#what option[selected]")!.GetAttribute("value"));
        Assert.Contains("org=%E7%94%B2%E9%95%87", page.QuerySelector("#entries form")!.GetAttribute("action"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_entries_stand_first_the_newest_on_top_and_more_on_demand()
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "administrator")).Browser;
        for (var i = 0; i < 25; i++)
        {
            await AddAsync("export.figures", "甲县", subject: $"rows:{i}");
        }

        var first = await Branch.PageAsync(browser, "/staff/audit?what=export.figures");
        var more = first.QuerySelector(".more a")!.GetAttribute("href")!;

        Assert.Equal(20, first.QuerySelectorAll("table.audit tbody tr").Length);
        Assert.Contains("行数 24", first.QuerySelector("table.audit tbody tr")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("what=export.figures", more, StringComparison.Ordinal);
        Assert.Equal(25, (await RowsAsync(browser, more)).Count);
    }

    [Fact]
    public async Task The_log_leaves_as_a_file_and_that_is_an_entry_too()
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "duty-supervisor")).Browser;
        await AddAsync("export.roster", "一支部", reason: "年度注册核对");
        await AddAsync("export.roster", "三支部");

        var answer = await Desk.PostToAsync(browser, "/staff/audit", "/staff/audit?what=export.roster&handler=Export", ("format", "csv"));
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("编号,时间,谁,做了什么,内容,组织,原因", text, StringComparison.Ordinal);
        Assert.Contains("导出名册,,示例省/甲县/甲镇/一支部,年度注册核对", text, StringComparison.Ordinal);
        Assert.DoesNotContain("三支部", text, StringComparison.Ordinal);
        var entry = await _bot.InDb(db => db.AuditEntries.SingleAsync(a => a.Action == "export.audit"));
        Assert.Equal(("li", "period:2026-10-20..2026-11-18 filter:action format:csv rows:1", await Desk.OrganisationAsync(_bot, "甲县")), (entry.Actor, entry.Subject, entry.OrganisationId ?? 0));
        Assert.Contains(await RowsAsync(browser, "/staff/audit"), r => r.Contains("导出审计记录", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_written_about_one_person_is_not_shown_to_those_who_read_the_log()
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "administrator")).Browser;
        await AddAsync("figure.adjusted", "一支部", reason: "学生001 生病");

        var page = await Desk.TextAsync(browser, "/staff/audit");

        Assert.Contains("原因只给经办的人看", page, StringComparison.Ordinal);
        Assert.DoesNotContain("生病", page, StringComparison.Ordinal);
        Assert.DoesNotContain("生病", await (await Desk.PostToAsync(browser, "/staff/audit", "/staff/audit?handler=Export", ("format", "csv"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_whether_the_log_holds()
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "duty-supervisor")).Browser;
        await AddAsync("export.figures", "甲县");

        Assert.Matches("[0-9]+ 条记录都在，没有被改过", await Desk.TextAsync(browser, "/staff/audit?handler=Verdict"));

        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync(_bot.Provider == Core.Data.DatabaseProvider.Sqlite ? "DROP TRIGGER audit_entries_stay" : "DROP TRIGGER audit_entries_stay ON audit_entries"));
        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync("DELETE FROM audit_entries WHERE position = 2"));
        _bot.Clock.Now += TimeSpan.FromMinutes(2);

        Assert.Contains("第 2 条记录被删掉了", await Desk.TextAsync(browser, "/staff/audit?handler=Verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_sees_names_above_the_branch_is_noted_once_a_day_and_thing_and_a_secretary_is_not()
    {
        var wish = await ScopeTests.WishAsync(_bot, "o-1", "一支部");
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var branch = await Desk.OrganisationAsync(_bot, "一支部");
        for (var i = 0; i < 2; i++)
        {
            await officer.GetAsync("/staff/tray");
            await officer.GetAsync($"/staff/tray/joins/{wish}");
            await officer.GetAsync(await Branch.PathAsync(_bot, "一支部", "transfers/new"));
            await officer.GetAsync(await Branch.PathAsync(_bot, "一支部", "exemptions"));
            await officer.GetAsync(await Branch.PathAsync(_bot, "三支部", "exemptions")); // not theirs: nothing was seen
            Assert.DoesNotContain("学生002", await Desk.TextAsync(officer, await Branch.PathAsync(_bot, "一支部", "changes")), StringComparison.Ordinal);
            Assert.DoesNotContain("学生002", await Desk.TextAsync(officer, await Branch.PathAsync(_bot, "一支部", "changes?open=rename")), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(await SeenAsync(), s => s.Contains("split-form", StringComparison.Ordinal));
        Assert.Contains("学生002", await Desk.TextAsync(officer, await Branch.PathAsync(_bot, "一支部", "changes?open=split")), StringComparison.Ordinal);
        var noted = await SeenAsync();
        Assert.Equal([$"li list:exemptions {branch}", $"li list:split-form {branch}", $"li list:transfer-form {branch}", $"li list:tray {branch}", $"li request:{wish} {branch}"], noted.Order(StringComparer.Ordinal));

        _bot.Clock.Now += TimeSpan.FromHours(11); // the same evening, then the next day
        officer = (await Desk.JoinAsync(_bot, "wang")).Browser;
        await officer.GetAsync("/staff/tray");
        _bot.Clock.Now += TimeSpan.FromHours(6);
        var secretary = await Branch.SecretaryAsync(_bot);
        await secretary.GetAsync("/staff/tray");
        await secretary.GetAsync(await Branch.PathAsync(_bot, "一支部", "exemptions"));
        Assert.Equal(noted.Append($"wang list:tray {branch}").Order(StringComparer.Ordinal), (await SeenAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_twenty_looks_at_once_one_is_noted()
    {
        await ScopeTests.WishAsync(_bot, "o-1", "一支部");
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => officer.GetAsync("/staff/tray")));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Single(await SeenAsync());
    }

    [Fact]
    public void Every_action_that_the_code_writes_has_its_Chinese_word_and_no_word_is_left_over()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Bot.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        // A statement that writes to the audit, and the literals in it that look like an action.
        var statements = Directory.GetFiles(Path.Combine(root, "Core"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText)
            .SelectMany(text => Regex.Matches(text, @"(\bAudit\(|\bNote\(viewer|\bNoteAsync\(viewer,|new AuditEntry|decisions\.DecideAsync\(|ChangeAsync\(viewer, (?:job|pieceId)|DecideAsync\(viewer, id|CloseOthersAsync\(viewer, stamp|const string Action =)[^;]*;").Select(m => m.Value));
        var written = statements.SelectMany(s => Regex.Matches(s, "\"([a-z]+\\.[a-z-]+)\"").Select(m => m.Groups[1].Value))
            .Concat(Enum.GetValues<OrganisationChangeKind>().Select(kind => "organisation." + kind.ToString().ToLowerInvariant()))
            .Concat(Enum.GetValues<ExportKind>().Select(kind => "export." + Exports.Word(kind)));

        Assert.Equal(written.Distinct().Order(StringComparer.Ordinal), AuditWords.Actions.Keys.Order(StringComparer.Ordinal));
        Assert.All(Enum.GetValues<StaffRole>(), role => Assert.DoesNotContain(role.Word(), AuditWords.About("role:" + role.Word()), StringComparison.Ordinal));
        Assert.All(AuditWords.Actions.Keys, a => Assert.DoesNotContain('.', AuditWords.Group(a[..(a.IndexOf('.') + 1)])));
    }

    private static async Task<List<string>> RowsAsync(Browser browser, string path)
    {
        IHtmlDocument page = await Branch.PageAsync(browser, path);
        return [.. page.QuerySelectorAll("table.audit tbody tr").Select(r => r.TextContent)];
    }

    private Task<List<string>> SeenAsync()
        => _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "names.seen").Select(a => a.Actor + " " + a.Subject + " " + a.OrganisationId).ToListAsync());

    private async Task AddAsync(string action, string organisation, string actor = "someone", string? reason = null, string? subject = null, int daysAgo = 0)
    {
        var id = await Desk.OrganisationAsync(_bot, organisation);
        await _bot.InDb(async db =>
        {
            db.Add(new AuditEntry { At = _bot.Clock.GetUtcNow().AddDays(-daysAgo), Actor = actor, Action = action, Subject = subject ?? $"organisation:{id}", Reason = reason, OrganisationId = id });
            await db.SaveChangesAsync();
        });
    }
}
