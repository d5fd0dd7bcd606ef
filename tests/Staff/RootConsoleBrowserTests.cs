using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Staff;

/// <summary>What only those of the whole installation see, in a real browser.</summary>
[Trait("Database", "sqlite")]
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

        office.Reads("#verdict", "条记录都在，没有被改过");
        office.Reads("#entries", "名册已导入");
        office.Click("#what option[value='staff.assigned']");
        office.Click("form.sieve button[type=submit]");

        office.Until(b => b.Url.Contains("what=staff.assigned", StringComparison.Ordinal) && !b.FindElement(By.CssSelector("table.audit tbody")).Text.Contains("名册已导入", StringComparison.Ordinal) ? b : null);
        office.Reads("table.audit tbody", "运维");
        office.IsSound(width);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task An_administrator_runs_a_job_pauses_it_and_lets_it_go_on(int width)
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(width, 900);
        Enter(office, "定时任务", "/staff/jobs");

        office.Click("#job-ForgetUsedLinks form[action*=Run] button");
        office.Reads("#job-ForgetUsedLinks", "完成");
        office.Click(By.LinkText("清理用过的链接"));
        office.Reads("#runs", "demo 要求");

        office.Click("#job-ForgetUsedLinks [data-opens]");
        office.Click("#pause-ForgetUsedLinks .btn-danger");
        office.Reads("#job-ForgetUsedLinks", "已暂停");
        office.Click("#job-ForgetUsedLinks form[action*=Resume] button");
        office.Until(b => !b.FindElement(By.Id("job-ForgetUsedLinks")).Text.Contains("已暂停", StringComparison.Ordinal) ? b : null);
        office.IsSound(width);
    }

    private void Enter(ChromeDriver browser, string page, string path)
    {
        simulator.SignIn(browser);
        if (browser.Until(b => b.FindElement(By.CssSelector(".desk-nav__toggle"))).Displayed)
        {
            browser.Click(".desk-nav__toggle");
        }

        browser.Click(By.LinkText(page));
        browser.Until(b => b.Url.EndsWith(path, StringComparison.Ordinal) && b.FindElement(By.TagName("h1")).Text == page ? b : null);
    }
}
