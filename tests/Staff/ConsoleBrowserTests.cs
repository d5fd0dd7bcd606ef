using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Staff;

/// <summary>The console in a real browser, before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
public sealed class ConsoleBrowserTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string Branch = "高一1班";

    [Fact]
    public async Task A_secretary_comes_from_the_chat_to_the_names_and_the_copied_text_while_those_above_see_the_rate_move()
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(1440, 900);
        using var phone = Chromium.Open(1440, 900);
        simulator.SignIn(office);
        foreach (var name in new[] { "示例市", "示例县", "示例中学", Branch })
        {
            office.Click(By.LinkText(name));
            office.IsAt(name);
        }

        Assert.Equal("0.0%", Field(office, "rate"));
        Assert.Empty(office.FindElements(By.Id("unstudied")));
        Assert.DoesNotContain("学生", office.Text("body"), StringComparison.Ordinal);

        phone.Url = simulator.Url;
        simulator.Join(phone, "u1", "学生001");
        var link = simulator.Link(phone, "进度", "点这里看进度");
        using var secretary = Chromium.Open(390, 844);
        secretary.Url = link;

        secretary.IsAt(Branch);
        secretary.Reads("#unstudied", "学生001");
        Assert.Equal(40, secretary.FindElements(By.CssSelector("#unstudied li")).Count);
        Assert.Equal(390L, secretary.ExecuteScript("return document.documentElement.scrollWidth"));
        Assert.Contains("应学 40 人，已学 0 人，还有 40 人", Copied(secretary), StringComparison.Ordinal);

        phone.Say("学习", null);
        phone.Click("#phone-u1 a.card");
        await phone.StudyAsync("u1");

        office.Until(b => b.FindElement(By.CssSelector("#own [data-field=rate]")) is { Text: "2.5%" } rate ? rate : null);
        secretary.Until(b => b.FindElements(By.CssSelector("#unstudied li")) is { Count: 39 } names ? names : null);
        Assert.DoesNotContain("学生001", secretary.Text("#unstudied"), StringComparison.Ordinal);
        secretary.Reads("#group-text", "已学 1 人");
        var copied = Copied(secretary);
        Assert.Contains("已学 1 人，还有 39 人", copied, StringComparison.Ordinal);
        Assert.DoesNotContain("学生0", copied, StringComparison.Ordinal);
        Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
        Assert.Empty(secretary.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task An_officer_sees_on_one_screen_which_area_needs_help_and_why_and_takes_the_ledger_along()
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(1440, 900);
        office.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new Dictionary<string, object?> { ["width"] = 1440, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        simulator.SignIn(office);
        foreach (var name in new[] { "示例市", "示例县" })
        {
            office.Click(By.LinkText(name));
            office.IsAt(name);
        }

        office.Reads("tr[data-href] td.needs", "没绑定");
        Assert.Equal(true, office.ExecuteScript("return [...document.querySelectorAll('table.rows')].concat(document.getElementById('waiting')).every(t => t.getBoundingClientRect().bottom <= innerHeight) && document.documentElement.scrollWidth <= 1440"));

        office.Click(By.XPath("//tr[@data-href]//td[contains(@class,'needs')]//a[contains(.,'没绑定')]"));
        office.Until(b => b.Url.Contains("/ledger/list?of=", StringComparison.Ordinal) ? b : null);
        office.Click("[data-back]");
        office.Await("#own [data-field=bound]");
        office.Click(By.PartialLinkText("导出"));
        office.Await("#title");
        office.Click(By.CssSelector("input[name=c][value=kind]"));
        office.Until(b => b.Url.Contains("c=kind", StringComparison.Ordinal) && b.Url.Contains("what=ledger", StringComparison.Ordinal) ? b : null);
        office.Navigate().Refresh();
        Assert.True(office.Await("input[name=c][value=kind]").Selected);
        Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task A_figure_moves_on_the_desk_and_on_a_phone_without_being_asked_for()
    {
        await simulator.StartAsync();
        using var desk = Chromium.Open(1440, 900);
        using var pocket = Chromium.Open(390, 844);
        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        phone.Click("#add");
        simulator.Join(phone, "u3", "学生150");
        foreach (var office in new[] { desk, pocket })
        {
            simulator.SignIn(office);
            office.Until(b => b.FindElements(By.CssSelector("[data-stream]")) is { Count: 1 } parts ? parts[0] : null);
            office.ExecuteScript("window.wasHere = true");
            office.IsSound(office == desk ? 1440 : 390);
        }

        string Completed(ChromeDriver office, string place) => (string)office.ExecuteScript($"return document.querySelector('{place} [data-field=completed]').textContent")!;
        var before = int.Parse(Completed(desk, "#row-own"), System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture);
        phone.Say("学习", null, "u3");
        phone.Click("#phone-u3 a.card");
        await phone.StudyAsync("u3");

        foreach (var (office, place) in new[] { (desk, "#row-own"), (pocket, "#own") })
        {
            office.Until(b => Completed(office, place) == (before + 1).ToString("N0", System.Globalization.CultureInfo.InvariantCulture) ? b : null);
            Assert.Equal(true, office.ExecuteScript("return window.wasHere === true"));

            // Told, not asked for: the part was not fetched again.
            Assert.Equal(0L, office.ExecuteScript("return performance.getEntriesByType('resource').filter(r => r.name.includes('handler=Figures')).length"));
            Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
        }

        Assert.Equal((before + 1).ToString("N0", System.Globalization.CultureInfo.InvariantCulture), desk.ExecuteScript("return document.querySelector('#history [data-now=completed]').textContent"));
    }

    [Fact]
    public async Task An_officer_uploads_a_roster_looks_at_the_preview_and_imports_it_on_a_phone()
    {
        await simulator.StartAsync();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        await File.WriteAllTextAsync(file, "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例省级/示例市/示例县/新学校/一班,支部,学生901,2008-05-01,,T901,团员\n", TestContext.Current.CancellationToken);
        try
        {
            using var office = Chromium.Open(390, 844);
            simulator.SignIn(office);
            office.Url = simulator.BotUrl + "/staff/roster";
            office.Await("#file").SendKeys(file);
            office.Click(By.CssSelector("#upload [type=submit]"));

            office.Reads("等你决定");
            Assert.Matches("/staff/roster/[0-9]+$", office.Url);
            Assert.Equal("1", office.Text("[data-field=new]"));
            office.Reads("#import", "学生901");
            Assert.Equal(390L, office.ExecuteScript("return document.documentElement.scrollWidth"));

            office.Click(By.XPath("//button[contains(.,'导入')]"));
            office.Reads("#import", "已导入，文件里的人");
            Assert.DoesNotContain("学生901", office.Text("#import"), StringComparison.Ordinal);
            Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What the button puts on the clipboard.</summary>
    private static string Copied(ChromeDriver browser)
    {
        browser.ExecuteCdpCommand("Browser.grantPermissions", new Dictionary<string, object?> { ["permissions"] = new[] { "clipboardReadWrite", "clipboardSanitizedWrite" } });
        browser.Until(b => b.FindElement(By.CssSelector("[data-copies]")).Text == "复制" ? b : null);
        browser.Click(By.CssSelector("[data-copies]"));
        browser.Reads("[data-copies]", "已复制");
        return (string)browser.ExecuteAsyncScript("navigator.clipboard.readText().then(arguments[0], e => arguments[0]('' + e))")!;
    }

    private static string Field(ChromeDriver browser, string name) => browser.Text($"#own [data-field={name}]");
}
