using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.HelpLine;

/// <summary>From a cry for help to whether it helped, on a phone and at a desk, before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
public sealed class HelpWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string Cry = "我不想活了，今晚就跳下去";

    [Fact]
    public async Task A_cry_rings_on_every_open_page_until_somebody_takes_it()
    {
        await simulator.StartAsync();
        using var supervisor = SignedIn("supervisor", 1440);
        OpenTheLine(supervisor);
        using var desk = SignedIn("counsellor", 1440);
        using var pocket = SignedIn("counsellor", 390);
        foreach (var (browser, width) in new[] { (desk, 1440), (pocket, 390) })
        {
            browser.Url = simulator.BotUrl + "/staff/help";
            browser.Reads(".empty", "让这一页开着就行");
            browser.Click("[data-at]"); // somebody has touched the page: now it may make a sound
            browser.IsSound(width);
        }

        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        phone.Click("#phone-u1 .welcome .main");
        phone.Say(Cry, "12355");

        // By sight and by title, without reloading, also on the phone in the pocket.
        foreach (var (browser, width) in new[] { (desk, 1440), (pocket, 390) })
        {
            browser.Reads(".alarm", "危机");
            browser.Until(b => b.Title.StartsWith("危机 1 条", StringComparison.Ordinal) ? b : null);
            browser.Until(b => b.FindElements(By.CssSelector("body[data-rings]")).FirstOrDefault());
            browser.IsSound(width);
        }

        desk.Click(".alarm button");
        desk.Reads("[data-thread]", "跳下去");
        desk.Reads("#window", "还可以发");
        desk.IsSound(1440);
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Every_page_of_the_help_line_is_sound(int width, bool dark)
    {
        await simulator.StartAsync();
        foreach (var (login, pages) in new[] { ("supervisor", new[] { "", "/duty", "/teams", "/reads", "/figures" }), ("custodian", ["/reveals"]) })
        {
            using var browser = Chromium.Open(width, 900, dark);
            simulator.SignIn(browser, login);
            foreach (var page in pages)
            {
                browser.Url = simulator.BotUrl + "/staff/help" + page;
                browser.Await("h1");
                browser.IsSound(width);
            }
        }
    }

    /// <summary>The supervisor gives both themselves and the counsellor every topic: from then on the line is open.</summary>
    private void OpenTheLine(ChromeDriver supervisor)
    {
        foreach (var who in new[] { "counsellor", "supervisor" })
        {
            supervisor.Url = simulator.BotUrl + "/staff/help/teams";
            supervisor.Click(By.XPath($"//select[@id='who']/option[.='{who}']"));
            supervisor.Click("#pick button");
            supervisor.Await("#choose");
            supervisor.ExecuteScript("document.querySelectorAll('#choose input[type=checkbox]').forEach(box => { box.checked = true; })");
            supervisor.Click("#choose .btn-primary");
            supervisor.Reads(".note_done", "改好了");
        }

        supervisor.IsSound(1440);
    }

    private ChromeDriver SignedIn(string login, int width)
    {
        var browser = Chromium.Open(width, width < 600 ? 844 : 900);
        simulator.SignIn(browser, login);
        return browser;
    }
}
