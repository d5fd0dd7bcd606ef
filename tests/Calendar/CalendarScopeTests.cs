using System.Net;
using Bot.Core.Staff;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

/// <summary>Who sees, writes and decides what.</summary>
public sealed class CalendarScopeTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [MemberData(nameof(ScopeTests.Roles), MemberType = typeof(ScopeTests))]
    public async Task The_calendar_is_there_for_those_who_write_decide_or_administer(StaffRole role)
    {
        var browser = (await Desk.JoinAsync(_bot, "li", role.Word())).Browser;
        var sees = role is StaffRole.Editor or StaffRole.Approver or StaffRole.Administrator;

        Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await browser.GetAsync("/staff/calendar")).StatusCode);
        Assert.Equal(sees, (await Desk.TextAsync(browser, "/staff")).Contains("内容日历", StringComparison.Ordinal));
        Assert.Equal(role == StaffRole.Editor ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await browser.GetAsync("/staff/calendar/new?kind=article")).StatusCode);

        // Of a county: lessons, pauses and what an operator imported are for those of the root.
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/staff/calendar/new?kind=lesson")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/staff/calendar/lessons/1")).StatusCode);
        var pause = await Desk.PostToAsync(browser, "/staff", "/staff/calendar?handler=Pause", ("PauseName", "寒假"), ("PauseFrom", "2027-01-25"), ("PauseTo", "2027-02-20"));
        Assert.Equal(HttpStatusCode.NotFound, pause.StatusCode);
        Assert.False(await _bot.InDb(db => db.PauseWeeks.AnyAsync()));
    }

    [Fact]
    public async Task A_piece_outside_of_ones_subtree_looks_like_one_that_does_not_exist()
    {
        var root = await Newsroom.EditorAsync(_bot);
        var id = await Newsroom.ArticleAsync(_bot, root, "乙县的文章", "乙县");
        var outsiders = new[] { await Newsroom.EditorAsync(_bot, "jia", "示例省/甲县"), await Newsroom.ApproverAsync(_bot, "jia2", "示例省/甲县"), await Newsroom.ApproverAsync(_bot, "xia", "示例省/乙县/三支部") };

        foreach (var browser in outsiders)
        {
            var nothing = await Desk.TextAsync(browser, "/staff/calendar/pieces/999999");
            foreach (var part in new[] { "", "/review", "/versions" })
            {
                var answer = await browser.GetAsync($"/staff/calendar/pieces/{id}{part}");
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal(nothing, await answer.Content.ReadAsStringAsync());
            }

            Assert.DoesNotContain("乙县的文章", await Desk.TextAsync(browser, "/staff/calendar"), StringComparison.Ordinal);
            foreach (var (path, fields) in new (string, (string, string)[])[]
            {
                ($"/staff/calendar/pieces/{id}", [("Seen", "1"), ("Form.Title", "x"), ("Form.GoesOut", "2026-11-30T08:00"), ("Do", "save")]),
                ($"/staff/calendar/pieces/{id}?handler=Withdraw", [("Seen", "1")]),
                ($"/staff/calendar/pieces/{id}/review?handler=Approve", [("Seen", "1"), ("Hash", "x")]),
                ($"/staff/calendar/pieces/{id}/review?handler=Decline", [("Seen", "1"), ("Reason", "不要")]),
                ("/staff/calendar?handler=Move", [("id", $"{id}"), ("version", "1"), ("start", "2026-11-30T08:00")]),
            })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(browser, "/staff", path, fields)).StatusCode);
            }
        }

        Assert.Equal(1, await _bot.InDb(db => db.PieceVersions.CountAsync()));
        var approver = await Newsroom.ApproverAsync(_bot, "yi", "示例省/乙县");
        await Newsroom.ApprovedAsync(approver, id);
    }

    [Fact]
    public async Task An_editor_of_a_county_writes_for_it_and_for_no_other()
    {
        var county = await Newsroom.EditorAsync(_bot, "jia", "示例省/甲县");
        var id = await Newsroom.ArticleAsync(_bot, county, "甲县的文章", "甲县");
        Assert.Equal(HttpStatusCode.OK, (await county.GetAsync($"/staff/calendar/pieces/{id}")).StatusCode);

        foreach (var organisation in new[] { "乙县", "示例省" })
        {
            var answer = await Newsroom.PressAsync(county, "/staff/calendar/new?kind=article", "save", ("Title", "别处"), ("OrganisationId", $"{await Desk.OrganisationAsync(_bot, organisation)}"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Equal(1, await _bot.InDb(db => db.Pieces.CountAsync()));
    }

    [Fact]
    public async Task Whoever_only_writes_does_not_decide_and_whoever_only_decides_does_not_write()
    {
        var (editor, approver) = (await Newsroom.EditorAsync(_bot), await Newsroom.ApproverAsync(_bot));
        var other = await Newsroom.EditorAsync(_bot, "bian2");
        var id = await Newsroom.LessonAsync(editor);
        var hash = await _bot.InDb(db => db.Pieces.Select(p => p.Hash).SingleAsync());

        Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(other, "/staff", $"/staff/calendar/pieces/{id}/review?handler=Approve", ("Seen", "1"), ("Hash", hash))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/staff/calendar/pieces/{id}/review")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await approver.GetAsync("/staff/calendar/new?kind=lesson")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(approver, "/staff", $"/staff/calendar/pieces/{id}", ("Seen", "1"), ("Form.Title", "x"), ("Form.GoesOut", "2026-11-30T08:00"), ("Do", "save"))).StatusCode);
        Assert.Equal("待审核", await Newsroom.StateAsync(approver, id));
    }
}
