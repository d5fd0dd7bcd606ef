using System.Globalization;
using Bot.Core;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Calendar;

/// <summary>The editor's, the approver's and the learner's errand, in real browsers before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
public sealed class CalendarWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Fact]
    public async Task A_lesson_goes_from_an_editors_phone_over_an_approvers_keyboard_to_a_learner()
    {
        await simulator.StartAsync();
        using var editor = SignedIn("editor", 390, 844);
        editor.Url = simulator.BotUrl + "/staff/calendar";
        editor.Click("#new-lesson");
        editor.Await("#panel #title").SendKeys("雨天骑车慢一点");
        editor.Await("#panel #body").SendKeys("## 看不清就停\n\n雨天刹车距离**变长**，[看这里](http://x)。");
        editor.Until(b => b.FindElement(By.CssSelector("#panel #rendered")) is { } shown && shown.Text.Contains("第 3 行第 14 列", StringComparison.Ordinal) ? shown : null);
        editor.Await("#panel #body").SendKeys(string.Concat(Enumerable.Repeat(Keys.Backspace, 17)) + "。");
        editor.Until(b => b.FindElement(By.CssSelector("#panel #rendered strong")).Text == "变长" && b.FindElements(By.CssSelector("#rendered .field-error")).Count == 0 ? b : null);

        // Opened a moment ago instead of next Monday, so that the learner need not wait for it.
        var start = ChinaTime.Of(TimeProvider.System.GetUtcNow().AddMinutes(-1)).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        editor.ExecuteScript("document.querySelector('#panel #goes-out').value = arguments[0]", start);
        editor.IsSound(390);
        editor.Click("#panel button[value=submit]");
        editor.Until(b => b.FindElement(By.Id("panel")).Text.Contains("已提交，等另一个人审核", StringComparison.Ordinal) ? b : null);
        Assert.StartsWith(simulator.BotUrl + "/staff/calendar?", editor.Url, StringComparison.Ordinal);
        editor.Navigate().Refresh();
        Assert.Equal("雨天骑车慢一点", editor.Await("#panel #title").GetDomProperty("value"));
        editor.IsSound(390);
        Assert.Empty(editor.Manage().Logs.GetLog(LogType.Browser));

        using var approver = SignedIn("approver", 1440, 900);
        approver.Url = simulator.BotUrl + "/staff/calendar";
        approver.Press("#waiting a", Keys.Enter);
        approver.Await("#panel .review");
        approver.SwitchTo().Frame(approver.Await("#panel iframe.phone"));
        approver.Reads("雨天刹车距离变长");
        approver.SwitchTo().DefaultContent();
        approver.Press("#panel .review__yes button", Keys.Enter);
        approver.Until(b => b.FindElement(By.Id("panel")).Text.Contains("已通过", StringComparison.Ordinal) ? b : null);
        approver.Until(b => b.FindElement(By.CssSelector("#calendar .entry_out")) is { } drawn && drawn.Text.Contains("已发布", StringComparison.Ordinal) ? b : null);
        Assert.Empty(approver.Manage().Logs.GetLog(LogType.Browser));

        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        simulator.Join(phone, "u1", "学生001");
        phone.Say("学习", null);
        var link = phone.Await(By.XPath("//*[@id='phone-u1']//a[contains(@class,'card')][contains(.,'雨天骑车慢一点')]")).GetDomProperty("href")!;
        using var learner = Chromium.Open(390, 844);
        learner.Url = simulator.BotUrl + link[link.IndexOf("/go/", StringComparison.Ordinal)..];
        learner.Reads("雨天刹车距离变长");
        learner.IsSound(390);
    }

    [Fact]
    public async Task Dragged_in_the_month_an_entry_moves_and_is_moved_back()
    {
        await simulator.StartAsync();
        using var editor = SignedIn("editor", 1440, 900);
        editor.Url = simulator.BotUrl + "/staff/calendar/new?kind=article";
        editor.Await("#title").SendKeys("拖一拖");
        editor.Await("#body").SendKeys("正文。");
        editor.ExecuteScript("document.querySelector('#goes-out').value = '2027-03-10T09:30'");
        editor.Click(".piece-form__do button[value=save]");
        editor.Reads("已保存");
        editor.Url = simulator.BotUrl + "/staff/calendar?at=2027-03-10&kind=article";
        var entry = editor.Await("#calendar .entry_draft");
        var day = editor.Await("#calendar [data-date='2027-03-12']");

        new OpenQA.Selenium.Interactions.Actions(editor).ClickAndHold(entry).MoveByOffset(10, 4).MoveToElement(day).Pause(TimeSpan.FromMilliseconds(300)).Release().Perform();

        editor.Reads("已移到 2027-03-12 周五 09:30");
        editor.Until(b => b.FindElement(By.CssSelector("[data-date='2027-03-12'] .entry_draft")));
        editor.Click("#undo");
        editor.Reads("已移回原来的时间");
        editor.Until(b => b.FindElement(By.CssSelector("[data-date='2027-03-10'] .entry_draft")));
        Assert.Contains("kind=article", editor.Url, StringComparison.Ordinal);

        // By keyboard: Enter opens it, the time stands in a field.
        editor.Press("#calendar .entry_draft", Keys.Enter);
        editor.Await("#panel #goes-out");
        Assert.Empty(editor.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task A_lost_session_loses_nothing_that_was_typed()
    {
        await simulator.StartAsync();
        using var editor = SignedIn("editor", 390, 844);
        editor.Url = simulator.BotUrl + "/staff/calendar?open=" + Uri.EscapeDataString("/staff/calendar/new?kind=notice");
        editor.Await("#panel #title").SendKeys("停课通知");
        editor.Await("#panel #body").SendKeys("写了很久的一段话");
        editor.Manage().Cookies.DeleteAllCookies();

        editor.Click("#panel .piece-form__do button[value=save]");

        editor.Until(b => b.FindElement(By.Id("panel")).Text.Contains("没有送到，写的都还在", StringComparison.Ordinal) ? b : null);
        Assert.Equal("写了很久的一段话", editor.Await("#panel #body").GetDomProperty("value"));

        // Even when the page itself is gone.
        simulator.SignIn(editor, "editor");
        editor.Url = simulator.BotUrl + "/staff/calendar/new?kind=notice";
        editor.Click("[data-recalls]");
        Assert.Equal("写了很久的一段话", editor.Await("#body").GetDomProperty("value"));
        editor.Click(".piece-form__do button[value=save]");
        editor.Reads("已保存");
    }

    private ChromeDriver SignedIn(string login, int width, int height)
    {
        var browser = Chromium.Open(width, height);
        simulator.SignIn(browser, login);
        return browser;
    }
}
