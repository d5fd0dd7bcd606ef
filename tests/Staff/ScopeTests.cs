using System.Net;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

public sealed class ScopeTests
{
    /// <summary>Pages before a sign-in, and the page that shows a status code.</summary>
    internal static readonly string[] Open = ["staff/sign-in", "staff/sign-in/code", "staff/enrolment", "staff/invitations/{secret}", "staff/sorry/{code}"];

    /// <summary>Addresses with an organisation or a request in it; <see cref="ScopeWalkTests"/> fills in those that exist and do not.</summary>
    private static readonly string[] WithId =
    [
        "staff/appeals/{id:int}",
        "staff/calendar/lessons/{id:int}",
        "staff/calendar/pieces/{id:int}",
        "staff/calendar/pieces/{id:int}/review",
        "staff/calendar/pieces/{id:int}/versions",
        "staff/help/{id:int}",
        "staff/organisations/{id:int}",
        "staff/organisations/{id:int}/adjustments",
        "staff/organisations/{id:int}/changes",
        "staff/organisations/{id:int}/colleagues",
        "staff/organisations/{id:int}/exemptions",
        "staff/organisations/{id:int}/export",
        "staff/organisations/{id:int}/join-code",
        "staff/organisations/{id:int}/ledger",
        "staff/organisations/{id:int}/ledger/list",
        "staff/organisations/{id:int}/live",
        "staff/organisations/{id:int}/matrix",
        "staff/organisations/{id:int}/pushes",
        "staff/organisations/{id:int}/removals/new",
        "staff/organisations/{id:int}/report",
        "staff/organisations/{id:int}/transfers/new",
        "staff/organisations/{id:int}/visitors",
        "staff/roster/{id:int}",
        "staff/transfers/{id:int}",
        "staff/tray/corrections/{id:int}",
        "staff/tray/doubts/{id:int}",
        "staff/tray/joins/{id:int}",
    ];

    private static readonly string[] WithoutId =
    [
        "staff",
        "staff/account",
        "staff/appeals",
        "staff/audit",
        "staff/calendar",
        "staff/calendar/new",
        "staff/colleagues",
        "staff/help",
        "staff/help/duty",
        "staff/help/figures",
        "staff/help/live",
        "staff/help/reads",
        "staff/help/reveals",
        "staff/help/teams",
        "staff/jobs",
        "staff/ledger",
        "staff/live",
        "staff/outbox",
        "staff/replies",
        "staff/replies/edit",
        "staff/replies/menu",
        "staff/replies/unanswered",
        "staff/reports",
        "staff/roster",
        "staff/sign-out",
        "staff/transfers",
        "staff/tray",
    ];

    public static TheoryData<StaffRole> Roles => [.. Enum.GetValues<StaffRole>()];

    [Fact]
    public async Task Without_a_session_every_page_leads_to_the_sign_in()
    {
        await using var bot = await Desk.StartAsync();
        var routes = bot.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText?.TrimStart('/') ?? "").Where(r => r.StartsWith("staff", StringComparison.Ordinal)).Distinct().ToList();

        // A new page must be put on one of the lists.
        Assert.Equal([.. Open.Concat(WithId).Concat(WithoutId).Order()], routes.Order());
        foreach (var route in WithId.Concat(WithoutId).Select(r => "/" + r.Replace("{id:int}", "1", StringComparison.Ordinal)))
        {
            var answer = await bot.Browser().GetAsync(route);
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.Equal($"/staff/sign-in?return={Uri.EscapeDataString(route)}", answer.Headers.Location!.PathAndQuery());
        }
    }

    [Fact]
    public async Task Several_subtrees_stand_side_by_side_and_nested_ones_once()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var colleague = await Desk.JoinAsync(bot, "li", "secretary", "示例省/甲县/甲镇");
        await Desk.RunAsync(bot, "staff", "add", "li", "--role", "secretary", "--under", "示例省/甲县/甲镇/一支部");
        await Desk.RunAsync(bot, "staff", "add", "li", "--role", "secretary", "--under", "示例省/乙县");

        var page = await Desk.TextAsync(colleague.Browser, "/staff");

        Assert.Contains(">甲镇</a>", page, StringComparison.Ordinal);
        Assert.Contains(">乙县</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">一支部</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("示例省", page, StringComparison.Ordinal);
    }

    internal static async Task<int> WishAsync(BotUnderTest bot, string openId, string organisation)
    {
        var code = await bot.InDb(db => Task.FromResult(db.Organisations.Single(o => o.Name == organisation).JoinCode));
        var phone = bot.Phone(openId);
        await phone.Sends($"绑定 {code} 学生900 S900");
        await phone.Sends("同意");
        return await bot.InDb(db => Task.FromResult(db.JoinRequests.OrderBy(r => r.Id).Last(r => r.DecidedAt == null && r.Doubt == JoinDoubt.Unknown).Id));
    }
}

internal static class Addresses
{
    public static string PathAndQuery(this Uri address) => address.IsAbsoluteUri ? address.PathAndQuery : address.ToString();
}
