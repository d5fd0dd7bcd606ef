using System.Net;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>/y/reminder: the same as in the chat, and where a credit can be given.</summary>
public sealed class ReminderPageTests
{
    private const string Page = "/y/reminder";
    private const string Template = "TEMPLATE-1";
    private const string WeChatOnAPhone = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0.49";

    [Fact]
    public async Task The_lesson_page_leads_there_and_a_tap_asks_and_another_takes_it_back()
    {
        await using var bot = await StartAsync();
        var browser = (await bot.Phone("o-1").Opens("学习")).Browser;
        Assert.Contains($"href=\"{Page}\"", await Desk.TextAsync(browser, "/y/lessons/9-2"), StringComparison.Ordinal);
        Assert.DoesNotContain("不用提醒了", await Desk.TextAsync(browser, Page), StringComparison.Ordinal);

        Assert.Equal(Page + "?done=asked", (await PressAsync(browser, "Once")).Headers.Location?.ToString());
        var asked = await Desk.TextAsync(browser, Page + "?done=asked");
        Assert.Contains("周六 21:00 提醒", asked, StringComparison.Ordinal);
        Assert.Contains("你下次来时告诉你", asked, StringComparison.Ordinal);
        await PressAsync(browser, "Weekly");
        Assert.Contains("每期提醒一次", await Desk.TextAsync(browser, Page), StringComparison.Ordinal);

        await PressAsync(browser, "Off");

        Assert.DoesNotContain("不用提醒了", await Desk.TextAsync(browser, Page), StringComparison.Ordinal);
        Assert.Empty(await bot.InDb(db => db.Reminders.ToListAsync()));
    }

    [Fact]
    public async Task A_day_in_a_pause_is_said_where_the_reminder_would_stand()
    {
        await using var bot = await StartAsync();
        var browser = (await bot.Phone("o-1").Opens("学习")).Browser;
        await PressAsync(browser, "Weekly");
        await bot.InDb(async db =>
        {
            db.Add(new Core.Lessons.PauseWeek { From = new DateOnly(2026, 11, 21), To = new DateOnly(2026, 11, 21), Name = "运动会" });
            await db.SaveChangesAsync();
        });

        var page = await Desk.TextAsync(browser, Page);

        Assert.Contains("那几天停课，不提醒", page, StringComparison.Ordinal);
        Assert.DoesNotContain("周六 21:00", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_or_a_form_of_ours_nothing_is_asked_for()
    {
        await using var bot = await StartAsync();
        var browser = (await bot.Phone("o-1").Opens("学习")).Browser;

        Assert.Equal(HttpStatusCode.Unauthorized, (await bot.Browser().GetAsync(Page)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Desk.SendFormAsync(browser, Page + "?handler=Once")).StatusCode);
        Assert.Empty(await bot.InDb(db => db.Reminders.ToListAsync()));
    }

    [Fact]
    public async Task WeChats_script_is_on_this_page_alone_and_only_in_WeChat_where_it_was_switched_on_and_something_is_asked_for()
    {
        await using var bot = await StartAsync(("Pushes:Notice:TemplateId", Template), ("Pushes:SubscribeTag", "true"));
        bot.Network.Answer("/cgi-bin/ticket/getticket", """{"errcode":0,"errmsg":"ok","ticket":"js-ticket","expires_in":7200}""");
        Assert.Contains("允许一次通知", await bot.SayAsync("o-1", "提醒"), StringComparison.Ordinal);
        var browser = (await bot.Phone("o-1").Opens("学习")).Browser;

        var inWeChat = await ReadAsync(browser, Page, WeChatOnAPhone);
        Assert.Contains("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", inWeChat.Html, StringComparison.Ordinal);
        Assert.Contains($"data-template=\"{Template}\"", inWeChat.Html, StringComparison.Ordinal);
        Assert.Contains("script-src 'self' https://res.wx.qq.com;", inWeChat.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("js-ticket", inWeChat.Html, StringComparison.Ordinal);

        foreach (var (path, agent) in new[] { (Page, "Mozilla/5.0 Chrome/120"), ("/y/lessons/9-2", WeChatOnAPhone), ("/y/me", WeChatOnAPhone) })
        {
            var (html, policy) = await ReadAsync(browser, path, agent);
            Assert.DoesNotContain("qq.com", html + policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Switched_off_as_it_is_at_first_nothing_leads_to_another_host()
    {
        await using var bot = await StartAsync(("Pushes:Notice:TemplateId", Template));
        await bot.SayAsync("o-1", "提醒");
        var browser = (await bot.Phone("o-1").Opens("学习")).Browser;

        var (html, policy) = await ReadAsync(browser, Page, WeChatOnAPhone);

        Assert.DoesNotContain("qq.com", html + policy, StringComparison.Ordinal);
        Assert.DoesNotContain("允许一次通知</a>", await bot.SayAsync("o-1", "提醒"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_copy_of_ones_data_counts_reminders_and_credits_and_deletion_removes_them()
    {
        await using var bot = await StartAsync(("Pushes:Notice:TemplateId", Template));
        var phone = bot.Phone("o-1");
        await phone.Sends("每周提醒");
        await phone.HappensAsync(
            "subscribe_msg_popup_event",
            $"<SubscribeMsgPopupEvent><List><TemplateId>{Template}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>1</PopupScene></List></SubscribeMsgPopupEvent>", 1);
        Assert.Contains("你允许过通知", await bot.SayAsync("o-1", "提醒"), StringComparison.Ordinal);
        var account = await bot.Services.GetRequiredService<Accounts>().FindAsync(BotUnderTest.AppId, "o-1", default);

        var copy = await bot.DoAsync<PersonalCopy, string>(c => c.MakeAsync(account!, default));
        Assert.Contains("\"每周提醒\": true", copy, StringComparison.Ordinal);
        Assert.Matches("\"还没发的学习提醒\": \\[\\s*\\{\\s*\"课程\": \"9-2 [^\"]+\",\\s*\"时间\": \"2026-11-21 [^\"]+ 21:00\"", copy);
        Assert.Contains("\"还剩的通知次数\": 1", copy, StringComparison.Ordinal);

        await bot.SayAsync("o-1", "隐私 删除", "确认删除");

        Assert.Equal((0, 0), (await bot.InDb(db => db.Reminders.CountAsync()), await bot.InDb(db => db.Credits.CountAsync())));
    }

    private static async Task<BotUnderTest> StartAsync(params (string, string)[] settings)
    {
        var bot = await BotUnderTest.StartAsync(settings);
        await bot.Given(LessonGiven.Open("9-2"));
        return bot;
    }

    private static Task<HttpResponseMessage> PressAsync(Browser browser, string handler) => Desk.PostToAsync(browser, Page, $"{Page}?handler={handler}");

    private static async Task<(string Html, string Policy)> ReadAsync(Browser browser, string path, string agent)
    {
        var page = await browser.SendAsync(HttpMethod.Get, path, null, ("User-Agent", agent));
        return (await page.Content.ReadAsStringAsync(), string.Concat(page.Headers.GetValues("Content-Security-Policy")));
    }
}
