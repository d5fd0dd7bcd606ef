using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Bot.Core.Lessons;
using Bot.Tests.Lessons;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>Three counties: the first has people of its own, the second a branch of three, the third nothing small.</summary>
public sealed class HiddenFigureTests : IAsyncLifetime
{
    private static readonly string[] Counted = ["exempt", "completed", "late", "visitors", "rate"];

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        var roster = new StringBuilder("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n");
        var number = 0;
        foreach (var (path, people) in new[]
        {
            ("示例省/甲县", 2), ("示例省/甲县/甲一", 6), ("示例省/甲县/甲二", 8), ("示例省/甲县/甲三", 10),
            ("示例省/乙县/乙一", 3), ("示例省/乙县/乙二", 7), ("示例省/乙县/乙三", 9),
            ("示例省/丙县/丙一", 6), ("示例省/丙县/丙二", 6),
        })
        {
            for (var i = 0; i < people; i++)
            {
                number++;
                roster.Append(System.Globalization.CultureInfo.InvariantCulture, $"{path},,学生{number:000},,,S{number:000},团员,{(i == 0 ? "书记" : "")}\n");
            }
        }

        var file = Path.Combine(_bot.Folder, "roster.csv");
        await File.WriteAllTextAsync(file, roster.ToString());
        await Desk.RunAsync(_bot, "roster", "import", file);
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("示例省", "")]
    [InlineData("甲县", "本级直属 甲一")]
    [InlineData("乙县", "乙一 乙二")]
    [InlineData("丙县", "")]
    public async Task Beside_a_small_group_the_next_smallest_is_hidden_so_that_nothing_can_be_subtracted(string name, string hidden)
    {
        await EverybodyStudiesAsync();
        var browser = await ProvinceAsync();

        foreach (var part in new[] { "", "?handler=Figures", "?period=9-2" })
        {
            var page = await PageAsync(browser, name, part);
            var rows = page.QuerySelectorAll("tbody tr[id^=row-]").Where(r => r.Id != "row-own").ToList();

            Assert.Equal(hidden.Split(' ', StringSplitOptions.RemoveEmptyEntries), rows.Where(IsHidden).Select(r => r.QuerySelector(".name")!.TextContent.Trim().Split('\n')[0]));
            Assert.NotEqual("—", page.QuerySelector("#own [data-field=rate]")!.TextContent);
            Assert.Equal(hidden.Length > 0, page.GetElementById("why-hidden") is not null);
        }
    }

    [Fact]
    public async Task A_hidden_organisation_stays_hidden_when_opened_found_or_exported_from_above()
    {
        await EverybodyStudiesAsync();
        var browser = await ProvinceAsync();

        foreach (var name in new[] { "甲一", "乙一", "乙二" })
        {
            var page = await PageAsync(browser, name, "");
            Assert.All(Counted, field => Assert.Equal("—", page.QuerySelector($"#own [data-field={field}]")!.TextContent));
            Assert.Null(page.GetElementById("group-text"));
            Assert.Null(page.QuerySelector("[data-copies]"));
            Assert.Equal("—", page.QuerySelector("#history td:last-child")?.TextContent ?? "—");
            Assert.True(IsHidden((await PageAsync(browser, "示例省", "?q=" + Uri.EscapeDataString(name))).QuerySelector("tbody tr[data-href]")!));
        }

        var lines = (await Desk.TextAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(_bot, "示例省")}?handler=Export")).Split("\r\n");
        Assert.Equal(
            ["示例省/甲县/甲一,6,,,,,,", "示例省/乙县/乙一,3,,,,,,", "示例省/乙县/乙二,7,,,,,,"],
            lines.Where(l => l.EndsWith(",,,,,,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_small_group_stays_hidden_whoever_is_counted_among_it_afterwards_and_what_was_corrected_stands_beside_the_rate()
    {
        await EverybodyStudiesAsync();
        await _bot.FreezesAsync();
        foreach (var name in new[] { "学生042", "学生043" })
        {
            Assert.Null(await _bot.AdjustsAsync(name, AdjustmentWish.BelongedHere, "乙一"));
        }

        _bot.Clock.Now += TimeSpan.FromSeconds(15);
        var browser = await ProvinceAsync();

        var rows = (await PageAsync(browser, "乙县", "?period=9-2")).QuerySelectorAll("tbody tr[id^=row-]").Where(r => r.Id != "row-own");
        Assert.Equal(["乙一", "乙二"], rows.Where(IsHidden).Select(r => r.QuerySelector(".name")!.TextContent.Trim().Split('\n')[0]));
        var lines = (await Desk.TextAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(_bot, "示例省")}?handler=Export&period=9-2")).Split("\r\n");
        Assert.Contains(lines, l => l.StartsWith("示例省/乙县,19,", StringComparison.Ordinal) && l.EndsWith("%,2", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("示例省/乙县/乙三,7,", StringComparison.Ordinal) && l.EndsWith("%,2", StringComparison.Ordinal));
        Assert.Contains("示例省/乙县/乙一,5,,,,,,", lines);
        var learner = await SecretaryTests.BoundAsync(_bot, "o-040", "乙三", "学生040", "S040");
        var rate = await (await learner.Opens("我的")).Browser.GetJsonAsync("/api/v1/rates/9-2");
        Assert.Equal((7, 2), (rate.GetProperty("members").GetInt32(), rate.GetProperty("adjusted").GetInt32()));
    }

    [Fact]
    public async Task A_branch_of_which_few_are_expected_to_study_is_as_hidden_as_a_small_one()
    {
        await _bot.InDb(db => db.People.Where(p => string.Compare(p.MemberNumber, "S046") >= 0 && string.Compare(p.MemberNumber, "S051") < 0)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.BirthDate, new DateOnly(1990, 5, 1))));
        await _bot.FreezeAsync();
        await EverybodyStudiesAsync();
        var phone = await SecretaryTests.BoundAsync(_bot, "o-051", "丙一", "学生051", "S051");
        Assert.Equal(201, (int)(await (await (await phone.Opens("学习")).StudiesFor(60)).Finishes()).Status);
        _bot.Clock.Now += TimeSpan.FromSeconds(3);
        var browser = await ProvinceAsync();

        // 丙一 has six people, five of them 28 and over: its rate would be one person's week, its 免学 says as much.
        var rows = (await PageAsync(browser, "丙县", "")).QuerySelectorAll("tbody tr[id^=row-]").Where(r => r.Id != "row-own");
        Assert.Equal(["丙一", "丙二"], rows.Where(IsHidden).Select(r => r.QuerySelector(".name")!.TextContent.Trim().Split('\n')[0]));
        var page = await PageAsync(browser, "丙一", "");
        Assert.All(Counted, field => Assert.Equal("—", page.QuerySelector($"#own [data-field={field}]")!.TextContent));
        Assert.DoesNotContain("应学 1", page.Body!.TextContent, StringComparison.Ordinal);
        var rate = await phone.Browser.GetJsonAsync("/api/v1/rates/current");
        Assert.Equal((true, JsonValueKind.Null, JsonValueKind.Null), (rate.GetProperty("hidden").GetBoolean(), rate.GetProperty("rate").ValueKind, rate.GetProperty("exempt").ValueKind));
    }

    [Fact]
    public async Task Branches_where_nobody_studies_are_counted_among_the_shown_only()
    {
        var browser = await ProvinceAsync();

        var card = (await PageAsync(browser, "乙县", "")).QuerySelectorAll(".figure-card").Last().QuerySelector("dd")!.TextContent;

        Assert.Equal("1 共 1 个", card);
    }

    [Theory]
    [InlineData("甲一", "S003")]
    [InlineData("乙一", "S027")]
    [InlineData("乙二", "S030")]
    public async Task The_secretary_of_a_hidden_branch_sees_it(string name, string number)
    {
        var phone = await SecretaryTests.BoundAsync(_bot, "o-s", name, "学生" + number[1..], number);
        var to = (await phone.Browser.GetAsync((await phone.Sends("进度")).Link!)).Headers.Location!.ToString();

        var page = new HtmlParser().ParseDocument(await Desk.TextAsync(phone.Browser, to));

        Assert.True(page.QuerySelector("#own [data-field=rate]") is not null, page.Body!.TextContent);
        Assert.Equal("0.0%", page.QuerySelector("#own [data-field=rate]")!.TextContent);
        Assert.NotNull(page.QuerySelector("[data-copies]"));
    }

    /// <summary>One in every branch, so that a hidden figure is not 0 by chance.</summary>
    private async Task EverybodyStudiesAsync()
    {
        foreach (var (branch, number) in new[] { ("甲县", "001"), ("甲一", "003"), ("甲二", "009"), ("乙一", "027"), ("乙二", "030"), ("丙一", "046") })
        {
            var phone = await SecretaryTests.BoundAsync(_bot, "o-" + number, branch, "学生" + number, "S" + number);
            Assert.Equal(201, (int)(await (await (await phone.Opens("学习")).StudiesFor(60)).Finishes()).Status);
        }

        _bot.Clock.Now += TimeSpan.FromSeconds(3);
    }

    private async Task<Browser> ProvinceAsync() => (await Desk.JoinAsync(_bot, "li", "committee-officer", "示例省")).Browser;

    private async Task<IHtmlDocument> PageAsync(Browser browser, string name, string part)
        => new HtmlParser().ParseDocument(await Desk.TextAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(_bot, name)}{part}"));

    private static bool IsHidden(IElement row)
    {
        var dashes = Counted.Count(field => row.QuerySelector($"[data-field={field}]")!.TextContent.Trim() == "—");
        Assert.True(dashes == 0 || (dashes == Counted.Length && row.QuerySelector("progress") is null), "All or nothing is hidden.");
        return dashes > 0;
    }
}
