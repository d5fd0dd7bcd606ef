using System.Net;
using System.Text.RegularExpressions;
using Bot.Core.Privacy;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Privacy;

public sealed partial class PrivacyPageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task Strangers_read_the_notice_and_nothing_of_anybody()
    {
        var page = await _bot.Browser().GetAsync("/y/privacy");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("我们存什么", html, StringComparison.Ordinal);
        Assert.Contains("没有人接的，由两边共同的上级团组织决定", html, StringComparison.Ordinal);
        Assert.DoesNotContain("删除我的全部资料", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_asked_for_twice_by_one_form_waits_once()
    {
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,,N1,团员");
        var code = (await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"))).JoinCode;
        await _bot.SayAsync("o-1", $"绑定 {code} 学生001 N1", "同意");
        var browser = (await _bot.Phone("o-1").Opens("学习")).Browser;
        var form = await FormAsync(browser, "Correct");

        await SendAsync(browser, "Correct", [.. form, ("text", "名字写错了")]);
        var second = await SendAsync(browser, "Correct", [.. form, ("text", "名字写错了")]);

        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        Assert.Equal("名字写错了", (await _bot.InDb(db => db.CorrectionRequests.SingleAsync())).Text);
    }

    [Fact]
    public async Task An_empty_correction_is_refused_with_a_sentence_and_stores_nothing()
    {
        var browser = (await _bot.Phone("o-1").Opens("学习")).Browser;

        var page = await SendAsync(browser, "Correct", [.. await FormAsync(browser, "Correct"), ("text", " ")]);

        Assert.Contains("role=\"alert\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.CorrectionRequests.AnyAsync()));
    }

    [Fact]
    public async Task Withdrawing_a_consent_on_the_page_ends_it()
    {
        var browser = (await _bot.Phone("o-1").Opens("学习")).Browser;
        await _bot.InDb(async db =>
        {
            var account = await db.Accounts.SingleAsync();
            db.Add(new Consent { AccountId = account.Id, Purpose = PrivacyNotice.Roster, Version = 1, GivenAt = _bot.Clock.GetUtcNow(), MessageKey = "m-1" });
            await db.SaveChangesAsync();
        });

        var page = await SendAsync(browser, "Withdraw", await FormAsync(browser, "Withdraw"));

        Assert.Equal("/y/privacy?done=withdrawn", page.Headers.Location?.ToString());
        Assert.NotNull((await _bot.InDb(db => db.Consents.SingleAsync())).WithdrawnAt);
    }

    [Fact]
    public async Task Deleting_needs_the_tick_and_then_leaves_no_account_and_no_session()
    {
        var browser = (await _bot.Phone("o-1").Opens("学习")).Browser;
        var form = await FormAsync(browser, "Erase");

        await SendAsync(browser, "Erase", form);
        Assert.True(await _bot.InDb(db => db.Accounts.AnyAsync()));
        await SendAsync(browser, "Erase", [.. form, ("sure", "true")]);

        Assert.False(await _bot.InDb(db => db.Accounts.AnyAsync()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/y/me")).StatusCode);
    }

    [Fact]
    public async Task A_form_without_the_token_of_our_page_changes_nothing()
    {
        var browser = (await _bot.Phone("o-1").Opens("学习")).Browser;

        var page = await SendAsync(browser, "Erase", [("sure", "true")]);

        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.True(await _bot.InDb(db => db.Accounts.AnyAsync()));
    }

    private static Task<HttpResponseMessage> SendAsync(Browser browser, string handler, (string Name, string Value)[] fields)
        => browser.SendAsync(HttpMethod.Post, "/y/privacy?handler=" + handler, new FormUrlEncodedContent(fields.ToDictionary(f => f.Name, f => f.Value)));

    /// <summary>The hidden fields of one form of the page.</summary>
    private static async Task<(string Name, string Value)[]> FormAsync(Browser browser, string handler)
    {
        var html = await (await browser.GetAsync("/y/privacy")).Content.ReadAsStringAsync();
        var start = html.IndexOf("handler=" + handler, StringComparison.Ordinal);
        Assert.True(start > 0, "The page has no such form.");
        var form = html[start..html.IndexOf("</form>", start, StringComparison.Ordinal)];
        return [.. Hidden().Matches(form).Select(m => (m.Groups["name"].Value, m.Groups["value"].Value))];
    }

    [GeneratedRegex("""<input (?:name="(?<name>[^"]+)" type="hidden"|type="hidden" name="(?<name>[^"]+)") value="(?<value>[^"]*)""")]
    private static partial Regex Hidden();
}
