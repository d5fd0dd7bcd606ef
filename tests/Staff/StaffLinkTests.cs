using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>Somebody of the staff and their own WeChat.</summary>
public sealed class StaffLinkTests
{
    private const string Page = "/staff/account";

    [Theory]
    [InlineData("{0}")]
    [InlineData("工作台 {0}")]
    [InlineData("工作台{0}")]
    [InlineData(" {0}。")]
    public async Task The_code_from_the_console_typed_into_the_chat_links_the_two(string typed)
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var code = await CodeAsync(bot, li);

        var said = await bot.SayAsync("o-openid-of-this-test", string.Format(null, typed, code));

        Assert.Contains("对应工作台的账号 li", said, StringComparison.Ordinal);
        Assert.Contains("已关联", await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);
        var account = await bot.DoAsync<StaffLinks, KnownAccount?>(async links => await links.AccountOfAsync(await IdAsync(bot, "li"), default));
        Assert.Equal(await bot.InDb(db => db.Accounts.Select(a => a.Id).SingleAsync()), account!.Id);
        Assert.Equal(["li staff.wechat-linked"], await AuditAsync(bot));
        Assert.DoesNotContain("o-openid-of-this-test", await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_works_in_the_midst_of_a_dialogue_and_leaves_it_open()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        await bot.SayAsync("o-1", "绑定");

        Assert.Contains("对应工作台的账号 li", await bot.SayAsync("o-1", await CodeAsync(bot, li)), StringComparison.Ordinal);
        Assert.Contains("加入码不对", await bot.SayAsync("o-1", "什么码"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_works_once_and_for_ten_minutes_and_a_new_one_replaces_it()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var first = await CodeAsync(bot, li);
        var second = await CodeAsync(bot, li);
        Assert.NotEqual(first, second);
        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-1", "工作台 " + first), StringComparison.Ordinal);
        bot.Clock.Now += StaffLinks.CodeLifetime;
        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-1", "工作台 " + second), StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"link-code\"", await Desk.TextAsync(li.Browser, Page), StringComparison.Ordinal);

        var third = await CodeAsync(bot, li);
        Assert.Contains("关联好了", await bot.SayAsync("o-1", third), StringComparison.Ordinal);
        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-2", "工作台 " + third), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_of_the_message_after_a_restart_is_told_the_same()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var code = await CodeAsync(bot, li);
        Assert.Contains("关联好了", (await bot.Phone("o-1").Repeats(code, 77)).Text, StringComparison.Ordinal);
        await bot.RestartAsync();

        Assert.Contains("关联好了", (await bot.Phone("o-1").Repeats("工作台 " + code, 77)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_wrong_codes_end_the_day_also_bare_ones_and_also_for_a_member()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var code = await CodeAsync(bot, li);
        foreach (var wrong in new[] { "23456789", "2345678A", "2345678B" })
        {
            await bot.SayAsync("o-1", wrong);
        }

        await bot.SayAsync("o-1", "工作台 2345678C", "工作台 2345678D");

        Assert.Contains("明天再试", await bot.SayAsync("o-1", "工作台 " + code), StringComparison.Ordinal);
        Assert.DoesNotContain("关联好了", await bot.SayAsync("o-1", code), StringComparison.Ordinal);
        bot.Clock.Now += TimeSpan.FromDays(1);
        Assert.Contains("关联好了", await bot.SayAsync("o-1", await CodeAsync(bot, li with { Browser = await SignedInAsync(bot, li) })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branchs_code_still_leads_to_the_branch_while_a_code_waits()
    {
        await using var bot = await Desk.StartAsync();
        await CodeAsync(bot, await Desk.JoinAsync(bot, "li"));
        var code = await bot.InDb(db => db.Organisations.Where(o => o.Name == "一支部").Select(o => o.JoinCode).SingleAsync());

        for (var i = 0; i < 6; i++)
        {
            Assert.Contains("一支部", await bot.SayAsync("o-1", code), StringComparison.Ordinal);
            await bot.SayAsync("o-1", "取消");
        }
    }

    [Fact]
    public async Task One_wechat_stands_for_one_of_the_staff()
    {
        await using var bot = await Desk.StartAsync();
        var (li, wang) = (await Desk.JoinAsync(bot, "li"), await Desk.JoinAsync(bot, "wang"));
        await bot.SayAsync("o-1", await CodeAsync(bot, li));
        var code = await CodeAsync(bot, wang);

        Assert.Contains("已经对应工作台的另一个账号", await bot.SayAsync("o-1", "工作台 " + code), StringComparison.Ordinal);
        Assert.Contains("关联好了", await bot.SayAsync("o-2", code), StringComparison.Ordinal);
        Assert.Contains("要换，先解除关联", await (await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Link")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_phones_type_one_code_together_and_one_is_linked()
    {
        await using var bot = await Desk.StartAsync();
        var code = await CodeAsync(bot, await Desk.JoinAsync(bot, "li"));

        var said = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bot.SayAsync($"o-{i}", "工作台 " + code)));

        Assert.Single(said, s => s.Contains("关联好了", StringComparison.Ordinal));
        Assert.Equal(1, await bot.InDb(db => db.StaffLinks.CountAsync()));
    }

    [Fact]
    public async Task Unlinking_leaving_and_erasing_end_the_link_at_once()
    {
        await using var bot = await Desk.StartAsync();
        var (li, wang, zhao) = (await Desk.JoinAsync(bot, "li"), await Desk.JoinAsync(bot, "wang"), await Desk.JoinAsync(bot, "zhao"));
        await bot.SayAsync("o-1", await CodeAsync(bot, li));
        await bot.SayAsync("o-2", await CodeAsync(bot, wang));
        await bot.SayAsync("o-3", await CodeAsync(bot, zhao));
        Assert.Contains("zhao", await bot.DoAsync<Core.Privacy.PersonalCopy, string>(async copy => await copy.MakeAsync((await bot.DoAsync<StaffLinks, KnownAccount?>(async l => await l.AccountOfAsync(await IdAsync(bot, "zhao"), default)))!, default)), StringComparison.Ordinal);

        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Unlink");
        await Desk.RunAsync(bot, "staff", "leave", "wang");
        await bot.SayAsync("o-3", "隐私 删除", "确认删除");

        Assert.Equal(0, await bot.InDb(db => db.StaffLinks.CountAsync()));
        Assert.Contains("取一个码", await Desk.TextAsync(zhao.Browser, Page), StringComparison.Ordinal);
        Assert.Contains("li staff.wechat-unlinked", await AuditAsync(bot));
        Assert.Equal(0, await bot.InDb(db => db.StaffSessions.CountAsync(s => db.Users.Any(u => u.Id == s.StaffId && u.UserName == "wang"))));
    }

    [Fact]
    public async Task A_code_of_somebody_who_left_meanwhile_links_nothing()
    {
        await using var bot = await Desk.StartAsync();
        var code = await CodeAsync(bot, await Desk.JoinAsync(bot, "li"));
        await Desk.RunAsync(bot, "staff", "leave", "li");

        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-1", "工作台 " + code), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_word_alone_tells_secretaries_and_staff_what_to_do()
    {
        await using var bot = await Desk.StartAsync();

        var said = await bot.SayAsync("o-1", "工作台");

        Assert.Contains("发“进度”", said, StringComparison.Ordinal);
        Assert.Contains("8 位的码", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_browser_without_the_second_factor_gets_no_code()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");

        foreach (var code in new[] { "", "000000" })
        {
            var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await (await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Link", ("code", code))).Content.ReadAsStringAsync());
            Assert.Contains("动态码不对", page.GetElementById("link-code-problem")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(0, await bot.InDb(db => db.StaffLinkCodes.CountAsync()));
        await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Link", ("code", li.RecoveryCodes[0]));
        Assert.Equal(1, await bot.InDb(db => db.StaffLinkCodes.CountAsync()));
    }

    [Fact]
    public async Task A_renewed_account_has_lost_its_link_and_its_code()
    {
        await using var bot = await Desk.StartAsync();
        var (li, wang) = (await Desk.JoinAsync(bot, "li"), await Desk.JoinAsync(bot, "wang"));
        await bot.SayAsync("o-1", await CodeAsync(bot, li));
        var code = await CodeAsync(bot, wang);

        await Desk.RunAsync(bot, "staff", "add", "li", "--role", "committee-officer", "--under", "示例省/甲县", "--again");
        await Desk.RunAsync(bot, "staff", "add", "wang", "--role", "committee-officer", "--under", "示例省/甲县", "--again");

        Assert.Equal(0, await bot.InDb(db => db.StaffLinks.CountAsync()));
        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-2", "工作台 " + code), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_waits_ends_with_a_changed_password()
    {
        await using var bot = await Desk.StartAsync();
        var li = await Desk.JoinAsync(bot, "li");
        var code = await CodeAsync(bot, li);

        var changed = await Desk.PostToAsync(li.Browser, Page, Page + "?handler=Password", ("old", Desk.Password), ("password", "another four words here"), ("repeated", "another four words here"));

        Assert.Equal(Page + "?done=password", changed.Headers.Location!.ToString());
        Assert.Contains("不对，或者已经过了", await bot.SayAsync("o-1", "工作台 " + code), StringComparison.Ordinal);
    }

    internal static async Task<string> CodeAsync(BotUnderTest bot, Colleague who)
    {
        bot.Clock.Now += TimeSpan.FromSeconds(30); // a dynamic code opens once
        await Desk.PostToAsync(who.Browser, Page, Page + "?handler=Link", ("code", Totp.Code(who.Key, bot.Clock.Now)));
        return (await Branch.PageAsync(who.Browser, Page)).GetElementById("code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
    }

    private static async Task<Browser> SignedInAsync(BotUnderTest bot, Colleague colleague)
    {
        var browser = bot.Browser();
        await Desk.PostAsync(browser, "/staff/sign-in", ("login", colleague.Login), ("password", Desk.Password));
        await Desk.PostAsync(browser, "/staff/sign-in/code", ("code", Totp.Code(colleague.Key, bot.Clock.Now)));
        return browser;
    }

    private static Task<int> IdAsync(BotUnderTest bot, string login) => bot.InDb(db => db.Users.Where(u => u.UserName == login).Select(u => u.Id).SingleAsync());

    private static Task<List<string>> AuditAsync(BotUnderTest bot)
        => bot.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("staff.wechat")).OrderBy(a => a.Id).Select(a => a.Actor + " " + a.Action).ToListAsync());
}
