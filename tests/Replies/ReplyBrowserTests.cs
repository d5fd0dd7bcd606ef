using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;

namespace Bot.Tests.Replies;

/// <summary>Changing what the bot says, and linking one's WeChat, on phones in a real browser.</summary>
[Trait("Database", "sqlite")]
public sealed class ReplyBrowserTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const int Width = 390;

    [Fact]
    public async Task An_editor_and_an_approver_change_a_sentence_and_the_chat_says_it()
    {
        await simulator.StartAsync();
        using var editor = Chromium.Open(Width, 844);
        simulator.SignIn(editor, "editor");
        editor.Click(By.CssSelector(".desk-nav__toggle"));
        editor.Click(By.PartialLinkText("回复和菜单"));
        editor.Await("input[type=search]").SendKeys("不客气" + Keys.Enter);
        editor.Click(".reply-lines a");
        var text = editor.Await("#text");
        text.Clear();
        text.SendKeys("哪里哪里，有事随时发我。");
        editor.Click(By.XPath("//button[contains(.,'看看效果')]"));
        editor.Until(b => b.FindElement(By.CssSelector("#bubble .chat__said")) is { } bubble && bubble.Text.Contains("哪里哪里", StringComparison.Ordinal) ? bubble : null);
        editor.IsSound(Width);
        editor.Click(By.XPath("//button[contains(.,'提交审核')]"));
        editor.Reads("已提交");
        editor.IsSound(Width);

        using var approver = Chromium.Open(Width, 844);
        simulator.SignIn(approver, "approver");
        approver.Url = simulator.BotUrl + "/staff/replies";
        approver.Click("#waiting a");
        approver.Until(b => b.FindElement(By.Id("proposed")) is { } proposed && proposed.Text.Contains("哪里哪里", StringComparison.Ordinal) ? proposed : null);
        approver.IsSound(Width);
        approver.Press("#proposal .btn-primary", Keys.Enter);
        approver.Reads("马上生效");

        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        phone.Click("#phone-u1 .welcome .main");
        phone.Say("谢谢", "哪里哪里");
        foreach (var page in new[] { "/staff/replies", "/staff/replies?of=words", "/staff/replies/edit?key=words:study", "/staff/replies/menu", "/staff/replies/unanswered" })
        {
            editor.Url = simulator.BotUrl + page;
            editor.Await("#work h1");
            editor.IsSound(Width);
        }

        editor.Url = simulator.BotUrl + "/staff/replies/menu";
        editor.Click("[data-opens=publish]");
        editor.Click("#publish .btn-primary");
        editor.Reads("已发布");
        editor.Until(b => b.FindElement(By.Id("online")) is { } online && online.Text.Contains("和这里的一样", StringComparison.Ordinal) ? online : null);
        Assert.Empty(editor.Manage().Logs.GetLog(LogType.Browser));
        Assert.Empty(approver.Manage().Logs.GetLog(LogType.Browser));
    }

    [Fact]
    public async Task A_colleague_links_their_wechat_and_the_page_tells_by_itself()
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(Width, 844);
        simulator.SignIn(office);
        office.Click(By.CssSelector(".desk-nav__toggle"));
        office.Click(".desk-nav__who a");
        office.Click(By.XPath("//button[contains(.,'取一个码')]"));
        var code = office.Until(b => b.FindElement(By.Id("code")).Text is { Length: 9 } shown ? shown : null);
        office.IsSound(Width);

        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        phone.Click("#phone-u2 .welcome .main");
        phone.Say(code, "关联好了", "u2");

        office.Until(b => b.FindElement(By.Id("link")) is { } link && link.Text.Contains("已关联", StringComparison.Ordinal) ? link : null);
        office.Click("#link [data-opens=unlink]");
        office.Click("#unlink .btn-danger");
        office.Reads("微信已经解除关联");
        Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
    }
}
