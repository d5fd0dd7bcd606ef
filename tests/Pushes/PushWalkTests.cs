using System.Globalization;
using Bot.Core;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Pushes;

/// <summary>The editor's and the approver's errand on a phone, before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
public sealed class PushWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Fact]
    public async Task A_push_is_written_counted_and_approved_on_a_phone()
    {
        await simulator.StartAsync();
        using var editor = SignedIn("editor");
        editor.Url = simulator.BotUrl + "/staff/calendar";
        editor.Click("a[href='/staff/calendar/new?kind=push']");
        editor.Await("#panel #title").SendKeys("周末植树");
        editor.Await("#panel #body").SendKeys("周六上午九点，河边集合。");
        editor.Until(b => b.FindElement(By.CssSelector("#panel #reach")).Text.Contains("现在发得到", StringComparison.Ordinal) ? b : null);
        var all = editor.Until(b => b.FindElement(By.CssSelector("#panel #reach b")).Text)!;
        editor.ExecuteScript("document.querySelector('#panel .part summary').click(); const more = document.querySelector('#panel #f-except textarea'); more.value = '示例市/示例县'; for (const name of ['input', 'change']) more.dispatchEvent(new Event(name, { bubbles: true }))");
        editor.Until(b => b.FindElement(By.CssSelector("#panel #reach b")).Text is { Length: > 0 } now && now != all ? b : null);

        // A moment ago, so that it does not depend on the day; whether it runs at once, on the hour.
        editor.ExecuteScript("document.querySelector('#panel #goes-out').value = arguments[0]", Local(-1));
        editor.ExecuteScript("document.querySelector('#panel #closes').value = arguments[0]", Local(60 * 24));
        editor.IsSound(390);
        editor.Click("#panel button[value=submit]:not([aria-hidden])");
        editor.Until(b => b.FindElement(By.Id("panel")).Text.Contains("已提交，等另一个人审核", StringComparison.Ordinal) ? b : null);
        Assert.Empty(editor.Manage().Logs.GetLog(LogType.Browser));

        using var approver = SignedIn("approver");
        approver.Url = simulator.BotUrl + "/staff/calendar";
        approver.Click("#waiting a");
        approver.Until(b => b.FindElement(By.CssSelector("#panel .review")).Text is { } text && text.Contains("不发给：", StringComparison.Ordinal) && text.Contains("截至", StringComparison.Ordinal) ? b : null);
        approver.IsSound(390);
        approver.Click("#panel .review__yes button");
        approver.Until(b => b.FindElement(By.Id("panel")).Text.Contains("已通过", StringComparison.Ordinal) ? b : null);
        approver.Navigate().Refresh();
        approver.Await("#panel #push, #panel #hold");
        approver.IsSound(390);
        Assert.Empty(approver.Manage().Logs.GetLog(LogType.Browser));
    }

    private static string Local(int minutes) => ChinaTime.Of(TimeProvider.System.GetUtcNow().AddMinutes(minutes)).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private ChromeDriver SignedIn(string login)
    {
        var browser = Chromium.Open(390, 844);
        simulator.SignIn(browser, login);
        return browser;
    }
}
