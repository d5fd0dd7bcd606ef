using Bot.Simulator.Start;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;

namespace Bot.Tests.Staff;

/// <summary>What only those of the whole installation see, in a real browser.</summary>
public sealed class RootConsoleBrowserTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task An_administrator_reads_the_audit_and_narrows_it_down(int width)
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(width, 900);
        Enter(office, "审计记录", "/staff/audit");

        Until(office, b => b.FindElement(By.Id("verdict")) is { } verdict && verdict.Text.Contains("条记录都在，没有被改过", StringComparison.Ordinal) ? verdict : null);
        Assert.Contains("名册已导入", office.FindElement(By.Id("entries")).Text, StringComparison.Ordinal);
        office.FindElement(By.CssSelector("#what option[value='staff.assigned']")).Click();
        Click(office, By.CssSelector("form.sieve button[type=submit]"));

        Until(office, b => b.Url.Contains("what=staff.assigned", StringComparison.Ordinal) && !b.FindElement(By.CssSelector("table.audit tbody")).Text.Contains("名册已导入", StringComparison.Ordinal) ? b : null);
        Assert.Contains("运维", office.FindElement(By.CssSelector("table.audit tbody")).Text, StringComparison.Ordinal);
        FitsAndIsQuiet(office, width);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task An_administrator_runs_a_job_pauses_it_and_lets_it_go_on(int width)
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(width, 900);
        Enter(office, "定时任务", "/staff/jobs");

        Click(office, By.CssSelector("#job-ForgetUsedLinks form[action*=Run] button"));
        Until(office, b => b.FindElement(By.Id("job-ForgetUsedLinks")).Text.Contains("完成", StringComparison.Ordinal) ? b : null);
        Click(office, By.LinkText("清理用过的链接"));
        Until(office, b => b.FindElement(By.Id("runs")).Text.Contains("demo 要求", StringComparison.Ordinal) ? b : null);

        Click(office, By.CssSelector("#job-ForgetUsedLinks [data-opens]"));
        Click(office, By.CssSelector("#pause-ForgetUsedLinks .btn-danger"));
        Until(office, b => b.FindElement(By.Id("job-ForgetUsedLinks")).Text.Contains("已暂停", StringComparison.Ordinal) ? b : null);
        Click(office, By.CssSelector("#job-ForgetUsedLinks form[action*=Resume] button"));
        Until(office, b => !b.FindElement(By.Id("job-ForgetUsedLinks")).Text.Contains("已暂停", StringComparison.Ordinal) ? b : null);
        FitsAndIsQuiet(office, width);
    }

    private void Enter(ChromeDriver browser, string page, string path)
    {
        browser.Url = simulator.BotUrl + "/staff";
        Until(browser, b => b.FindElement(By.Id("login"))).SendKeys(Samples.StaffLogin);
        browser.FindElement(By.Id("password")).SendKeys(Samples.StaffPassword + Keys.Enter);
        Until(browser, b => b.FindElement(By.CssSelector("#work h1")));
        if (browser.FindElement(By.CssSelector(".desk-nav__toggle")).Displayed)
        {
            Click(browser, By.CssSelector(".desk-nav__toggle"));
        }

        Click(browser, By.LinkText(page));
        Until(browser, b => b.Url.EndsWith(path, StringComparison.Ordinal) && b.FindElement(By.TagName("h1")).Text == page ? b : null);
    }

    private static void FitsAndIsQuiet(ChromeDriver browser, int width)
    {
        Assert.True((long)browser.ExecuteScript("return document.documentElement.scrollWidth")! <= width);
        Assert.Empty(browser.Manage().Logs.GetLog(LogType.Browser));
    }

    private static void Click(ChromeDriver browser, By by) => Until(browser, b =>
    {
        if (b.FindElements(by).FirstOrDefault(e => e.Displayed) is not { Enabled: true } element)
        {
            return null;
        }

        element.Click();
        return element;
    });

    private static T Until<T>(ChromeDriver browser, Func<IWebDriver, T?> look)
        where T : class
    {
        var wait = new WebDriverWait(browser, TimeSpan.FromSeconds(60)) { PollingInterval = TimeSpan.FromMilliseconds(100) };
        wait.IgnoreExceptionTypes(typeof(StaleElementReferenceException), typeof(ElementClickInterceptedException), typeof(NoSuchElementException));
        return wait.Until(look)!;
    }
}
