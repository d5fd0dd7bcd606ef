using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Staff;

/// <summary>What somebody has typed at the console, in a real browser: it outlives the session, and is nobody else's.</summary>
[Trait("Database", "sqlite")]
public sealed class TypedTextWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string Sentence = "/staff/replies/edit?key=reply:thanks";

    /// <summary>Only one test proposes it: what is proposed cannot be edited until it is decided.</summary>
    private const string Proposed = "/staff/replies/edit?key=reply:not-text";

    [Fact]
    public async Task A_sentence_is_found_again_after_a_lost_session_and_forgotten_once_it_is_taken()
    {
        using var editor = await SignedInAsync("editor", 390);
        editor.Url = simulator.BotUrl + Proposed;
        Type(editor, "#text", "写了很久的一句话");
        editor.Manage().Cookies.DeleteAllCookies();
        editor.Click(By.XPath("//form[.//*[@id='text']]//button[contains(@class,'btn-primary')]"));
        EnterAgain(editor, "editor");

        Assert.EndsWith(Proposed, editor.Url, StringComparison.Ordinal);
        editor.Reads("[data-recall]", "上次没保存的文字");
        editor.IsSound(390);
        editor.Click("[data-recalls]");
        Until(editor, "document.querySelector('#text').value === '写了很久的一句话' && !document.querySelector('[data-recall]')");
        editor.Click(By.XPath("//form[.//*[@id='text']]//button[contains(@class,'btn-primary')]"));
        editor.Await("#proposal");
        Assert.Equal(0L, Kept(editor));
    }

    [Fact]
    public async Task An_approvers_reason_in_the_panel_stays_when_the_session_is_lost()
    {
        using var editor = await SignedInAsync("editor", 1440);
        editor.Url = simulator.BotUrl + "/staff/calendar/new?kind=article";
        Type(editor, "#title", "请退回我");
        Type(editor, "#body", "正文。");
        editor.Click(".piece-form__do button[value=submit]");
        editor.Reads("已提交，等另一个人审核");
        using var approver = await SignedInAsync("approver", 1440);
        approver.Url = simulator.BotUrl + "/staff/calendar";
        approver.Click(By.XPath("//*[@id='waiting']//a[contains(.,'请退回我')]"));
        Type(approver, "#panel #reason", "第二段的数字对不上");
        approver.Manage().Cookies.DeleteAllCookies();

        approver.Click("#panel .review__no button:not([type=button])");

        approver.Reads("#panel [data-lost]", "没有送到，写的都还在");
        Assert.Equal("第二段的数字对不上", approver.Await("#panel #reason").GetDomProperty("value"));

        // Even when the page itself is gone.
        var open = new Uri(approver.Url).PathAndQuery;
        simulator.SignIn(approver, "approver");
        approver.Url = simulator.BotUrl + open;
        approver.Click("#panel [data-recalls]");
        Until(approver, "document.querySelector('#panel #reason').value === '第二段的数字对不上'");
        approver.Click("#panel .review__no button:not([type=button])");
        approver.Reads("#panel", "已退回");
        Assert.Equal(0L, Kept(approver));
    }

    [Fact]
    public async Task A_push_comes_back_with_everybody_it_was_meant_for()
    {
        using var editor = await SignedInAsync("editor", 1440);
        editor.Url = simulator.BotUrl + "/staff/calendar/new?kind=push";
        Type(editor, "#title", "只给几个组织");
        Type(editor, "#body", "周五放学后集合。");
        Until(editor, "document.querySelectorAll('#organisation option').length > 1");
        editor.ExecuteScript("const s = document.querySelector('#organisation'); s.selectedIndex = 1; window.before = document.querySelector('#audience'); s.dispatchEvent(new Event('change', { bubbles: true }))");
        Until(editor, "!window.before.isConnected && document.querySelectorAll(\"[name='Form.Audience.Places']\").length > 0");
        const string Ticked = "JSON.stringify([document.querySelector('#organisation').value, ...[...document.querySelectorAll('#audience :checked')].map(b => b.name + '=' + b.value)])";
        editor.ExecuteScript("for (const name of ['Places', 'Except', 'Categories', 'Duties']) { const box = document.querySelector(`[name='Form.Audience.${name}']`); box.closest('details').open = true; box.click(); }");
        var meant = (string)editor.ExecuteScript("return " + Ticked)!;
        Assert.Equal(4, System.Text.RegularExpressions.Regex.Count(meant, "(Places|Except|Categories|Duties)="));
        editor.Manage().Cookies.DeleteAllCookies();
        editor.Click(".piece-form__do button[value=save]");
        EnterAgain(editor, "editor");

        editor.Click("[data-recalls]");

        Until(editor, $"!document.querySelector('[data-recall]') && {Ticked} === {System.Text.Json.JsonSerializer.Serialize(meant)}");
        editor.Click(".piece-form__do button[value=save]");
        editor.Reads("已保存");
        Assert.Equal(meant, editor.ExecuteScript($"return {Ticked.Replace("document.querySelector('#organisation').value", "document.querySelector('[name=OrganisationId]').value", StringComparison.Ordinal)}"));
    }

    [Fact]
    public async Task It_is_offered_to_nobody_else_and_signing_out_forgets_it()
    {
        using var desk = await SignedInAsync("editor", 1440);
        desk.Url = simulator.BotUrl + Sentence;
        Type(desk, "#text", "只有我看得到");
        desk.Url = simulator.BotUrl + "/staff";
        Assert.Equal(1L, Kept(desk));
        var mine = (string)desk.ExecuteScript("return Object.keys(sessionStorage).find(k => k.startsWith('typed:'))")!;
        var another = System.Text.RegularExpressions.Regex.Replace(mine, "^typed:staff:[0-9]+:", "typed:staff:9999:");
        Assert.NotEqual(mine, another);
        Rename(mine, another);
        desk.Url = simulator.BotUrl + Sentence;
        desk.Await("#text");
        Assert.Empty(desk.FindElements(By.CssSelector("[data-recall]")));

        Rename(another, mine);
        desk.Url = simulator.BotUrl + Sentence;
        desk.Await("[data-recall]");
        Type(desk, "#text", "又写了一点");
        desk.Click("form[action='/staff/sign-out'] button");
        desk.Await("#login");
        Assert.Equal(0L, Kept(desk));

        void Rename(string from, string to) => desk.ExecuteScript("sessionStorage.setItem(arguments[1], sessionStorage.getItem(arguments[0])); sessionStorage.removeItem(arguments[0])", from, to);
    }

    [Fact]
    public async Task Numbers_that_open_doors_and_phones_are_not_kept()
    {
        using var desk = await SignedInAsync("demo", 1440);
        desk.Url = simulator.BotUrl + "/staff/account";
        desk.Await("h1");
        desk.ExecuteScript("document.querySelector('main').insertAdjacentHTML('beforeend', `<form method='post' action='/staff/account?handler=None' id='made'><input name='word'><input name='phone' inputmode='tel'><input name='code' autocomplete='one-time-code'></form><form method='post' action='/staff/account?handler=No' id='secret'><input name='word'><input type='password' name='p'></form>`); document.dispatchEvent(new Event('typing:shown'))");

        foreach (var field in new[] { "#made [name=phone]", "#made [name=code]", "#secret [name=word]", "#secret [name=p]", "#made [name=word]" })
        {
            Type(desk, field, "24681357");
        }

        desk.Url = simulator.BotUrl + "/staff";
        Assert.Equal("{\"word\":[\"24681357\"]}", desk.ExecuteScript("return Object.keys(sessionStorage).filter(k => k.startsWith('typed')).map(k => JSON.stringify(JSON.parse(sessionStorage[k]).values)).join()"));
    }

    [Fact]
    public async Task Escape_takes_no_text_away_and_leaves_the_input_method_alone()
    {
        using var editor = await SignedInAsync("editor", 1440);
        editor.Url = simulator.BotUrl + Sentence;
        editor.Await("#text").SendKeys("x");

        foreach (var composing in new[] { "isComposing: true", "keyCode: 229" })
        {
            editor.ExecuteScript($"document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Escape', bubbles: true, {composing} }}))");
            Assert.Equal("text", editor.SwitchTo().ActiveElement().GetDomProperty("id"));
        }

        editor.SwitchTo().ActiveElement().SendKeys(Keys.Escape);
        Assert.NotEqual("text", editor.SwitchTo().ActiveElement().GetDomProperty("id"));
        editor.SwitchTo().ActiveElement().SendKeys(Keys.Escape);
        Assert.EndsWith(Sentence, editor.Url, StringComparison.Ordinal);
        editor.Await("#text").SendKeys(Keys.Backspace + Keys.Escape);
        editor.SwitchTo().ActiveElement().SendKeys(Keys.Escape);
        editor.Until(b => b.Url.EndsWith("/staff/replies", StringComparison.Ordinal) ? b : null);
    }

    [Fact]
    public async Task A_picture_of_another_host_is_not_fetched_while_it_is_typed()
    {
        using var editor = await SignedInAsync("editor", 1440);
        editor.Url = simulator.BotUrl + "/staff/calendar/new?kind=article";
        Type(editor, "#body", "前![](https://example.org/p.png)后");

        editor.Reads("#rendered", "图片只能用上传到这里的");
        editor.Reads("#rendered", "前后");

        Assert.Empty(editor.FindElements(By.CssSelector("#rendered img")));
        editor.IsSound(1440);
    }

    private async Task<ChromeDriver> SignedInAsync(string login, int width)
    {
        await simulator.StartAsync();
        var browser = Chromium.Open(width, 900);
        simulator.SignIn(browser, login);
        return browser;
    }

    /// <summary>At the sign-in page that a lost session has led to.</summary>
    private static void EnterAgain(ChromeDriver browser, string login)
    {
        browser.Await("#login").SendKeys(login);
        browser.Await("#password").SendKeys(login + Keys.Enter);
        browser.Await("#work h1");
    }

    /// <summary>In place of what stands there.</summary>
    private static void Type(ChromeDriver browser, string css, string text)
    {
        var field = browser.Await(css);
        field.Clear();
        field.SendKeys(text);
    }

    private static void Until(ChromeDriver browser, string condition) => browser.Until(b => ((IJavaScriptExecutor)b).ExecuteScript("return " + condition) is true ? b : null);

    private static object Kept(ChromeDriver browser) => browser.ExecuteScript("return Object.keys(sessionStorage).filter(k => k.startsWith('typed')).length")!;
}
