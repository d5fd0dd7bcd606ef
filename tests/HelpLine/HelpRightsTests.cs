using System.Net;
using Bot.Core.HelpLine;
using Bot.Core.Staff;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.HelpLine;

/// <summary>Every role at every door of the help line. Who may not finds the same as where there is nothing.</summary>
public sealed class HelpRightsTests
{
    private const string Words = "总是睡不着，想找人聊聊";

    private static readonly string[] Pages = ["", "?queue=Closed", "?handler=List", "/duty", "/teams", "/reveals", "/reads", "/figures", "/{0}", "/{0}?handler=Thread", "/{0}?handler=Media&message=1"];

    private static readonly string[] Deeds =
    [
        "/{0}?handler=Reply", "/{0}?handler=Typing", "/{0}?handler=Person", "?handler=Acknowledge", "?handler=Presence", "/duty?handler=Add", "/duty?handler=Remove", "/duty?handler=Presence", "/teams", "/reveals",
        .. new[] { "take", "give-back", "hand-over", "note", "refer", "sort", "close", "keep-open", "reopen", "merge", "report", "decide", "ask", "emergency" }.Select(d => "/{0}?handler=Do&deed=" + d),
    ];

    public static TheoryData<StaffRole> Strangers => [.. Enum.GetValues<StaffRole>().Except([StaffRole.Counsellor, StaffRole.DutySupervisor, StaffRole.Custodian])];

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task For_everybody_else_there_is_no_help_line_and_nothing_is_read(StaffRole role)
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-1", Words);
        var stranger = await Desk.JoinAsync(room.Bot, "wu", role.Word(), "示例省");

