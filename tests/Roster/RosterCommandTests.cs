using System.IO.Compression;
using System.Reflection;
using System.Text;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class RosterCommandTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Importing_prints_counts_and_codes_prints_every_path_with_its_code()
    {
        var file = Write("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,,N1,团员\n");

        var counted = await _bot.RunAsync("roster", "import", file, "--dry-run");
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync()));
        var imported = await _bot.RunAsync("roster", "import", file);
        var printed = await _bot.RunAsync("roster", "codes");

        var codes = await _bot.InDb(db => db.Organisations.OrderBy(o => o.Id).Select(o => o.JoinCode).ToListAsync());
        Assert.Equal(
            $"""
            organisations: 2 new, 0 changed; people: 1 new, 0 changed (0 moved), 0 unchanged; nothing was stored (--dry-run)
            new organisation: 示例市
            new organisation: 示例市/一班
            new: line 2, 示例市/一班, 学生001
            organisations: 2 new, 0 changed; people: 1 new, 0 changed (0 moved), 0 unchanged
            path,code
            示例市,{codes[0]}
            示例市/一班,{codes[1]}

            """,
            counted.Out + imported.Out + printed.Out);
        Assert.Empty(counted.Error + imported.Error + printed.Error);
        Assert.Equal((0, 0, 0), (counted.Code, imported.Code, printed.Code));
    }

    [Fact]
    public async Task Faults_are_printed_with_line_column_and_reason()
    {
        var file = Write("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市,,学生001,,123,,团员\n示例市,中学,,,,,\n");

        var ran = await _bot.RunAsync("roster", "import", file);

        Assert.Equal(1, ran.Code);
        Assert.Equal(
            ["2, 手机号, 手机号应是 1 开头的 11 位数字", $"3, 组织类型, 组织类型只能是：{string.Join('、', OrganisationKinds.All)}", "2 faults (line, column, reason); nothing was imported."],
            ran.Error.TrimEnd().Split('\n'));
        Assert.Empty(ran.Out);
    }

    [Theory]
    [InlineData("组织路径,组织类型,姓名\n")]
    [InlineData("\0\u0001")]
    [InlineData("")]
    public async Task A_workbook_that_is_none_is_called_so_without_a_line(string inside)
    {
        var file = Path.Combine(_bot.Folder, "roster.XLSX");
        await File.WriteAllTextAsync(file, inside);

        var ran = await _bot.RunAsync("roster", "import", file);

        Assert.Equal(1, ran.Code);
        Assert.Equal(["这个 XLSX 打不开，请用 Excel 重新保存", "1 fault (line, column, reason); nothing was imported."], ran.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var ran = await _bot.RunAsync("roster", "import", Path.Combine(_bot.Folder, "none.csv"));

        Assert.Equal(1, ran.Code);
        Assert.Contains("none.csv", ran.Error);
        Assert.Equal(1, (await _bot.RunAsync("roster", "import")).Code);
    }

    [Theory]
    [InlineData("template.xlsx")]
    [InlineData("template.csv")]
    public async Task A_template_is_an_empty_roster(string name)
    {
        var file = Path.Combine(_bot.Folder, name);

        Assert.Equal(0, (await _bot.RunAsync("roster", "template", file)).Code);
        Assert.Equal("没有一行数据", (await _bot.RunAsync("roster", "import", file)).Error.Split('\n')[0].Trim());
        Assert.Equal(1, (await _bot.RunAsync("roster", "template", file)).Code);
    }

    [Fact]
    public async Task A_file_may_call_an_organisation_by_its_other_name()
    {
        const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n";
        Assert.Equal(0, (await _bot.RunAsync("roster", "import", Write(Header + "示例市/第一中学,学校,学生001,2008-05-01,,,团员\n示例市/二中,学校,,,,,\n"))).Code);

        Assert.Equal("示例市/第一中学 is also 一 中", (await _bot.RunAsync("roster", "alias", "示例市/第一中学", "一 中")).Out.Trim());
        Assert.Equal(0, (await _bot.RunAsync("roster", "alias", "示例市/第一中学", "一中")).Code);
        Assert.Equal(1, (await _bot.RunAsync("roster", "alias", "示例市/第一中学", "二中")).Code);
        Assert.Equal(1, (await _bot.RunAsync("roster", "alias", "示例市/二中", "一中")).Code);
        var imported = await _bot.RunAsync("roster", "import", Write(Header + "示例市/一中,,学生001,2008-05-01,,,团员\n示例市/一中/一班,,学生002,,,,团员\n示例市/第一中学/一班,,学生003,,,,团员\n"));

        Assert.StartsWith("organisations: 1 new, 0 changed; people: 2 new, 0 changed (0 moved), 1 unchanged", imported.Out, StringComparison.Ordinal);
        Assert.Equal(["示例市", "第一中学", "二中", "一班"], await _bot.InDb(db => db.Organisations.OrderBy(o => o.Id).Select(o => o.Name).ToListAsync()));
        Assert.Equal(RosterFaults.TwoKinds, Assert.Single((await _bot.ImportAsync(Header + "示例市/一中,国企,,,,,\n示例市/第一中学,学校,,,,,\n")).Faults.First).Code);
    }

    [Fact]
    public async Task Every_fault_and_refusal_has_its_sentence()
    {
        var codes = typeof(RosterFaults).GetFields().Select(f => (string)f.GetRawConstantValue()!)
            .Concat(typeof(Refusal).Assembly.GetTypes().Where(t => t.Namespace is "Bot.Core.Roster" or "Bot.Core.Privacy")
                .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(f => f.FieldType == typeof(Refusal)).Select(f => ((Refusal)f.GetValue(null)!).Code))
            .ToList();

        Assert.InRange(codes.Count, 40, 200);
        Assert.Empty(await _bot.DoAsync<ContentLibrary, List<string>>(content => Task.FromResult(codes.FindAll(c => !content.Has(c)))));
    }

    [Fact]
    public void A_workbook_that_unpacks_without_end_is_refused()
    {
        using var bomb = new MemoryStream();
        using (var zip = new ZipArchive(bomb, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 257; i++)
            {
                part.Write(zeros);
            }
        }

        Assert.InRange(bomb.Length, 1, 8 * 1024 * 1024);
        Assert.Equal(RosterFaults.TooLarge, Assert.Single(RosterFile.Read(bomb.ToArray(), new DateOnly(2026, 11, 20)).Faults).Code);
    }

    [Fact]
    public async Task What_was_stored_and_could_not_be_tidied_up_was_imported_and_is_tidied_up_later()
    {
        await _bot.InDb(async db =>
        {
            string[] faults = _bot.Provider == DatabaseProvider.Sqlite
                ? ["CREATE TRIGGER broken BEFORE UPDATE ON memberships WHEN OLD.import_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'broken'); END"]
                :
                [
                    "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'",
                    "CREATE TRIGGER broken BEFORE UPDATE ON memberships FOR EACH ROW WHEN (OLD.import_id IS NOT NULL) EXECUTE FUNCTION broken()",
                ];
            foreach (var sql in faults)
            {
                await db.Database.ExecuteTextAsync(sql, CancellationToken.None);
            }
        });

        var ran = await _bot.RunAsync("roster", "import", Write("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,2008-05-01,,N1,团员\n"));

        Assert.True(ran.Code == 0, ran.Error);
        Assert.Contains("people: 1 new", ran.Out, StringComparison.Ordinal);
        Assert.Contains("it could not be tidied up yet", _bot.Log.Text, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Memberships.CountAsync(m => m.ImportId != null)));

        await _bot.InDb(db => db.Database.ExecuteTextAsync(_bot.Provider == DatabaseProvider.Sqlite ? "DROP TRIGGER broken" : "DROP TRIGGER broken ON memberships", CancellationToken.None));
        _bot.Clock.Now += RosterSlot.DeadAfter + TimeSpan.FromSeconds(1);
        await _bot.DoAsync<RosterSlot, bool>(async slot =>
        {
            await slot.TidyAsync(CancellationToken.None);
            return true;
        });
        Assert.Equal(0, await _bot.InDb(db => db.Memberships.CountAsync(m => m.ImportId != null)));
        Assert.Equal(ImportState.Done, await _bot.InDb(db => db.RosterImports.Select(i => i.State).SingleAsync()));
    }

    private string Write(string csv)
    {
        var path = Path.Combine(_bot.Folder, "roster.csv");
        File.WriteAllText(path, csv, Encoding.UTF8);
        return path;
    }
}
