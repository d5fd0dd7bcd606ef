using System.Text.RegularExpressions;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.House;

/// <summary>Goes wherever a link leads, one page of each kind, in a real browser. A new page that is linked is looked at without being named here.</summary>
[Trait("Database", "sqlite")]
public sealed partial class EveryPageTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Every_page_of_the_console_is_sound(int width, bool dark)
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(width, 900, dark);
        office.Url = simulator.BotUrl + "/staff";
        office.Await("#login");
        office.IsSound(width);
        simulator.SignIn(office);

        var seen = Walked(office, width, "/staff");
        Assert.Superset(new HashSet<string>(["/staff/organisations/#/exemptions", "/staff/organisations/#/transfers/new", "/staff/colleagues", "/staff/audit", "/staff/jobs", "/staff/reports"]), seen);
        office.Url = simulator.BotUrl + "/staff/organisations/999999";
        office.Await("h1");
        office.IsSound(width);
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Every_page_that_a_learner_and_a_secretary_reach_from_the_chat_is_sound(int width, bool dark)
    {
        await simulator.StartAsync();
        var user = dark ? "u2" : "u1";
        using var phone = Chromium.Open(1440, 900, dark);
        phone.Url = simulator.Url;
        simulator.Join(phone, user, dark ? "学生004" : "学生001");
        using var page = Chromium.Open(width, 844, dark);

        phone.Say("学习", null, user);
        page.Url = simulator.InBrowser(phone.Await($"#phone-{user} a.card"));
        page.Await("h1");
        Assert.Superset(new HashSet<string>(["/y/me", "/y/privacy", "/y/reminder"]), Walked(page, width, new Uri(page.Url).AbsolutePath));

        if (!dark)
        {
            page.Url = simulator.Link(phone, "进度", "点这里看进度");
            page.Await("#unstudied");
            Walked(page, width, new Uri(page.Url).AbsolutePath);
        }
    }

    /// <returns>The kinds of pages looked at: paths with # for each number.</returns>
    private HashSet<string> Walked(ChromeDriver browser, int width, string from)
    {
        var (seen, ahead) = (new HashSet<string>(), new Queue<string>([from]));
        while (ahead.TryDequeue(out var path))
        {
            browser.Url = simulator.BotUrl + path;
            browser.Await("h1");
            browser.IsSound(width);
            foreach (var link in browser.FindElements(By.CssSelector("a[href]:not([download])")).Select(a => new Uri(a.GetDomProperty("href")!)).Where(u => u.Scheme == "http"))
            {
                if (link.Authority == new Uri(simulator.BotUrl).Authority && !link.Query.Contains("handler=", StringComparison.Ordinal) && seen.Add(Number().Replace(link.AbsolutePath, "#")))
                {
                    ahead.Enqueue(link.PathAndQuery);
                }
            }
        }

        return seen;
    }

    [GeneratedRegex("(?<=/)[0-9]+(?=/|$)")]
    private static partial Regex Number();
}
