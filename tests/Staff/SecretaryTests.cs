using System.Net;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class SecretaryTests
{
    [Fact]
    public async Task A_secretary_comes_in_from_the_chat_and_sees_the_own_branch_only()
    {
        await using var bot = await StartAsync();
        var secretary = await BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var own = await Desk.OrganisationAsync(bot, "一支部");

        var (landed, status) = await OpensProgressAsync(secretary);

        Assert.Equal($"/staff/organisations/{own}", landed);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.OK, (await secretary.Browser.GetAsync("/staff/tray")).StatusCode);
        foreach (var hidden in new[] { "二支部", "甲镇", "示例省" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await secretary.Browser.GetAsync($"/staff/organisations/{await Desk.OrganisationAsync(bot, hidden)}")).StatusCode);
        }
    }

    [Fact]
    public async Task The_link_opens_once_and_the_same_browser_may_tap_it_again()
    {
        await using var bot = await StartAsync();
        var secretary = await BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var link = (await secretary.Sends("进度")).Link!;

        Assert.Contains("/staff/organisations/", (await secretary.Browser.GetAsync(link)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("/staff/organisations/", (await secretary.Browser.GetAsync(link)).Headers.Location!.ToString(), StringComparison.Ordinal);
        var stranger = bot.Browser();
        Assert.Equal("/y/sorry/link.used", (await stranger.GetAsync(link)).Headers.Location!.ToString());
        Assert.False(await Desk.IsInAsync(stranger));
    }

    [Fact]
    public async Task A_secretary_who_left_loses_access_at_once()
    {
        await using var bot = await StartAsync();
        var secretary = await BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        await OpensProgressAsync(secretary);
        Assert.True(await Desk.IsInAsync(secretary.Browser));

        await bot.InDb(db => db.Memberships.Where(m => m.Duty == Duty.Secretary && db.People.Any(p => p.Id == m.PersonId && p.Name == "学生001"))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, bot.Clock.GetUtcNow())));

        Assert.False(await Desk.IsInAsync(secretary.Browser));
    }

    [Fact]
    public async Task A_secretary_whose_duty_ended_cannot_open_an_old_link_either()
    {
        await using var bot = await StartAsync();
        var secretary = await BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var link = (await secretary.Sends("进度")).Link!;
        await bot.InDb(db => db.Memberships.ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, Duty.CommitteeMember)));

        Assert.Equal("/y/sorry/link.not-secretary", (await secretary.Browser.GetAsync(link)).Headers.Location!.ToString());
        Assert.False(await Desk.IsInAsync(secretary.Browser));
        Assert.Null((await secretary.Sends("进度")).Link);
    }

    [Fact]
    public async Task Members_without_that_duty_get_a_friendly_answer_and_no_link()
    {
        await using var bot = await StartAsync();

        Assert.Null((await bot.Phone("o-9").Sends("进度")).Link);
        var said = await (await BoundAsync(bot, "o-2", "一支部", "学生002", "S002")).Sends("进度");

        Assert.Null(said.Link);
        Assert.Contains("团支书", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_that_was_copied_opens_nothing_after_the_secretary_has_signed_out()
    {
        await using var bot = await StartAsync();
        var secretary = await BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var (own, _) = await OpensProgressAsync(secretary);
        var copied = ("Cookie", string.Join("; ", secretary.Browser.Cookies.Select(c => $"{c.Name}={c.Value}")));
        Assert.Equal(HttpStatusCode.OK, (await bot.Browser().SendAsync(HttpMethod.Get, own, null, copied)).StatusCode);

        await Desk.PostToAsync(secretary.Browser, own, "/staff/sign-out");

        Assert.Equal(HttpStatusCode.Found, (await bot.Browser().SendAsync(HttpMethod.Get, own, null, copied)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await OpensProgressAsync(secretary)).Status);
    }

    [Fact]
    public async Task A_youth_session_is_none_at_the_console_and_the_other_way_round()
    {
        await using var bot = await StartAsync();
        var learner = bot.Phone("o-5");
        await learner.Opens("学习");
        Assert.False(await Desk.IsInAsync(learner.Browser));

        var colleague = await Desk.JoinAsync(bot, "li");
        Assert.Equal(HttpStatusCode.Unauthorized, (await colleague.Browser.GetAsync("/api/v1/lessons/current")).StatusCode);
    }

    internal static async Task<Phone> BoundAsync(BotUnderTest bot, string openId, string branch, string name, string number)
    {
        var code = await bot.InDb(db => db.Organisations.Where(o => o.Name == branch).Select(o => o.JoinCode).SingleAsync());
        var phone = bot.Phone(openId);
        await phone.Sends($"绑定 {code} {name} {number}");
        Assert.Contains("绑定好了", (await phone.Sends("同意")).Text, StringComparison.Ordinal);
        return phone;
    }

    private static async Task<BotUnderTest> StartAsync()
    {
        var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        return bot;
    }

    private static async Task<(string Landed, HttpStatusCode Status)> OpensProgressAsync(Phone phone)
    {
        var to = (await phone.Browser.GetAsync((await phone.Sends("进度")).Link!)).Headers.Location!.ToString();
        return (to, (await phone.Browser.GetAsync(to)).StatusCode);
    }
}
