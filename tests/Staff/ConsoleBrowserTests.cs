using System.Text.RegularExpressions;
using Bot.Simulator.Start;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;

namespace Bot.Tests.Staff;

/// <summary>The console in a real browser, before the real bot and the samples.</summary>
public sealed class ConsoleBrowserTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string Branch = "高一1班";

    [Fact]
    public async Task A_secretary_comes_from_the_chat_to_the_names_and_the_copied_text_while_those_above_see_the_rate_move()
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(1440, 900);
        using var phone = Chromium.Open(1440, 900);
        SignIn(office);
        foreach (var name in new[] { "示例市", "示例县", "示例中学", Branch })
        {
            Click(office, By.LinkText(name));
            Until(office, b => b.FindElement(By.TagName("h1")) is { } title && title.Text == name ? title : null);
        }

        Assert.Equal("0.0%", Field(office, "rate"));
        Assert.Empty(office.FindElements(By.Id("unstudied")));
        Assert.DoesNotContain("学生", office.FindElement(By.TagName("body")).Text, StringComparison.Ordinal);

        phone.Url = simulator.Url;
        Click(phone, By.CssSelector("#phone-u1 .welcome .main"));
        Say(phone, Regex.Match(simulator.Said, "绑定 .* 学生001 .*").Value.Trim(), "同意就回复");
        Say(phone, "同意", "绑定好了");
        var link = Link(phone, "进度");
        using var secretary = Chromium.Open(390, 844);
        secretary.Url = link;

        Until(secretary, b => b.FindElement(By.TagName("h1")).Text == Branch ? b : null);
        Assert.Contains("学生001", Await(secretary, "#unstudied").Text, StringComparison.Ordinal);
        Assert.Equal(40, secretary.FindElements(By.CssSelector("#unstudied li")).Count);
        Assert.Equal(390L, secretary.ExecuteScript("return document.documentElement.scrollWidth"));
        Assert.Contains("应学 40 人，已学 0 人，还有 40 人", Copied(secretary), StringComparison.Ordinal);

        Say(phone, "学习", null);
        Click(phone, By.CssSelector("#phone-u1 a.card"));
        await StudyAsync(phone);

        Until(office, b => b.FindElement(By.CssSelector("#own [data-field=rate]")) is { Text: "2.5%" } rate ? rate : null);
        Until(secretary, b => b.FindElements(By.CssSelector("#unstudied li")) is { Count: 39 } names ? names : null);
        Assert.DoesNotContain("学生001", secretary.FindElement(By.Id("unstudied")).Text, StringComparison.Ordinal);
        Until(secretary, b => b.FindElement(By.Id("group-text")) is { } text && text.Text.Contains("已学 1 人", StringComparison.Ordinal) ? text : null);
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
        SignIn(office);
        foreach (var name in new[] { "示例市", "示例县" })
        {
            Click(office, By.LinkText(name));
            Until(office, b => b.FindElement(By.TagName("h1")) is { } title && title.Text == name ? title : null);
        }

        Assert.Contains("没绑定", Await(office, "tr[data-href] td.needs").Text, StringComparison.Ordinal);
        Assert.Equal(true, office.ExecuteScript("return [...document.querySelectorAll('table.rows')].every(t => t.getBoundingClientRect().bottom <= innerHeight) && document.documentElement.scrollWidth <= 1440"));

        Click(office, By.CssSelector("tr[data-href] td.needs a"));
        Await(office, "#own [data-field=bound]");
        Click(office, By.PartialLinkText("导出"));
        Await(office, "#title");
        Click(office, By.CssSelector("input[name=c][value=kind]"));
        Until(office, b => b.Url.Contains("c=kind", StringComparison.Ordinal) && b.Url.Contains("what=ledger", StringComparison.Ordinal) ? b : null);
        office.Navigate().Refresh();
        Assert.True(Await(office, "input[name=c][value=kind]").Selected);
        Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
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
            SignIn(office);
            office.Url = simulator.BotUrl + "/staff/roster";
            Await(office, "#file").SendKeys(file);
            Click(office, By.CssSelector("#upload [type=submit]"));

            Until(office, b => b.FindElement(By.TagName("body")).Text.Contains("等你决定", StringComparison.Ordinal) ? b : null);
            Assert.Matches("/staff/roster/[0-9]+$", office.Url);
            Assert.Equal("1", Await(office, "[data-field=new]").Text);
            Assert.Contains("学生901", office.FindElement(By.Id("import")).Text, StringComparison.Ordinal);
            Assert.Equal(390L, office.ExecuteScript("return document.documentElement.scrollWidth"));

            Click(office, By.XPath("//button[contains(.,'导入')]"));
            Until(office, b => b.FindElement(By.Id("import")).Text.Contains("已导入，名册已经是", StringComparison.Ordinal) ? b : null);
            Assert.DoesNotContain("学生901", office.FindElement(By.Id("import")).Text, StringComparison.Ordinal);
            Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private void SignIn(ChromeDriver browser)
    {
        browser.Url = simulator.BotUrl + "/staff";
        Await(browser, "#login").SendKeys(Samples.StaffLogin);
        Await(browser, "#password").SendKeys(Samples.StaffPassword + Keys.Enter);
        Await(browser, "#work h1");
    }

    /// <summary>The link goes out of the phone's frame into a browser of its own, as it would into WeChat's.</summary>
    private string Link(ChromeDriver phone, string word)
    {
        Say(phone, word, "点这里看进度");
        var href = Await(phone, By.XPath("(//*[@id='phone-u1']//a[contains(.,'点这里看进度')])[last()]")).GetDomProperty("href")!;
        return simulator.BotUrl + href[href.IndexOf("/go/", StringComparison.Ordinal)..];
    }

    /// <summary>What the button puts on the clipboard.</summary>
    private static string Copied(ChromeDriver browser)
    {
        browser.ExecuteCdpCommand("Browser.grantPermissions", new Dictionary<string, object?> { ["permissions"] = new[] { "clipboardReadWrite", "clipboardSanitizedWrite" } });
        Until(browser, b => b.FindElement(By.CssSelector("[data-copies]")).Text == "复制" ? b : null);
        Click(browser, By.CssSelector("[data-copies]"));
        Until(browser, b => b.FindElement(By.CssSelector("[data-copies]")).Text == "已复制" ? b : null);
        return (string)browser.ExecuteAsyncScript("navigator.clipboard.readText().then(arguments[0], e => arguments[0]('' + e))")!;
    }

    /// <summary>Waits out the lesson's time and gives every right answer.</summary>
    private static async Task StudyAsync(ChromeDriver browser)
    {
        browser.SwitchTo().Frame(Await(browser, "#phone-u1 iframe"));
        Click(browser, By.Id("main-action"));
        foreach (var question in Until(browser, b => b.FindElements(By.CssSelector("fieldset")) is { Count: > 0 } all ? all : null))
        {
            foreach (var option in question.FindElements(By.CssSelector("label.option")))
            {
                if (!question.Text.Contains("答对了", StringComparison.Ordinal))
                {
                    browser.ExecuteScript("arguments[0].click()", option);
                    await Task.Delay(1500);
                }
            }
        }

        Until(browser, b => b.FindElement(By.Id("main-action")) is { Enabled: true } button && button.Text.Contains("完成", StringComparison.Ordinal) ? button : null).Click();
        Await(browser, By.XPath("//*[contains(.,'回执编号')]"));
        browser.SwitchTo().DefaultContent();
    }

    /// <param name="answer">Part of what comes back; null not to wait for it.</param>
    private static void Say(ChromeDriver phone, string text, string? answer)
    {
        Await(phone, "#phone-u1 textarea").SendKeys(text + Keys.Enter);
        if (answer is not null)
        {
            Await(phone, By.XPath($"//*[@id='phone-u1']//*[contains(@class,'bubble')][contains(.,'{answer}')]"));
        }
    }

    private static string Field(ChromeDriver browser, string name) => Await(browser, $"#own [data-field={name}]").Text;

    private static void Click(ChromeDriver browser, By by)
        => Until(browser, b =>
        {
            if (b.FindElements(by).LastOrDefault(e => e.Displayed) is not { Enabled: true } element)
            {
                return null;
            }

            element.Click();
            return element;
        });

    private static IWebElement Await(ChromeDriver browser, string css) => Await(browser, By.CssSelector(css));

    private static IWebElement Await(ChromeDriver browser, By by) => Until(browser, b => b.FindElements(by).FirstOrDefault(e => e.Displayed));

    private static T Until<T>(ChromeDriver browser, Func<IWebDriver, T?> look)
        where T : class
    {
        var wait = new WebDriverWait(browser, TimeSpan.FromSeconds(60)) { PollingInterval = TimeSpan.FromMilliseconds(100) };
        wait.IgnoreExceptionTypes(typeof(StaleElementReferenceException), typeof(ElementClickInterceptedException), typeof(NoSuchElementException));
        return wait.Until(look)!;
    }
}
