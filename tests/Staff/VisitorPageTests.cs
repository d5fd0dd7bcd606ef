using System.Net;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

public sealed class VisitorPageTests
{
    [Fact]
    public async Task The_secretary_sees_how_many_studied_off_the_roster_and_only_the_names_that_wait_in_the_tray()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var code = (await bot.InDb(db => Task.FromResult(db.Organisations.Single(o => o.Name == "一支部").JoinCode)))!;
        foreach (var openId in new[] { "o-91", "o-92", "o-93", "o-94" })
        {
            await ScopeTests.WishAsync(bot, openId, "一支部");
            await Branch.StudyAsync(bot, bot.Phone(openId), "9-2");
        }

        var secretary = await Branch.SecretaryAsync(bot);

        foreach (var request in (await bot.InDb(db => Task.FromResult(db.JoinRequests.OrderBy(r => r.Id).Select(r => r.Id).ToList())))[..3])
        {
            await Desk.PostToAsync(secretary, "/staff/tray", $"/staff/tray/joins/{request}?handler=Decline");
        }

        var page = await Branch.PageAsync(secretary, await Branch.PathAsync(bot, "一支部", "visitors"));

        Assert.Equal(["4", "4", "3"], new[] { "people", "period", "nameless" }.Select(f => page.QuerySelector($"[data-field={f}]")!.TextContent));
        var link = page.QuerySelector("#requests a")!;
        Assert.Equal("学生900", link.TextContent);
        Assert.Equal(HttpStatusCode.OK, (await secretary.GetAsync(link.GetAttribute("href")!)).StatusCode);
        var invitation = page.GetElementById("invitation")!.TextContent;
        Assert.Contains($"有 3 人", invitation, StringComparison.Ordinal);
        Assert.Contains($"绑定 {code} 姓名 编号", invitation, StringComparison.Ordinal);
        Assert.DoesNotContain("学生", invitation, StringComparison.Ordinal);

        var office = (await Desk.JoinAsync(bot, "li")).Browser;
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync(await Branch.PathAsync(bot, "一支部", "visitors"))).StatusCode);
        Assert.DoesNotContain("学了但不在名册", await Desk.TextAsync(office, $"/staff/organisations/{await Desk.OrganisationAsync(bot, "一支部")}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joins_is_no_visitor_any_more()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var code = await bot.InDb(db => Task.FromResult(db.Organisations.Single(o => o.Name == "一支部").JoinCode));
        await ScopeTests.WishAsync(bot, "o-2", "一支部");
        var phone = bot.Phone("o-2");
        await Branch.StudyAsync(bot, phone, "9-2");
        var secretary = await Branch.SecretaryAsync(bot);
        var path = await Branch.PathAsync(bot, "一支部", "visitors");
        Assert.Equal("1", (await Branch.PageAsync(secretary, path)).QuerySelector("[data-field=people]")!.TextContent);

        await phone.Sends($"绑定 {code} 学生002 S002");
        await phone.Sends("同意");

        Assert.Contains("没有这样的人", await Desk.TextAsync(secretary, path), StringComparison.Ordinal);
    }
}
