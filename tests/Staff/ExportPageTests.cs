using System.Net;
using System.Text;
using Bot.Core.Staff;
using Bot.Tests.Support;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class ExportPageTests : IAsyncLifetime
{
    private const string Phone = "13800000021";

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await Branch.RosterAsync(_bot, $"示例省/甲县/甲镇/一支部,支部,学生021,2008-05-01,{Phone},S021,团员,委员\n示例省/甲县/示例中学/高一1班,支部,学生031,2008-05-01,,S031,团员,\n示例省/甲县/示例中学/高二1班,支部,学生041,2008-05-01,,S041,团员,\n");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task The_own_secretary_gets_the_names_with_the_chosen_columns_title_and_time()
    {
        var secretary = await Branch.SecretaryAsync(_bot);
        var learner = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await Branch.StudyAsync(_bot, learner, "9-2");

        var answer = await ExportAsync(secretary, "一支部", "unstudied", ("set", "true"), ("c", "name"), ("c", "duty"), ("title", "一支部催学名单"));

        var rows = await RowsAsync(answer);
        Assert.Equal("一支部催学名单", rows[0].Single());
        Assert.StartsWith("截至 2026-11-18 周三", rows[1].Single(), StringComparison.Ordinal);
        Assert.Equal(["姓名", "职务"], rows[2]);
        Assert.Equal(["学生001/书记", "学生003/", "学生004/", "学生005/", "学生021/委员"], rows[3..].Select(r => string.Join('/', r)));
        Assert.Contains(Uri.EscapeDataString("还没学的-9-2-20261118.xlsx"), answer.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        var entry = await AuditAsync("export.unstudied");
        Assert.Equal($"organisation:{await Desk.OrganisationAsync(_bot, "一支部")} period:9-2 columns:name,duty filter:- format:xlsx rows:5", entry.Subject);
        Assert.StartsWith("secretary:", entry.Actor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_matrix_and_the_roster_can_be_filtered_by_duty()
    {
        var secretary = await Branch.SecretaryAsync(_bot);

        var matrix = await RowsAsync(await ExportAsync(secretary, "一支部", "matrix", ("duty", "委员")));
        var roster = await RowsAsync(await ExportAsync(secretary, "一支部", "roster", ("duty", "无职务"), ("set", "true"), ("c", "name"), ("c", "bound"), ("title", "")));

        Assert.Equal(["姓名", "团员编号", "9-2"], matrix[2]);
        Assert.Equal(["学生021", "S021", "未学"], matrix[3]);
        Assert.Equal(4, matrix.Count);
        Assert.Equal(["姓名", "微信绑定"], roster[1]);
        Assert.Equal(["学生002", "学生003", "学生004", "学生005"], roster[2..].Select(r => r[0]));
    }

    [Theory]
    [InlineData("xlsx")]
    [InlineData("csv")]
    public async Task Text_that_begins_like_a_formula_stays_text(string format)
    {
        await _bot.InDb(db => db.People.Where(p => p.Name == "学生002").ExecuteUpdateAsync(set => set.SetProperty(p => p.Name, "=1+1").SetProperty(p => p.MemberNumber, "@SUM(A1)")));
        var secretary = await Branch.SecretaryAsync(_bot);

        var answer = await ExportAsync(secretary, "一支部", "roster", ("set", "true"), ("c", "name"), ("c", "number"), ("title", "=HYPERLINK(\"http://example.org\")"), ("format", format));

        if (format == "csv")
        {
            var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
            Assert.Contains("\"'=HYPERLINK(\"\"http://example.org\"\")\"", text, StringComparison.Ordinal);
            Assert.Contains("'=1+1", text, StringComparison.Ordinal);
            Assert.Contains("'@SUM(A1)", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text.Split('\n', ','), cell => cell.TrimStart('\uFEFF', '"').StartsWith('=') || cell.StartsWith('@'));
            return;
        }

        using var file = await OpenAsync(answer);
        var cells = file.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>().ToList();
        Assert.DoesNotContain(cells, c => c.CellFormula is not null);
        Assert.Contains(cells, c => c is { DataType.Value: CellValues.InlineString, InlineString.Text.Text: "=1+1" });
        Assert.Contains(cells, c => c is { DataType.Value: CellValues.InlineString, InlineString.Text.Text: "=HYPERLINK(\"http://example.org\")" });
    }

    [Fact]
    public async Task Phones_leave_only_when_ticked_with_a_reason_and_that_is_audited()
    {
        var secretary = await Branch.SecretaryAsync(_bot);

        foreach (var reason in new[] { "", "  x " })
        {
            var refused = await ExportAsync(secretary, "一支部", "roster", ("set", "true"), ("c", "name"), ("c", "phone"), ("reason", reason));
            var page = await refused.Content.ReadAsStringAsync();
            Assert.Equal("text/html", refused.Content.Headers.ContentType!.MediaType);
            Assert.Contains("请写明为什么要导出", page, StringComparison.Ordinal);
            Assert.DoesNotContain(Phone, page, StringComparison.Ordinal);
        }

        Assert.False(await _bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Action == "export.roster")));
        var rows = await RowsAsync(await ExportAsync(secretary, "一支部", "roster", ("set", "true"), ("c", "name"), ("c", "phone"), ("reason", "通知开会")));

        Assert.Contains(rows, r => r is ["学生021", Phone]);
        var entry = await AuditAsync("export.roster");
        Assert.Equal("通知开会", entry.Reason);
        Assert.Contains("columns:name,phone", entry.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(rows.SelectMany(r => r), cell => cell.StartsWith("o-", StringComparison.Ordinal));
        Assert.DoesNotContain("手机号", (await RowsAsync(await ExportAsync(secretary, "一支部", "roster")))[2]);
    }

    [Fact]
    public async Task Above_the_branch_names_leave_only_as_a_roster_with_a_reason_and_only_for_those_who_keep_it()
    {
        var keeper = (await Desk.JoinAsync(_bot, "li")).Browser;
        var editor = (await Desk.JoinAsync(_bot, "wang", "editor")).Browser;

        foreach (var what in new[] { "unstudied", "matrix" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(keeper, "一支部", what, ("reason", "检查"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(editor, "一支部", "roster", ("reason", "检查"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(keeper, "三支部", "roster", ("reason", "检查"))).StatusCode);
        var refused = await (await PostAsync(keeper, "一支部", "roster")).Content.ReadAsStringAsync();
        Assert.Contains("请写明为什么要导出", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("学生0", refused, StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Action.StartsWith("export."))));

        var rows = await RowsAsync(await PostAsync(keeper, "一支部", "roster", ("reason", "年度注册核对")));

        Assert.Equal(6, rows.Count - 3);
        var entry = await AuditAsync("export.roster");
        Assert.Equal(("li", "年度注册核对"), (entry.Actor, entry.Reason));
    }

    [Fact]
    public async Task Figures_come_as_a_workbook_with_columns_and_grade_from_the_address()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;
        var path = await Branch.PathAsync(_bot, "甲县", "export?what=figures&set=true&c=path&c=rate&c=nonsense&grade=高一&title=高一参学率&format=csv");

        var page = await Branch.PageAsync(office, path);

        Assert.Equal(["path", "rate"], page.QuerySelectorAll("input[name=c][checked]").Select(i => i.GetAttribute("value")));
        Assert.Equal(["", "高一", "高二"], page.QuerySelectorAll("#grade option").Select(o => o.GetAttribute("value") ?? o.TextContent));
        Assert.Equal("高一参学率", page.QuerySelector("#title")!.GetAttribute("value"));
        Assert.Contains("共 1 行", page.GetElementById("count")!.TextContent, StringComparison.Ordinal);
        var rows = await RowsAsync(await PostAsync(office, "甲县", "figures", ("set", "true"), ("c", "path"), ("c", "members"), ("c", "completed"), ("c", "rate"), ("title", "甲县")));
        Assert.Equal(["示例省/甲县", "11", "0", "0"], rows[3]);
        Assert.Equal(["示例省/甲县/甲镇/二支部", "3", "", ""], rows.Single(r => r[0].EndsWith("二支部", StringComparison.Ordinal)));
        Assert.EndsWith($"columns:path,members,completed,rate filter:- format:xlsx rows:{rows.Count - 3}", (await AuditAsync("export.figures")).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_column_nothing_is_made_and_nothing_is_lost()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var page = await (await PostAsync(office, "甲县", "figures", ("set", "true"), ("title", "我的标题"))).Content.ReadAsStringAsync();

        Assert.Contains("请至少选一列", page, StringComparison.Ordinal);
        Assert.Contains("我的标题", page, StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Action.StartsWith("export."))));
    }

    [Fact]
    public async Task The_short_way_to_the_figures_is_logged_too()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;

        var text = await Desk.TextAsync(office, $"/staff/organisations/{await Desk.OrganisationAsync(_bot, "甲县")}?handler=Export");

        Assert.Contains("组织路径,团员,免学,已学,补学,访客,参学率,其中更正（条）", text, StringComparison.Ordinal);
        Assert.Equal("li", (await AuditAsync("export.figures")).Actor);
    }

    private Task<HttpResponseMessage> ExportAsync(Browser browser, string organisation, string what, params (string, string)[] fields)
        => Branch.ExportAsync(_bot, browser, organisation, what, fields);

    /// <summary>Also where the list has no page for this browser: with the token of the page of figures.</summary>
    private async Task<HttpResponseMessage> PostAsync(Browser browser, string organisation, string what, params (string, string)[] fields)
        => await Desk.PostToAsync(browser, await Branch.PathAsync(_bot, "甲县", "export"), await Branch.PathAsync(_bot, organisation, "export"), [("what", what), .. fields]);

    private Task<AuditEntry> AuditAsync(string action) => _bot.InDb(db => db.AuditEntries.OrderBy(a => a.Id).LastAsync(a => a.Action == action));

    private static async Task<SpreadsheetDocument> OpenAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", answer.Content.Headers.ContentType!.MediaType);
        var file = SpreadsheetDocument.Open(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()), isEditable: false);
        Assert.Empty(new OpenXmlValidator().Validate(file).Select(e => e.Description));
        return file;
    }

    private static async Task<List<List<string>>> RowsAsync(HttpResponseMessage answer)
    {
        using var file = await OpenAsync(answer);
        return [.. file.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>()
            .Select(row => row.Elements<Cell>().Select(c => c.InlineString?.Text?.Text ?? c.CellValue?.Text ?? "").ToList())];
    }
}
