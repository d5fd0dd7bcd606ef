using System.Diagnostics;
using System.Text.RegularExpressions;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;

namespace Bot.Tests.Simulator;

/// <summary>The phone page in a real browser, before the real bot and the samples.</summary>
public sealed class PhonePageTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string One = "#phone-u1 ";
    private const string Two = "#phone-u2 ";

    [Fact]
    public async Task A_newcomer_follows_joins_a_branch_studies_and_moves_its_rate()
    {
        await simulator.StartAsync();
        using var browser = Chromium.Open(1440, 900);
        browser.Url = simulator.Url;

        Click(browser, One + ".welcome .main");
        Await(browser, One + ".said[data-kind=text] a");
        Say(browser, One, Regex.Match(simulator.Said, "绑定 .* 学生004 .*").Value.Trim());
        Await(browser, By.XPath("//*[@id='phone-u1']//*[contains(@class,'bubble')][contains(.,'同意就回复')]"));
        Say(browser, One, "同意");
        Await(browser, By.XPath("//*[@id='phone-u1']//*[contains(@class,'bubble')][contains(.,'绑定好了')]"));
        Say(browser, One, "学习");
        Click(browser, One + "a.card");
        await StudyAsync(browser);

        Assert.Contains("/高一1班,40,0,1,0,0,", await TallyAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("学生004", browser.FindElement(By.CssSelector(Two)).Text, StringComparison.Ordinal);
        Assert.Empty(browser.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task On_a_narrow_screen_one_phone_shows_at_a_time_and_nothing_sticks_out()
    {
        await simulator.StartAsync();
        using var browser = Chromium.Open(390, 844);
        browser.Url = simulator.Url;

        Click(browser, ".tabs button:nth-child(2)");
        Assert.True(Await(browser, Two).Displayed);
        Assert.False(browser.FindElement(By.CssSelector(One)).Displayed);
        Click(browser, Two + ".welcome .main");
        Click(browser, Two + ".say .icon");
        Assert.True(Await(browser, Two + ".sheet").Displayed);
        Click(browser, "#drawer-toggle");
        Click(browser, ".drawer summary");
        Assert.Contains("<Event><![CDATA[subscribe]]>", Await(browser, ".drawer pre").Text, StringComparison.Ordinal);
        Assert.Equal(390L, browser.ExecuteScript("return document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Another_mode_is_taken_up_by_the_account_and_the_bot_together()
    {
        await simulator.StartAsync();
        using var browser = Chromium.Open(1440, 900);
        browser.Url = simulator.Url;
        Click(browser, "#add");
        Await(browser, "#phone-u3");

        Click(browser, "#mode");
        Click(browser, "#mode option[value=plain]");
        Until(browser, b => b.FindElement(By.Id("mode")) is { Enabled: true } mode && mode.GetDomProperty("value") == "plain" ? mode : null);
        Click(browser, "#phone-u3 .welcome .main");

        Await(browser, "#phone-u3 .said[data-kind=text]");
        Click(browser, "#drawer-toggle");
        Assert.Contains("✓", Await(browser, ".drawer summary .good").Text, StringComparison.Ordinal);
    }

    /// <summary>Waits out the lesson's time and gives every right answer, as the page in the phone asks for it.</summary>
    private static async Task StudyAsync(ChromeDriver browser)
    {
        browser.SwitchTo().Frame(Await(browser, One + "iframe"));
        Click(browser, "#main-action");
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

    private async Task<string> TallyAsync()
    {
        using var process = Process.Start(simulator.Command("tally", "show", "--under", "示例省级/示例市/示例县/示例中学"))!;
        return await process.StandardOutput.ReadToEndAsync();
    }

    private static void Say(ChromeDriver browser, string phone, string text) => Await(browser, phone + "textarea").SendKeys(text + Keys.Enter);

    private static void Click(ChromeDriver browser, string css)
        => Until(browser, b =>
        {
            var found = b.FindElements(By.CssSelector(css));
            if (found.LastOrDefault(e => e.Displayed) is not { Enabled: true } element)
            {
                return null;
            }

            element.Click();
            return element;
        });

    private static IWebElement Await(ChromeDriver browser, string css) => Await(browser, By.CssSelector(css));

    private static IWebElement Await(ChromeDriver browser, By by) => Until(browser, b => b.FindElements(by).FirstOrDefault());

    private static T Until<T>(ChromeDriver browser, Func<IWebDriver, T?> look)
        where T : class
    {
        var wait = new WebDriverWait(browser, TimeSpan.FromSeconds(90)) { PollingInterval = TimeSpan.FromMilliseconds(100) };
        wait.IgnoreExceptionTypes(typeof(StaleElementReferenceException), typeof(ElementClickInterceptedException), typeof(NoSuchElementException));
        return wait.Until(look)!;
    }
}
