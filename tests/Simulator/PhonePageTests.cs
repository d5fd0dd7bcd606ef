using System.Diagnostics;
using System.Text.RegularExpressions;
using Bot.Tests.Support;
using OpenQA.Selenium;

namespace Bot.Tests.Simulator;

/// <summary>The phone page in a real browser, before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
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

        browser.Click(One + ".welcome .main");
        browser.Await(One + ".said[data-kind=text] a");
        browser.Say(Regex.Match(simulator.Said, "绑定 .* 学生004 .*").Value.Trim(), "同意就回复");
        browser.Say("同意", "绑定好了");
        browser.Say("学习", null);
        browser.Click(One + "a.card");
        await browser.StudyAsync("u1");

        Assert.Contains("/高一1班,40,0,1,0,0,", await TallyAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("学生004", browser.Text(Two), StringComparison.Ordinal);
        Assert.Empty(browser.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task On_a_narrow_screen_one_phone_shows_at_a_time_and_nothing_sticks_out()
    {
        await simulator.StartAsync();
        using var browser = Chromium.Open(390, 844);
        browser.Url = simulator.Url;

        browser.Click(".tabs button:nth-child(2)");
        Assert.True(browser.Await(Two).Displayed);
        Assert.False(browser.FindElement(By.CssSelector(One)).Displayed);
        browser.Click(Two + ".welcome .main");
        browser.Click(Two + ".say .icon");
        Assert.True(browser.Await(Two + ".sheet").Displayed);
        browser.Click("#drawer-toggle");
        browser.Click(".drawer summary");
        browser.Reads(".drawer pre", "<Event><![CDATA[subscribe]]>");
        Assert.Equal(390L, browser.ExecuteScript("return document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Another_mode_is_taken_up_by_the_account_and_the_bot_together()
    {
        await simulator.StartAsync();
        using var browser = Chromium.Open(1440, 900);
        browser.Url = simulator.Url;
        browser.Click("#add");
        browser.Await("#phone-u3");

        browser.Click("#mode");
        browser.Click("#mode option[value=plain]");
        browser.Until(b => b.FindElement(By.Id("mode")) is { Enabled: true } mode && mode.GetDomProperty("value") == "plain" ? mode : null);
        browser.Click("#phone-u3 .welcome .main");

        browser.Await("#phone-u3 .said[data-kind=text]");
        browser.Click("#drawer-toggle");
        browser.Reads(".drawer summary .good", "✓");
    }

    private async Task<string> TallyAsync()
    {
        using var process = Process.Start(simulator.Command("tally", "show", "--under", "示例省级/示例市/示例县/示例中学"))!;
        return await process.StandardOutput.ReadToEndAsync();
    }
}
