using System.Net;
using System.Text.RegularExpressions;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>What somebody of the staff does with their own account.</summary>
public sealed partial class AccountPageTests
{
    private const string Page = "/staff/account";
    private const string NewPassword = "another four words here";

    [Fact]
    public async Task A_changed_password_takes_the_old_ones_place_and_ends_every_other_session()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var elsewhere = await SignInAsync(bot, li);

        var changed = await PasswordAsync(li.Browser, Desk.Password, NewPassword);

        Assert.Equal(Page + "?done=password", changed.Headers.Location!.ToString());
        Assert.True(await Desk.IsInAsync(li.Browser));
        Assert.False(await Desk.IsInAsync(elsewhere));
        Assert.Contains("账号或密码不对", await (await PostSignInAsync(bot.Browser(), "li", Desk.Password)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await PostSignInAsync(bot.Browser(), "li", NewPassword)).StatusCode);
        Assert.Equal(["staff.password-changed"], await AuditAsync(bot));
    }

    [Theory]
    [InlineData("not my password", NewPassword, NewPassword, "原来的密码不对")]
    [InlineData(Desk.Password, "short", "short", "密码至少 10 个字符")]
    [InlineData(Desk.Password, NewPassword, "something else again", "两次输入的密码不一样")]
    public async Task A_password_is_changed_by_the_rules_of_the_invitation_and_the_old_one_only(string old, string chosen, string repeated, string told)
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");

        var answer = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Password", ("old", old), ("password", chosen), ("repeated", repeated));

        Assert.Contains(told, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await PostSignInAsync(bot.Browser(), "li", Desk.Password)).StatusCode);
        Assert.Empty(await AuditAsync(bot));
    }

    [Fact]
    public async Task Guessing_the_old_password_from_an_open_browser_locks_like_guessing_at_the_door()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        for (var i = 0; i < SignIns.MaxTries; i++)
        {
            await PasswordAsync(li.Browser, "guess " + i, NewPassword);
        }

        var right = await (await PasswordAsync(li.Browser, Desk.Password, NewPassword)).Content.ReadAsStringAsync();

        Assert.Contains("15 分钟后再试", right, StringComparison.Ordinal);
        bot.Clock.Now += SignIns.LockedFor;
        Assert.Equal(HttpStatusCode.Found, (await PasswordAsync(li.Browser, Desk.Password, NewPassword)).StatusCode);
    }

    [Fact]
    public async Task A_right_old_password_does_not_forgive_wrong_codes()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        for (var i = 0; i < SignIns.MaxTries - 1; i++)
        {
            await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Recovery", ("code", "000000"));
        }

        Assert.Contains("密码至少", await (await PasswordAsync(li.Browser, Desk.Password, "short")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Recovery", ("code", "000000"));

        var locked = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Recovery", ("code", Totp.Code(li.Key, bot.Clock.Now)));
        Assert.Contains("15 分钟后再试", await locked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_recovery_codes_need_the_second_factor_and_make_the_old_ones_worthless()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        Assert.Contains("动态码不对", await (await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Recovery", ("code", "000000"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var answer = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Recovery", ("code", Totp.Code(li.Key, bot.Clock.Now)));
        var codes = RecoveryCode().Matches(await answer.Content.ReadAsStringAsync()).Select(m => m.Value).ToList();

        Assert.Equal(10, codes.Count);
        Assert.DoesNotContain(codes[0], await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);
        Assert.False(await OpensAsync(bot, li.RecoveryCodes[0]));
        Assert.True(await OpensAsync(bot, codes[0]));
        Assert.Equal(["staff.recovery-codes-renewed"], await AuditAsync(bot));
    }

    [Fact]
    public async Task Another_authenticator_takes_over_with_its_first_code_and_not_before()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var elsewhere = await SignInAsync(bot, li);
        Assert.DoesNotContain("id=\"key\"", await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Factor", ("code", "000000"));
        Assert.DoesNotContain("id=\"key\"", await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);

        bot.Clock.Now += TimeSpan.FromMinutes(1);
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Factor", ("code", Totp.Code(li.Key, bot.Clock.Now)));
        var key = Desk.KeyOf(await Desk.TextAsync(li.Browser, Page));
        Assert.DoesNotContain("id=\"key\"", await Desk.TextAsync(elsewhere, Page), StringComparison.Ordinal);
        Assert.Contains("动态码不对", await (await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Confirm", ("code", "000000"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        bot.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True(await OpensAsync(bot, Totp.Code(li.Key, bot.Clock.Now)));
        bot.Clock.Now += TimeSpan.FromMinutes(1);

        var confirmed = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Confirm", ("code", Totp.Code(key, bot.Clock.Now)));

        Assert.Equal(Page + "?done=factor", confirmed.Headers.Location!.ToString());
        Assert.True(await Desk.IsInAsync(li.Browser));
        Assert.False(await Desk.IsInAsync(elsewhere));
        bot.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.False(await OpensAsync(bot, Totp.Code(li.Key, bot.Clock.Now)));
        Assert.True(await OpensAsync(bot, Totp.Code(key, bot.Clock.Now)));
        Assert.Equal(["staff.authenticator-replaced"], await AuditAsync(bot));
    }

    [Fact]
    public async Task A_new_authenticator_waits_ten_minutes_for_its_first_code()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Factor", ("code", Totp.Code(li.Key, bot.Clock.Now)));
        var key = Desk.KeyOf(await Desk.TextAsync(li.Browser, Page));
        bot.Clock.Now += OwnAccount.NewFactorFor;

        var late = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Confirm", ("code", Totp.Code(key, bot.Clock.Now)));

        Assert.Contains("已经过了 10 分钟", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(await OpensAsync(bot, Totp.Code(li.Key, bot.Clock.Now)));
    }

    [Fact]
    public async Task Somebody_sees_where_they_are_signed_in_and_ends_it_there()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var wang = await Desk.JoinAsync(bot, "wang");
        var (phone, desk) = (await SignInAsync(bot, li), await SignInAsync(bot, li));
        var ids = await bot.InDb(db => db.StaffSessions.OrderBy(s => s.Id).Select(s => new { s.Id, s.StaffId }).ToListAsync());
        var page = await Branch.PageAsync(li.Browser, Page);
        Assert.Equal(3, page.QuerySelectorAll("#sessions .sessions li").Length);
        Assert.Single(page.QuerySelectorAll("#sessions .state_done"));

        var foreign = await Desk.PostToAsync(wang.Browser, Page, Page + "?handler=End", ("id", $"{ids[^1].Id}"));
        Assert.Contains("那里已经退出了", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(await Desk.IsInAsync(desk));
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=End", ("id", $"{ids[^1].Id}"));
        Assert.False(await Desk.IsInAsync(desk));
        Assert.True(await Desk.IsInAsync(phone));
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=End");

        Assert.False(await Desk.IsInAsync(phone));
        Assert.True(await Desk.IsInAsync(li.Browser));
        Assert.True(await Desk.IsInAsync(wang.Browser));
        Assert.Equal(["staff.sessions-ended", "staff.sessions-ended"], await AuditAsync(bot));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_itself_and_none_lives_longer_than_twelve_hours()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var other = await SignInAsync(bot, li);
        await Desk.PostToAsync(li.Browser, Page, "/staff/sign-out");
        Assert.Single(await bot.InDb(db => db.StaffSessions.ToListAsync()));

        // Changing the password gives a new cookie, and no new session.
        bot.Clock.Now += TimeSpan.FromHours(11);
        await PasswordAsync(other, Desk.Password, NewPassword);
        Assert.True(await Desk.IsInAsync(other));
        bot.Clock.Now += TimeSpan.FromMinutes(90);

        Assert.False(await Desk.IsInAsync(other));
    }

    [Fact]
    public async Task The_page_says_roles_in_words_and_a_secretary_from_the_chat_has_none()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        await Desk.RunAsync(bot, "staff", "add", "li", "--role", "editor", "--under", "示例省/乙县");

        var page = (await Branch.PageAsync(li.Browser, Page)).QuerySelector(".sessions")!.TextContent;

        Assert.Matches(@"团委干部\s+甲县 和下级", page);
        Assert.Matches(@"信息员\s+乙县 和下级", page);
        var secretary = await Branch.SecretaryAsync(bot);
        Assert.Equal(HttpStatusCode.NotFound, (await secretary.GetAsync(Page)).StatusCode);
        Assert.DoesNotContain(Page, await Desk.TextAsync(secretary, "/staff"), StringComparison.Ordinal);
        foreach (var handler in new[] { "Password", "Recovery", "Factor", "Confirm", "End", "Link", "Unlink" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(secretary, "/staff", $"{Page}?handler={handler}")).StatusCode);
        }
    }

    private static Task<HttpResponseMessage> PasswordAsync(Browser browser, string old, string chosen)
        => Desk.PostToAsync(browser, Page, Page + "?handler=Password", ("old", old), ("password", chosen), ("repeated", chosen));

    private static Task<HttpResponseMessage> PostSignInAsync(Browser browser, string login, string password)
        => Desk.PostAsync(browser, "/staff/sign-in", ("login", login), ("password", password));

    private static async Task<Browser> SignInAsync(BotUnderTest bot, Colleague colleague)
    {
        var browser = bot.Browser();
        await PostSignInAsync(browser, colleague.Login, Desk.Password);
        await Desk.PostAsync(browser, "/staff/sign-in/code", ("code", Totp.Code(colleague.Key, bot.Clock.Now)));
        Assert.True(await Desk.IsInAsync(browser));
        bot.Clock.Now += TimeSpan.FromMinutes(1);
        return browser;
    }

    /// <summary>Whether this code opens the door after the password.</summary>
    private static async Task<bool> OpensAsync(BotUnderTest bot, string code)
    {
        var browser = bot.Browser();
        await PostSignInAsync(browser, "li", Desk.Password);
        return (await Desk.PostAsync(browser, "/staff/sign-in/code", ("code", code))).StatusCode == HttpStatusCode.Found;
    }

    private static Task<List<string>> AuditAsync(BotUnderTest bot)
        => bot.InDb(db => db.AuditEntries.Where(a => a.Actor == "li" && a.Action.StartsWith("staff.") && a.Action != "staff.enrolled").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync());

    [GeneratedRegex(@"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b")]
    private static partial Regex RecoveryCode();
}