        await IsNothingAsync(stranger.Browser, id);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Browser.GetAsync("/staff/help/live")).StatusCode);
        Assert.Null((await Branch.PageAsync(stranger.Browser, "/staff")).QuerySelector("a[href^='/staff/help']"));
        await NothingHappenedAsync(room, id);
    }

    [Fact]
    public async Task A_secretary_from_the_chat_finds_no_help_line()
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-9", Words);

        await IsNothingAsync(await Branch.SecretaryAsync(room.Bot), id);

        await NothingHappenedAsync(room, id);
    }

    [Fact]
    public async Task A_counsellor_of_another_county_or_without_a_team_reads_nothing()
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-1", Words);
        foreach (var (login, role, under) in new[] { ("wu", "counsellor", "示例省/乙县"), ("zheng", "counsellor", "示例省"), ("feng", "duty-supervisor", "示例省/甲县") })
        {
            var other = await Desk.JoinAsync(room.Bot, login, role, under);
            var nothing = await Desk.TextAsync(other.Browser, "/staff/help/999999");

            Assert.Equal(HttpStatusCode.OK, (await other.Browser.GetAsync(HelpRoom.Inbox)).StatusCode);
            Assert.Null((await HelpRoom.PageAsync(other, HelpRoom.Inbox + "?queue=Open")).GetElementById($"case-{id}"));
            foreach (var path in Pages.Where(p => p.Contains("{0}", StringComparison.Ordinal)))
            {
                await IsAsync(nothing, await other.Browser.GetAsync(HelpRoom.Inbox + string.Format(null, path, id)));
            }

            foreach (var path in Deeds.Where(p => p.Contains("{0}", StringComparison.Ordinal) && !p.EndsWith("=Person", StringComparison.Ordinal)))
            {
                await IsAsync(nothing, await SendAsync(other.Browser, path, id));
            }

            Assert.Equal(HttpStatusCode.NotFound, (await other.Browser.GetAsync("/staff/help/live?of=" + id)).StatusCode);
        }

        await NothingHappenedAsync(room, id);
    }

    [Fact]
    public async Task A_supervisor_outside_the_team_sees_that_there_is_a_case_and_not_what_it_says()
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-1", Words);
        await room.TeamAsync("sun");

        var page = await HelpRoom.PageAsync(room.Supervisor, HelpRoom.Inbox + "?queue=Open");

        Assert.NotNull(page.GetElementById($"case-{id}"));
        Assert.Null(page.QuerySelector($"#case-{id} a"));
        Assert.Equal(HttpStatusCode.NotFound, (await room.Supervisor.Browser.GetAsync($"{HelpRoom.Inbox}/{id}")).StatusCode);
        Assert.Equal(0, await room.ReadsAsync(id, "sun"));
    }

    [Fact]
    public async Task Each_of_the_three_roles_has_its_own_pages()
    {
        await using var room = await HelpRoom.OpenAsync();
        foreach (var (who, open) in new[]
        {
            (room.Zhao, new[] { "", "/duty" }),
            (room.Supervisor, ["", "/duty", "/teams", "/reads", "/figures"]),
            (room.Custodian, ["/reveals"]),
        })
        {
            foreach (var path in new[] { "", "/duty", "/teams", "/reveals", "/reads", "/figures" })
            {
                Assert.Equal(open.Contains(path) ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await who.Browser.GetAsync(HelpRoom.Inbox + path)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task Only_a_supervisor_plans_duties_and_teams_and_decides_reports()
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(room.Zhao, id, "report", null);

        await SendAsync(room.Zhao.Browser, "/{0}?handler=Do&deed=decide", id, ("Reported", "false"), ("Text", "不用"), ("Version", $"{await VersionAsync(room, id)}"));
        await SendAsync(room.Zhao.Browser, "/duty?handler=Add", id, ("Who", $"{await room.IdAsync("zhao")}"), ("Area", $"{await Desk.OrganisationAsync(room.Bot, "示例省")}"), ("Day", "2099-01-01"), ("From", "08:00"), ("To", "12:00"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(room.Zhao.Browser, "/teams", id, ("who", $"{await room.IdAsync("zhao")}"))).StatusCode);

        Assert.Equal(HelpReportState.Open, await room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.Report).SingleAsync()));
        Assert.Equal(0, await room.Bot.InDb(db => db.HelpDuties.CountAsync()));
    }

    [Fact]
    public async Task In_the_audit_only_a_supervisor_sees_that_there_are_cases()
    {
        await using var room = await HelpRoom.OpenAsync();
        var id = await room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(room.Zhao, id, "report", null);
        var administrator = await Desk.JoinAsync(room.Bot, "wu", "administrator", "示例省");

        Assert.Contains("提出强制报告", (await HelpRoom.PageAsync(room.Supervisor, "/staff/audit")).QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        var seen = (await HelpRoom.PageAsync(administrator, "/staff/audit")).QuerySelector("tbody")!.TextContent;
        Assert.DoesNotContain("提出强制报告", seen, StringComparison.Ordinal);
        Assert.Contains("定求助由谁看", seen, StringComparison.Ordinal);
    }

    private static Task<int> VersionAsync(HelpRoom room, int id) => room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.Version).SingleAsync());

    private static async Task IsNothingAsync(Browser browser, int id)
    {
        var nothing = await Desk.TextAsync(browser, "/staff/organisations/999999");
        foreach (var path in Pages)
        {
            await IsAsync(nothing, await browser.GetAsync(HelpRoom.Inbox + string.Format(null, path, id)));
        }

        foreach (var path in Deeds)
        {
            await IsAsync(nothing, await SendAsync(browser, path, id));
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Browser browser, string path, int id, params (string, string)[] fields)
        => await Desk.PostToAsync(
            browser, "/staff", HelpRoom.Inbox + string.Format(null, path, id),
            fields.Length > 0 ? fields : [("text", Words), ("Text", Words), ("formKey", "k"), ("reveal", "1"), ("agrees", "true"), ("alert", "1"), ("id", $"{id}"), ("To", "1"), ("Outcome", "Answered"), ("Topic", "Law"), ("Urgency", "Calm"), ("Earlier", "1"), ("Reported", "true"), ("Office", "某处"), ("duty", "1")]);

    private static async Task IsAsync(string nothing, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(nothing, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>No read, no reply, no step; the case is as the person left it.</summary>
    private static async Task NothingHappenedAsync(HelpRoom room, int id)
    {
        Assert.Equal(0, await room.Bot.InDb(db => db.HelpReads.CountAsync()));
        Assert.Equal(0, await room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.By == HelpSide.Staff)));
        Assert.Equal(0, await room.Bot.InDb(db => db.HelpReveals.CountAsync()));
        var found = await room.OfAsync(id);
        Assert.Equal((HelpState.Open, 0), (found.State, found.Version));
    }
}
