using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Server.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>The roster's import at the console. 李 answers for 甲县, the administrator for everything.</summary>
public sealed class RosterPageTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n";

    private const string News = Header + """
        示例省/甲县/甲镇/一支部,,学生002,2008-05-01,13800000002,S002,团员,
        示例省/甲县/甲镇/一支部,,学生006,2008-05-01,,S006,团员,书记
        示例省/甲县/甲镇/四支部,,学生010,2008-05-10,,S010,团员,
        示例省/甲县/甲镇/一支部,,学生003,,,,团员,
        示例省/甲县/甲镇/一支部,,学生004,2008-05-01,,S004,团员,
        """;

    private BotUnderTest _bot = null!;
    private Browser _officer = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync(("Roster:MaxUploadMegabytes", "1"));
        _officer = (await Desk.JoinAsync(_bot, "li")).Browser;
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_file_is_read_shown_and_stored_when_its_importer_says_so()
    {
        var page = await UploadedAsync(_officer, News);
        var preview = await SettledAsync(_officer, page);

        Assert.Equal(("1", "2", "1", "1", "1", "1"), Counts(preview));
        Assert.Contains("等你决定", preview, StringComparison.Ordinal);
        Assert.Contains("示例省/甲县/甲镇/四支部", preview, StringComparison.Ordinal);
        Assert.Matches("(?s)分不清的行.*学生003.*名册里有一个同名的人.*换组织的人.*学生006.*新增的人.*学生010.*没变的人.*学生004", preview);
        Assert.Equal(9, await _bot.InDb(db => db.People.CountAsync()));

        await Desk.PostToAsync(_officer, page, page + "?handler=Import");
        var done = await SettledAsync(_officer, page);

        Assert.Contains("已导入，文件里的人", done, StringComparison.Ordinal);
        Assert.Equal(("1", "2", "1", "1", "1", "1"), Counts(done));
        Assert.DoesNotContain("学生0", done, StringComparison.Ordinal);
        Assert.Contains("href=\"/staff/tray\"", done, StringComparison.Ordinal);
        Assert.Equal(10, await _bot.InDb(db => db.People.CountAsync()));
        var run = await RunAsync();
        Assert.True(run is { State: ImportState.Committed or ImportState.Done, PreviewSealed: null, By: "li", FileName: "名册.csv" });
        var id = page.Split('/')[^1];
        Assert.Equal(
            ["roster.uploaded li import:" + id, $"roster.import-approved li import:{id} organisations:1 new:1 changed:2 moved:1 ambiguous:1", "roster.imported li import:" + id],
            await _bot.InDb(async db => (await db.AuditEntries.Where(a => a.Actor == "li" && a.Action != "staff.enrolled").OrderBy(a => a.Id).ToListAsync()).Select(a => $"{a.Action} {a.Actor} {a.Subject}")));
    }

    [Theory]
    [InlineData("utf-8", "名册.csv")]
    [InlineData("gb18030", "名册.csv")]
    [InlineData("xlsx", "名册.xlsx")]
    public async Task Csv_in_either_encoding_and_xlsx_are_read(string kind, string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var file = kind == "xlsx" ? Workbook(News) : Encoding.GetEncoding(kind).GetBytes(News);

        var preview = await SettledAsync(_officer, await UploadedAsync(_officer, file, name));

        Assert.Equal(("1", "2", "1", "1", "1", "1"), Counts(preview));
    }

    [Fact]
    public async Task The_same_file_again_has_nothing_to_do()
    {
        var file = Header + "示例省/甲县/甲镇/一支部,,学生002,2008-05-01,,S002,团员,\n";

        var again = await SettledAsync(_officer, await UploadedAsync(_officer, file));

        Assert.Contains("名册和文件一样，没有要改的", again, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=Import", again, StringComparison.Ordinal);
        Assert.True(await RunAsync() is { State: ImportState.Done, PeopleUnchanged: 1, CommittedAt: null });
    }

    [Fact]
    public async Task Faults_are_listed_with_place_and_reason_and_nothing_can_be_imported()
    {
        var page = await UploadedAsync(_officer, Header + "示例省/甲县/甲镇/一支部,,学生002,昨天,,S002,团员,\n示例省/乙县/三支部,,学生009,2008-05-01,,S009,团员,\n示例省/甲县/甲镇/一支部,,学生009,2008-05-01,,S009,团员,\n");
        var refused = await SettledAsync(_officer, page);

        Assert.Matches("(?s)<td class=\"num\">2</td><td>出生日期</td><td>日期读不出来.*</td></tr>", refused);
        var outside = await SettledAsync(_officer, await UploadedAsync(_officer, Header + "示例省/乙县/三支部,,学生011,2008-05-01,,S011,团员,\n"));
        Assert.Contains("<td class=\"num\">2</td><td>组织路径</td><td>这个组织不在你负责的范围里", outside, StringComparison.Ordinal);
        var elsewhere = await SettledAsync(_officer, await UploadedAsync(_officer, Header + "示例省/甲县/甲镇/一支部,,学生009,2008-05-01,,S009,团员,\n"));
        Assert.Contains("<td class=\"num\">2</td><td>团员编号</td><td>这个人现在属于你负责范围以外的组织", elsewhere, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=Import", refused + outside + elsewhere, StringComparison.Ordinal);
        var list = await Desk.TextAsync(_officer, page + "?handler=Faults");
        Assert.Contains("2,出生日期,日期读不出来，请写成 2008-05-01", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Desk.PostToAsync(_officer, page, page + "?handler=Import")).StatusCode);
        Assert.Equal(ImportState.Refused, (await RunAsync()).State);

        _bot.Clock.Now += TimeSpan.FromHours(25);
        await _bot.DoSlotAsync(slot => slot.TidyAsync(CancellationToken.None));
        Assert.False(await _bot.InDb(db => db.RosterImports.AnyAsync(i => i.PreviewSealed != null)));
    }

    [Theory]
    [InlineData("", "名册.csv", "没有一行数据")]
    [InlineData("PK\u0003\u0004 and then nothing of a workbook", "名册.xlsx", "这个 XLSX 打不开")]
    [InlineData("just a letter", "名册.xlsx", "这个 XLSX 打不开")]
    [InlineData("a\0b", "名册.csv", "不是文本文件")]
    public async Task What_is_no_roster_says_so(string text, string name, string sentence)
    {
        var refused = await SettledAsync(_officer, await UploadedAsync(_officer, Encoding.UTF8.GetBytes(text), name));

        Assert.Contains(sentence, refused, StringComparison.Ordinal);
        Assert.Contains("改好以后重新上传", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_too_large_or_none_is_told_beside_the_form_and_begins_nothing()
    {
        var large = await UploadAsync(_officer, new byte[(1 << 20) + 1], "名册.csv");
        var none = await UploadAsync(_officer, [], "");

        Assert.Contains("文件太大，最多 1 MB", await large.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("请先选一个文件", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.RosterImports.AnyAsync(i => i.By == "li")));
        Assert.Empty(Files());
    }

    [Fact]
    public void A_file_that_is_taken_in_has_no_name_and_its_folder_is_nobody_elses()
    {
        var inbox = _bot.Services.GetRequiredService<RosterInbox>();

        using (var file = inbox.Open())
        {
            file.Write("学生001"u8);
            Assert.True(OperatingSystem.IsWindows() || Files().Length == 0);
            Assert.True(!OperatingSystem.IsLinux() || OpenFiles() == 1);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(_bot.Folder, "uploads")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }

        Assert.Equal((0, 0), (Files().Length, OpenFiles()));
    }

    [Fact]
    public async Task Without_the_token_of_the_page_nothing_is_taken_in()
    {
        var answer = await _officer.SendAsync(HttpMethod.Post, "/staff/roster", Form(null, Encoding.UTF8.GetBytes(News), "名册.csv"));
        var wrong = await _officer.SendAsync(HttpMethod.Post, "/staff/roster", Form("guessed", Encoding.UTF8.GetBytes(News), "名册.csv"));
        var plain = await Desk.PostToAsync(_officer, "/staff/roster", "/staff/roster", ("file", "x"));

        Assert.All([answer, wrong, plain], a => Assert.Equal(HttpStatusCode.BadRequest, a.StatusCode));
        Assert.False(await _bot.InDb(db => db.RosterImports.AnyAsync(i => i.By == "li")));
    }

    [Fact]
    public async Task Cancelled_while_it_waits_for_the_decision_nothing_is_left()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);
        Assert.Empty(Files());

        await Desk.PostToAsync(_officer, page, page + "?handler=Cancel");

        Assert.Contains("已取消，什么都没有导入", await Desk.TextAsync(_officer, page), StringComparison.Ordinal);
        for (var waited = 0; OpenFiles() > 0; waited++)
        {
            Assert.True(waited < 200, "the file is still held");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(await RunAsync() is { State: ImportState.Cancelled, PreviewSealed: null });
        Assert.Equal(9, await _bot.InDb(db => db.People.CountAsync()));
        var late = await Desk.PostToAsync(_officer, page, page + "?handler=Import");
        Assert.Contains("这个导入已经决定过，或者已经结束", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["roster.uploaded", "roster.import-cancelled"], await _bot.InDb(db => db.AuditEntries.Where(a => a.Actor == "li" && a.Action != "staff.enrolled").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()));
    }

    [Fact]
    public async Task What_is_decided_at_another_node_reaches_the_one_that_holds_the_import()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);

        // Another node knows nothing but the row.
        await _bot.InDb(db => db.RosterImports.Where(i => i.By == "li").ExecuteUpdateAsync(set => set.SetProperty(i => i.Approved, true)));

        Assert.Contains("已导入", await SettledAsync(_officer, page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_while_it_waits_for_another_import_to_write_nothing_is_left()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);
        await _bot.InDb(async db =>
        {
            db.Add(new RosterImportRun { At = _bot.Clock.Now, By = "operator", FileName = "other.csv", Heartbeat = _bot.Clock.Now, Writes = true, State = ImportState.Storing });
            await db.SaveChangesAsync();
        });

        await Desk.PostToAsync(_officer, page, page + "?handler=Import");
        Assert.Contains("排队写入", await Desk.TextAsync(_officer, page), StringComparison.Ordinal);
        await Desk.PostToAsync(_officer, page, page + "?handler=Cancel");

        Assert.Contains("已取消，什么都没有导入", await SettledAsync(_officer, page), StringComparison.Ordinal);
        Assert.Equal(9, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task A_new_file_takes_the_place_of_the_one_that_waits()
    {
        var first = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, first);

        var second = await UploadedAsync(_officer, News);

        Assert.Contains("换了文件", await Desk.TextAsync(_officer, first), StringComparison.Ordinal);
        Assert.Contains("等你决定", await SettledAsync(_officer, second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_decides_for_two_hours_and_it_is_over()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);

        _bot.Clock.Now += RosterIntake.DecideWithin + TimeSpan.FromMinutes(1);

        Assert.Contains("没有决定，什么都没有导入", await UntilAsync(_officer, page, text => !text.Contains("等你决定", StringComparison.Ordinal) && !text.Contains("中断", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.True(await RunAsync() is { State: ImportState.Expired, PreviewSealed: null });
    }

    [Fact]
    public async Task A_restart_forgets_what_waits_and_the_page_says_so()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);

        await _bot.RestartAsync();

        Assert.True(await RunAsync() is { State: ImportState.Broken, PreviewSealed: null });
        var text = await Desk.TextAsync((await Desk.JoinAsync(_bot, "wang", "administrator", "示例省")).Browser, page);
        Assert.Contains("什么都没有导入，请重新上传", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_node_that_died_without_a_word_the_page_says_the_same()
    {
        var id = await _bot.DoSlotAsync(slot => slot.BeginAsync(new RosterOrder("li", "名册.csv", [Desk.OrganisationAsync(_bot, "甲县").Result]), CancellationToken.None));
        _bot.Clock.Now += RosterSlot.DeadAfter + TimeSpan.FromSeconds(1);

        Assert.Contains("什么都没有导入，请重新上传", await Desk.TextAsync(_officer, $"/staff/roster/{id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("还没有决定", await Desk.TextAsync(_officer, "/staff/roster"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_see_counts_and_no_row_and_decide_nothing()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);
        var administrator = (await Desk.JoinAsync(_bot, "wang", "administrator", "示例省")).Browser;

        var seen = await UntilAsync(administrator, page, text => text.Contains("等决定", StringComparison.Ordinal));

        Assert.Equal(("1", "2", "1", "1", "1", "1"), Counts(seen));
        Assert.DoesNotContain("学生", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("四支部", seen, StringComparison.Ordinal);
        Assert.Contains("名册.csv", await Desk.TextAsync(administrator, "/staff/roster"), StringComparison.Ordinal);
        foreach (var handler in new[] { "Import", "Cancel" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(administrator, "/staff/roster", page + "?handler=" + handler)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync(page + "?handler=Faults")).StatusCode);
        Assert.Equal(ImportState.Waiting, (await RunAsync()).State);
        var sealedRows = (await RunAsync()).PreviewSealed!;
        Assert.DoesNotContain("学生010", Encoding.UTF8.GetString(sealedRows), StringComparison.Ordinal);
        Assert.Contains("学生010", Regex.Unescape(_bot.Services.GetRequiredService<Vault>().Open(sealedRows)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_import_or_answers_for_other_places_sees_nothing()
    {
        var page = await UploadedAsync(_officer, News);
        var neighbour = (await Desk.JoinAsync(_bot, "zhao", under: "示例省/乙县")).Browser;
        var below = (await Desk.JoinAsync(_bot, "qian", under: "示例省/甲县/甲镇")).Browser;

        foreach (var browser in new[] { neighbour, below })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(page)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(page + "?handler=State")).StatusCode);
            Assert.DoesNotContain("名册.csv", await Desk.TextAsync(browser, "/staff/roster"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(browser, "/staff/roster", page + "?handler=Import")).StatusCode);
        }

        foreach (var role in new[] { "secretary", "editor" })
        {
            var browser = (await Desk.JoinAsync(_bot, role, role)).Browser;
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/staff/roster")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/staff/roster?handler=Template")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(page)).StatusCode);
            Assert.DoesNotContain("/staff/roster", await Desk.TextAsync(browser, "/staff"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync(HttpMethod.Post, "/staff/roster", Form("x", Encoding.UTF8.GetBytes(News), "名册.csv"))).StatusCode);
        }
    }

    [Fact]
    public async Task Who_lost_the_right_meanwhile_cannot_say_yes_any_more()
    {
        var page = await UploadedAsync(_officer, News);
        await SettledAsync(_officer, page);
        var token = await Desk.TokenAsync(_officer, page);
        await _bot.InDb(db => db.StaffAssignments.ExecuteUpdateAsync(set => set.SetProperty(a => a.Role, Bot.Core.Staff.StaffRole.Secretary)));

        Assert.Equal(HttpStatusCode.NotFound, (await Desk.SendFormAsync(_officer, page + "?handler=Import", ("__RequestVerificationToken", token))).StatusCode);
        Assert.Null((await RunAsync()).Approved);
    }

    [Theory]
    [InlineData("xlsx")]
    [InlineData("csv")]
    public async Task The_template_is_a_file_that_the_form_takes(string format)
    {
        var template = await (await _officer.GetAsync("/staff/roster?handler=Template&format=" + format)).Content.ReadAsByteArrayAsync();

        var refused = await SettledAsync(_officer, await UploadedAsync(_officer, template, "模板." + format));

        Assert.Contains("没有一行数据", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_empty_at_first_and_then_says_who_when_and_how_it_ended()
    {
        Assert.Contains("还没有导入过", await Desk.TextAsync(_officer, "/staff/roster"), StringComparison.Ordinal);
        var page = await UploadedAsync(_officer, Encoding.UTF8.GetBytes(News), "C:\\Users\\li\\名册.csv");
        await SettledAsync(_officer, page);

        var list = await Desk.TextAsync(_officer, "/staff/roster");

        Assert.Matches("(?s)再传一个文件，它就作废.*<a href=\"" + page + "\">名册.csv</a>.*等你决定.*<td class=\"wide-only\">li</td>", list);
        Assert.Contains("导入名册</a>", await Desk.TextAsync(_officer, "/staff"), StringComparison.Ordinal);
    }

    private static (string, string, string, string, string, string) Counts(string page)
    {
        return (Of("new"), Of("changed"), Of("moved"), Of("unchanged"), Of("ambiguous"), Of("organisations"));

        string Of(string field) => Regex.Match(page, $"data-field=\"{field}\">([0-9,]+)<").Groups[1].Value;
    }

    private static MultipartFormDataContent Form(string? token, byte[] file, string name)
    {
        var form = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        if (token is not null)
        {
            form.Add(new StringContent(token), "__RequestVerificationToken");
        }

        // As browsers do: the name in UTF-8 between quotes, empty when nothing was chosen.
        var part = new ByteArrayContent(file);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"" };
        part.Headers.ContentDisposition.Parameters.Add(new NameValueHeaderValue("filename", "\"" + name + "\""));
        form.Add(part);
        return form;
    }

    /// <summary>A workbook of one sheet with these lines.</summary>
    private static byte[] Workbook(string csv)
    {
        var rows = csv.Split('\n').Select(line => "<row>" + string.Concat(line.Trim().Split(',').Select(cell => $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")) + "</row>");
        var parts = new Dictionary<string, string>
        {
            ["[Content_Types].xml"] = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
            ["_rels/.rels"] = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
            ["xl/workbook.xml"] = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>""",
            ["xl/_rels/workbook.xml.rels"] = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
            ["xl/worksheets/sheet1.xml"] = $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{string.Concat(rows)}</sheetData></worksheet>",
        };
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in parts)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    private static async Task<HttpResponseMessage> UploadAsync(Browser browser, byte[] file, string name)
        => await browser.SendAsync(HttpMethod.Post, "/staff/roster", Form(await Desk.TokenAsync(browser, "/staff/roster"), file, name));

    private static Task<string> UploadedAsync(Browser browser, string csv) => UploadedAsync(browser, Encoding.UTF8.GetBytes(csv), "名册.csv");

    /// <returns>The import's page.</returns>
    private static async Task<string> UploadedAsync(Browser browser, byte[] file, string name)
    {
        var answer = await UploadAsync(browser, file, name);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    /// <returns>The page once nothing goes on any more.</returns>
    private static Task<string> SettledAsync(Browser browser, string page) => UntilAsync(browser, page, text => !text.Contains("data-live", StringComparison.Ordinal));

    private static async Task<string> UntilAsync(Browser browser, string page, Func<string, bool> isSo)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await Desk.TextAsync(browser, page) is var text && isSo(text))
            {
                return text;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The import went on for half a minute: " + await Desk.TextAsync(browser, page));
    }

    private Task<RosterImportRun> RunAsync() => _bot.InDb(db => db.RosterImports.AsNoTracking().Where(i => i.By == "li").OrderBy(i => i.Id).LastAsync());

    /// <summary>Those of the uploads' folder that this process holds open, with or without a name.</summary>
    private int OpenFiles() => OperatingSystem.IsLinux()
        ? Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).Count(f => f?.StartsWith(Path.Combine(_bot.Folder, "uploads"), StringComparison.Ordinal) == true)
        : 0;

    private string[] Files() => Directory.Exists(Path.Combine(_bot.Folder, "uploads")) ? Directory.GetFiles(Path.Combine(_bot.Folder, "uploads")) : [];
}

internal static class SlotSteps
{
    public static Task DoSlotAsync(this BotUnderTest bot, Func<RosterSlot, Task> act) => act(bot.Services.GetRequiredService<RosterSlot>());

    public static Task<T> DoSlotAsync<T>(this BotUnderTest bot, Func<RosterSlot, Task<T>> act) => act(bot.Services.GetRequiredService<RosterSlot>());
}
