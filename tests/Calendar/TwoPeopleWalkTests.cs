using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Calendar;

/// <summary>An article from the draft until it is planned, changed, and changed by two at once: at a desk without a pointer, on a phone by the finger.</summary>
[Trait("Database", "sqlite")]
public sealed class TwoPeopleWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Two_people_agree_an_edit_goes_back_to_the_draft_and_the_second_editor_is_told(int width)
    {
        await simulator.StartAsync();
        var title = $"雨天骑车{width}";
        using var editor = SignedIn("editor", width);
        editor.Url = simulator.BotUrl + "/staff/calendar";
        Go(editor, "a[href='/staff/calendar/new?kind=article']", width);
        Type(editor, "#panel #title", title, width);
        Type(editor, "#panel #body", "看不清就停。", width);
        editor.IsSound(width);
        Go(editor, "#panel button[value=submit]:not([aria-hidden])", width);
        editor.Reads("#panel .note_done", "已提交，等另一个人审核");

        using var approver = SignedIn("approver", width);
        approver.Url = simulator.BotUrl + "/staff/calendar";
        var review = approver.Until(b => b.FindElements(By.CssSelector("#waiting a")).FirstOrDefault(a => a.Text.Contains(title, StringComparison.Ordinal))?.GetDomAttribute("href"));
        Go(approver, $"#waiting a[href='{review}']", width);
        approver.Reads("#panel .review", "第一次送审");
        approver.IsSound(width);
        Go(approver, "#panel .review__yes button", width);
        approver.Reads("#panel .note_done", "已通过");

        var piece = simulator.BotUrl + review!.Replace("/review", "", StringComparison.Ordinal);
        using var other = SignedIn("editor", width);
        foreach (var browser in new[] { editor, other })
        {
            browser.Url = piece;
            browser.Reads(".as-of", "已排期");
            browser.Reads("都会回到草稿，要重新审核");
        }

        Type(editor, "#body", "看不清就下车推行。", width);
        Go(editor, ".piece-form__do button[value=save]", width);
        editor.Reads(".note_done", "已保存");
        editor.Reads(".as-of", "草稿");
        editor.IsSound(width);

        Type(other, "#body", "打开车灯。", width);
        Go(other, ".piece-form__do button[value=save]", width);
        other.Reads("#conflict", "存了第 2 版");
        other.Reads("#conflict", "下车推行");
        Assert.Contains("打开车灯。", other.Await("#body").GetDomProperty("value"), StringComparison.Ordinal);
        other.IsSound(width);
        Go(other, ".piece-form__do button[value=save]", width);
        other.Reads(".note_done", "已保存");
        Assert.Contains("打开车灯。", other.Await("#body").GetDomProperty("value"), StringComparison.Ordinal);
    }

    private static void Go(ChromeDriver browser, string css, int width)
    {
        if (width > 600)
        {
            browser.Press(css, Keys.Enter);
        }
        else
        {
            browser.Click(css);
        }
    }

    private static void Type(ChromeDriver browser, string css, string text, int width)
    {
        if (width > 600)
        {
            browser.Press(css, Keys.Control + Keys.End + Keys.Null + text);
        }
        else
        {
            browser.Await(css).SendKeys(text);
        }
    }

    private ChromeDriver SignedIn(string login, int width)
    {
        var browser = Chromium.Open(width, width < 600 ? 844 : 900);
        simulator.SignIn(browser, login);
        return browser;
    }
}
