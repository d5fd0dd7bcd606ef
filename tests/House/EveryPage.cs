using System.Text.RegularExpressions;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.House;

/// <summary>Goes wherever a link leads, one page of each kind. A new page that is linked is looked at without being named here.</summary>
internal static partial class EveryPage
{
    /// <returns>The kinds of pages looked at: paths with # for each number.</returns>
    public static HashSet<string> From(RunningSimulator simulator, ChromeDriver browser, int width, string from)
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
