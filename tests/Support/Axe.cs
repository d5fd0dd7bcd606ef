using System.Collections.ObjectModel;
using Bot.Tests.House;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Support;

/// <summary>axe-core, which comes with the page assets, on a page as it stands in the browser.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(Path.Combine(LayoutTests.FindRoot(), "BotServer", "node_modules", "axe-core", "axe.min.js")));

    /// <summary>What breaks WCAG 2.1 A or AA: rule, what it asks for, and where; empty when nothing does.</summary>
    public static IReadOnlyList<string> Faults(ChromeDriver browser)
    {
        if (browser.ExecuteScript("return typeof window.axe === 'undefined'") is true)
        {
            browser.ExecuteScript(Script.Value);
        }

        browser.Manage().Timeouts().AsynchronousJavaScript = TimeSpan.FromMinutes(1);
        var found = browser.ExecuteAsyncScript(
            """
            const tell = arguments[arguments.length - 1];
            axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }, resultTypes: ['violations'] }).then(
                result => tell(result.violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)),
                fault => tell([String(fault)]));
            """);
        return [.. ((ReadOnlyCollection<object>)found!).Select(f => (string)f)];
    }
}
