using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Staff;

/// <summary>The console for somebody who has no pointer, in a real browser.</summary>
[Trait("Database", "sqlite")]
public sealed class KeyboardWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Fact]
    public async Task An_arrow_goes_through_the_choices_and_enter_shows_what_is_chosen()
    {
        using var editor = await SignedInAsync();
        editor.Url = simulator.BotUrl + "/staff/calendar";
        editor.ExecuteScript("window.wasHere = true");

        editor.Press("select[name=kind]", Keys.ArrowDown + Keys.ArrowDown);

        editor.Await("[data-shows-chosen]");
        Assert.Equal(true, editor.ExecuteScript("return window.wasHere === true && document.activeElement.name === 'kind'"));
        Assert.DoesNotContain("kind=", editor.Url, StringComparison.Ordinal);
        editor.IsSound(1440);
        editor.SwitchTo().ActiveElement().SendKeys(Keys.Enter);
        editor.Until(b => b.Url.Contains("kind=article", StringComparison.Ordinal) ? b : null);
        editor.Until(b => ((IJavaScriptExecutor)b).ExecuteScript("return document.readyState === 'complete' && document.activeElement.name === 'kind'") is true ? b : null);

        // By the button that came, too.
        editor.SwitchTo().ActiveElement().SendKeys(Keys.ArrowUp);
        editor.Press("[data-shows-chosen]", Keys.Enter);
        editor.Until(b => b.Url.Contains("kind=lesson", StringComparison.Ordinal) ? b : null);
        editor.Until(b => ((IJavaScriptExecutor)b).ExecuteScript("return document.activeElement.name === 'kind'") is true ? b : null);
    }

    [Fact]
    public async Task What_the_pointer_chooses_is_shown_at_once()
    {
        using var editor = await SignedInAsync();
        editor.Url = simulator.BotUrl + "/staff/calendar";
        editor.Await("select[name=state]");

        editor.ExecuteScript("const s = document.querySelector('select[name=state]'); s.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true })); s.selectedIndex = 1; s.dispatchEvent(new Event('change', { bubbles: true }))");

        editor.Until(b => b.Url.Contains("state=draft", StringComparison.Ordinal) ? b : null);
    }

    [Fact]
    public async Task The_letters_can_be_switched_off_and_stay_off()
    {
        using var office = await SignedInAsync("demo");
        office.Url = simulator.BotUrl + "/staff";
        office.Await("tr[data-href]");
        office.FindElement(By.TagName("body")).SendKeys("j");
        office.Await("tr.row-at");

        office.Press("[data-letter-keys]", Keys.Enter);
        office.Reads("[data-letter-keys]", "打开 / j k");
        office.Navigate().Refresh();
        office.Await("tr[data-href]");
        office.FindElement(By.TagName("body")).SendKeys("j/");
        Assert.Empty(office.FindElements(By.CssSelector("tr.row-at")));
        Assert.Equal("body", office.SwitchTo().ActiveElement().TagName);
        office.IsSound(1440);

        office.Press("[data-letter-keys]", Keys.Enter);
        office.FindElement(By.TagName("body")).SendKeys("j");
        office.Await("tr.row-at");
    }

    private async Task<ChromeDriver> SignedInAsync(string login = "editor")
    {
        await simulator.StartAsync();
        var browser = Chromium.Open(1440, 900);
        simulator.SignIn(browser, login);
        return browser;
    }
}
