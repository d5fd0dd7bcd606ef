using System.Collections.ObjectModel;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Interactions;
using OpenQA.Selenium.Support.UI;

namespace Bot.Tests.Support;

/// <summary>What a walk through the pages in a real browser does again and again. It waits for what shall show, never for a time.</summary>
internal static class Walk
{
    public static void Click(this ChromeDriver browser, By by)
        => browser.Until(b =>
        {
            if (b.FindElements(by).LastOrDefault(e => e.Displayed) is not { Enabled: true } element)
            {
                return null;
            }

            ((IJavaScriptExecutor)b).ExecuteScript("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element);
            element.Click();
            return element;
        });

    public static void Click(this ChromeDriver browser, string css) => browser.Click(By.CssSelector(css));

    public static IWebElement Await(this ChromeDriver browser, string css) => browser.Await(By.CssSelector(css));

    public static IWebElement Await(this ChromeDriver browser, By by) => browser.Until(b => b.FindElements(by).FirstOrDefault(e => e.Displayed));

    /// <summary>What the first element of this selector that shows says, read in one go: the page may be replacing it.</summary>
    public static string Text(this ChromeDriver browser, string css) => browser.Until(b => b.FindElements(By.CssSelector(css)).FirstOrDefault(e => e.Displayed)?.Text);

    /// <summary>Waits until an element of this selector says so.</summary>
    public static void Reads(this ChromeDriver browser, string css, string text)
        => browser.Until(b => b.FindElements(By.CssSelector(css)).FirstOrDefault(e => e.Text.Contains(text, StringComparison.Ordinal)));

    /// <summary>Waits until the page has this title.</summary>
    public static void IsAt(this ChromeDriver browser, string title) => browser.Until(b => b.FindElement(By.TagName("h1")) is { } head && head.Text == title ? head : null);

    /// <summary>Waits until the page says so.</summary>
    public static void Reads(this ChromeDriver browser, string text)
        => browser.Until(b => b.FindElement(By.TagName("body")) is { } body && body.Text.Contains(text, StringComparison.Ordinal) ? body : null);

    public static T Until<T>(this ChromeDriver browser, Func<IWebDriver, T?> look)
        where T : class
    {
        var wait = new WebDriverWait(browser, TimeSpan.FromSeconds(90)) { PollingInterval = TimeSpan.FromMilliseconds(100) };
        wait.IgnoreExceptionTypes(typeof(StaleElementReferenceException), typeof(ElementClickInterceptedException), typeof(NoSuchElementException));
        try
        {
            return wait.Until(look)!;
        }
        catch (WebDriverTimeoutException e)
        {
            throw new WebDriverTimeoutException($"{e.Message} at {browser.Url}, where it says: {Said(browser)}", e);
        }
    }

    /// <summary>What shows, in a line.</summary>
    private static string Said(ChromeDriver browser) => string.Join(' ', browser.FindElement(By.TagName("body")).Text.Split('\n').Take(60));

    /// <summary>Goes on with the tab key until something of this selector has the focus, and presses there.</summary>
    public static void Press(this ChromeDriver browser, string css, string keys)
    {
        browser.Await(css);
        for (var tabs = 0; tabs < 200; tabs++)
        {
            var focused = browser.SwitchTo().ActiveElement();
            if (browser.ExecuteScript("return arguments[0].matches(arguments[1])", focused, css) is true)
            {
                Assert.True(browser.ExecuteScript("return arguments[0].matches(':focus-visible')", focused) is true, css + " does not show that it has the focus.");
                focused.SendKeys(keys);
                return;
            }

            new Actions(browser).SendKeys(Keys.Tab).Perform(); // not to the element: one that takes a file would take it for a name
        }

        Assert.Fail(css + " is not reached by the tab key.");
    }

    /// <summary>Nothing sticks out to the right, nothing breaks WCAG A or AA, nothing comes from elsewhere, and the browser has nothing to complain of.</summary>
    public static void IsSound(this ChromeDriver browser, int width)
    {
        var path = new Uri(browser.Url).PathAndQuery;
        var wide = (long)browser.ExecuteScript("return document.documentElement.scrollWidth")!;
        var elsewhere = (ReadOnlyCollection<object>)browser.ExecuteScript("return performance.getEntriesByType('resource').map(r => r.name).filter(n => !n.startsWith(location.origin) && !n.startsWith('data:'))")!;
        string[] faults =
        [
            .. wide > width ? [$"{wide} px wide"] : Array.Empty<string>(),
            .. elsewhere.Select(address => "asks " + address),
            .. Axe.Faults(browser),
            .. browser.Manage().Logs.GetLog(LogType.Browser).Select(entry => entry.Message).Where(m => !m.Contains("status of 404", StringComparison.Ordinal)),
        ];
        Assert.True(faults.Length == 0, $"{path} at {width} px: {string.Join("\n", faults)}");
    }
}
