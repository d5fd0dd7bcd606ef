using Bot.Core.HelpLine;
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
    public async Task Somebody_cries_for_help_and_is_answered_until_it_is_over()
    {
        await simulator.StartAsync();
        using var supervisor = SignedIn("supervisor", 1440);
        OpenTheLine(simulator, supervisor);
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
        pocket.Until(b => b.FindElements(By.CssSelector(".alarm, body[data-rings]")).Count == 0 && !b.Title.StartsWith("危机", StringComparison.Ordinal) ? b : null);

        // A canned answer goes into the box and is edited; nothing is sent by choosing one.
        desk.Click(".canned summary");
        desk.Click("[data-fills]");
        desk.Until(b => b.FindElement(By.Id("reply-text")).GetDomProperty("value") is { Length: > 0 } text ? text : null);
        desk.ExecuteScript("document.getElementById('reply-text').value = ''");
        Reply(desk, "我在，你现在在哪里？");
        desk.Reads("[data-thread]", "已送到");
        Hears(phone, "你现在在哪里");

        // WeChat lets five out, and three more in the minute after somebody has followed; then one is kept.
        var last = 1;
        while (last < 10 && !Thread(desk).Contains("留着", StringComparison.Ordinal))
        {
            Reply(desk, $"第 {++last} 句");
            desk.Until(b => Thread(b).Contains("正在发", StringComparison.Ordinal) ? null : b);
        }

        desk.Reads("[data-thread]", "留着");
        desk.Reads("#window", "用完了");
        desk.IsSound(1440);

        // The person writes: it goes out with the answer, and the open page says so.
        phone.Say("我下来了，现在在家里", null);
        Hears(phone, $"第 {last} 句");
        desk.Reads("[data-thread]", "现在在家里");
        desk.Until(b => Thread(b).Contains("留着", StringComparison.Ordinal) ? null : b);
        desk.Reads("#window", "还可以发");

        // Two people close a crisis.
        desk.Click(By.XPath("//summary[contains(.,'结案')]"));
        desk.Click(By.CssSelector($"input[name=Outcome][value={nameof(HelpOutcome.Safe)}]"));
        desk.Click(By.XPath("//button[contains(.,'提出结案')]"));
        desk.Reads("#closing", "等第二个人");
        desk.IsSound(1440);
        supervisor.Url = desk.Url.Split('?')[0];
        supervisor.Click("#closing .btn-primary");
        supervisor.Reads(".note_done", "已结案");

        Hears(phone, "对你有帮助吗");
        phone.Say("满意", "谢谢，记下了");
        supervisor.Url = simulator.BotUrl + "/staff/help?queue=Closed";
        supervisor.Reads("table.cases", "已脱离危险");
        foreach (var browser in new[] { desk, pocket, supervisor })
        {
            Assert.Empty(browser.Manage().Logs.GetLog(LogType.Browser));
        }
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
    internal static void OpenTheLine(RunningSimulator simulator, ChromeDriver supervisor)
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

    private static void Reply(ChromeDriver desk, string text)
    {
        desk.Await("#reply-text").SendKeys(text);
        desk.Click("#reply button[type=submit]");
        desk.Reads("[data-thread]", text);
    }

    private static string Thread(IWebDriver desk) => desk.FindElement(By.CssSelector("[data-thread]")).Text;

    private static void Hears(ChromeDriver phone, string words) => phone.Await(By.XPath($"//*[@id='phone-u1']//*[contains(@class,'bubble')][contains(.,'{words}')]"));

    private ChromeDriver SignedIn(string login, int width)
    {
        var browser = Chromium.Open(width, width < 600 ? 844 : 900);
        simulator.SignIn(browser, login);
        return browser;
    }
}
