using System.Net;
using Bot.Core.Pushes;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>Who gets a push, and who is counted before.</summary>
public sealed class PushAudienceTests : PushTest
{
    protected override async Task GivenAsync()
    {
        await Site.Given(LessonGiven.Open("9-2"));
        await BindAsync((1, "一支部"), (2, "一支部"), (6, "二支部"), (9, "三支部"));
    }

    [Fact]
    public async Task Those_who_were_chosen_get_it_and_are_counted_before()
    {
        await Branch.RosterAsync(Site, "示例省/乙县/三支部,支部,学生010,2008-05-01,,S010,团员,\n示例省/乙县/三支部,支部,学生002,2008-05-01,,S002,团员,\n");
        await BindAsync((10, "三支部"));
        await Branch.StudyAsync(Site, Site.Phone("o-1"), "9-2");
        await VisitsAsync("visitor", "一支部");
        await Site.Phone("stranger").Follows();
        await AlsoMiniProgramAsync("学生001");
        await ExemptAsync("学生006");
        var (county, town, branch) = (await Desk.OrganisationAsync(Site, "乙县"), await Desk.OrganisationAsync(Site, "甲镇"), await Desk.OrganisationAsync(Site, "二支部"));
        var cases = new (string Expected, (string, string)[] Fields)[]
        {
            ("o-1 o-2 o-6 o-9 o-10", []),
            ("o-2 o-9 o-10", [("Audience.Places", $"{county}")]),
            ("o-2 o-9 o-10", [("Audience.Except", $"{town}")]),
            ("o-1 o-2 o-9 o-10", [("Audience.Places", $"{county}"), ("Audience.MorePlaces", "甲县/甲镇"), ("Audience.Except", $"{branch}")]),
            ("o-6", [("Audience.MorePlaces", "示例省/甲县/甲镇/二支部")]),
            ("o-1 o-2 o-6 o-9 o-10 visitor", [("Audience.Circle", "visitors")]),
            ("visitor", [("Audience.Circle", "visitors"), ("Audience.Places", $"{town}"), ("Audience.MoreExcept", "甲县/甲镇/二支部"), ("Audience.Unstudied", "9-2")]),
            ("o-1 o-2 o-6 o-9 o-10 visitor stranger", [("Audience.Circle", "everyone")]),
            ("o-1 o-6", [("Audience.Duties", "书记")]),
            ("o-2 o-9 o-10", [("Audience.Unstudied", "9-2")]),
            ("o-10", [("Audience.JoinedSince", "2026-11-18")]),
            ("o-2 o-9 o-10", [("OrganisationId", $"{county}")]),
        };
        var pieces = new List<int>();
        foreach (var (_, fields) in cases)
        {
            pieces.Add(await PushAsync([.. fields, ("Title", $"第 {pieces.Count + 1} 种")]));
        }

        Site.Clock.Now = Noon;
        await RoundsAsync();

        foreach (var (piece, (expected, _)) in pieces.Zip(cases))
        {
            Assert.Equal(expected, await RecipientsAsync(piece));
            Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, (await CountAsync(piece)).Reachable);
        }
    }

    [Fact]
    public async Task Who_left_unfollowed_or_opted_out_gets_nothing_and_the_preview_says_why()
    {
        await Site.Phone("o-1").Follows();
        await Site.Phone("o-1").Unfollows();
        await Site.Phone("o-2").Sends("退订推送");
        await Site.InDb(db => db.Memberships.Where(m => db.People.Any(p => p.Id == m.PersonId && p.Name == "学生009")).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, Site.Clock.GetUtcNow())));

        var id = await StartedAsync();

        Assert.Equal("o-6", await RecipientsAsync(id));
        var count = await CountAsync(id);
        Assert.Equal((8, 5, 1, 1, 1), (count.People, count.Unbound, count.Unfollowed, count.OptedOut, count.Reachable));
    }

    [Fact]
    public async Task A_wish_for_none_holds_for_every_account_of_the_person_also_one_that_came_later()
    {
        await AlsoMiniProgramAsync("学生002");
        await Site.InDb(db => db.Accounts.Where(a => a.AppId == BotUnderTest.MiniAppId).ExecuteUpdateAsync(set => set.SetProperty(a => a.NoPushesSince, Site.Clock.GetUtcNow())));

        var id = await StartedAsync();

        Assert.Equal("o-1 o-6 o-9", await RecipientsAsync(id));
        Assert.Equal(1, (await CountAsync(id)).OptedOut);
    }

    [Fact]
    public async Task The_form_counts_while_it_is_filled_in_and_shows_no_split_of_a_small_group()
    {
        var (root, branch) = (await Desk.OrganisationAsync(Site, Newsroom.Root), await Desk.OrganisationAsync(Site, "二支部"));

        var all = await ReachAsync(("OrganisationId", $"{root}"));
        Assert.Contains("9 人", all, StringComparison.Ordinal);
        Assert.Contains("其他：9", all, StringComparison.Ordinal); // five are not bound, four are
        var few = await ReachAsync(("OrganisationId", $"{branch}"));
        Assert.Contains("不到 5 人", few, StringComparison.Ordinal);
        Assert.DoesNotContain("绑定", few, StringComparison.Ordinal);
        Assert.Contains("下面没有“丙镇”", await ReachAsync(("OrganisationId", $"{root}"), ("Form.Audience.MorePlaces", "丙镇")), StringComparison.Ordinal);
        Assert.Contains("乙县", await AskAsync("Audience", ("OrganisationId", $"{root}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_those_who_have_not_studied_no_count_is_shown_from_which_a_hidden_rate_could_be_subtracted()
    {
        var rows = string.Concat(Enumerable.Range(20, 15).Select(i => $"示例省/乙县/{(i < 27 ? "五支部" : "六支部")},支部,学生{i:000},2008-05-01,,S{i:000},团员,\n"));
        await Branch.RosterAsync(Site, rows);
        var (root, small, large) = (await Desk.OrganisationAsync(Site, Newsroom.Root), await Desk.OrganisationAsync(Site, "二支部"), await Desk.OrganisationAsync(Site, "六支部"));
        Site.Clock.Now += TimeSpan.FromMinutes(2);

        Assert.Contains("24 人", await UnstudiedAsync(), StringComparison.Ordinal);
        Assert.Contains("8 人", await UnstudiedAsync(("Form.Audience.Places", $"{large}")), StringComparison.Ordinal);
        var hidden = await UnstudiedAsync(("Form.Audience.Except", $"{small}"));
        Assert.Contains("不显示人数", hidden, StringComparison.Ordinal);
        Assert.DoesNotMatch("[0-9]+ 人", hidden);

        Task<string> UnstudiedAsync(params (string, string)[] fields) => ReachAsync([("OrganisationId", $"{root}"), ("Form.Audience.Unstudied", "9-2"), .. fields]);
    }

    [Fact]
    public async Task What_cannot_be_an_audience_is_a_fault_beside_its_field()
    {
        var county = await Desk.OrganisationAsync(Site, "甲县");
        foreach (var (fault, fields) in new (string, (string, string)[])[]
        {
            ("只能由最上级组织", [("Audience.Circle", "everyone"), ("OrganisationId", $"{county}")]),
            ("就只能发给名册上的人", [("Audience.Circle", "visitors"), ("Audience.Duties", "书记")]),
            ("没有 9-9 这一课", [("Audience.Unstudied", "9-9")]),
            ("纯文字", [("Body", "<a href='https://example.org'>看</a>")]),
            ("最晚在开始后 30 天", [("Closes", "2027-01-18T12:00")]),
            ("请写正文", [("Body", "")]),
            ("夜间", [("GoesOut", "2026-11-18T23:00"), ("Closes", "2026-11-19T01:00")]),
        })
        {
            var answer = await PressAsync("submit", fields);
            Assert.EndsWith("?done=check", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
            Assert.Contains(fault, await Desk.TextAsync(Editor, answer.Headers.Location!.ToString()), StringComparison.Ordinal);
        }

        var typed = await PressAsync("submit", ("Title", new string('长', 21)));
        Assert.Equal(HttpStatusCode.OK, typed.StatusCode);
        Assert.Contains("标题要有 1 到 20 个字", await typed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A tick of an organisation elsewhere changes nothing: neither the form nor the count reach over the subtree.</summary>
    [Fact]
    public async Task An_editor_of_a_county_reaches_nobody_outside_of_it()
    {
        var county = await Newsroom.EditorAsync(Site, "jia", "示例省/甲县");
        var (own, other) = (await Desk.OrganisationAsync(Site, "甲县"), await Desk.OrganisationAsync(Site, "乙县"));
        foreach (var handler in new[] { "Reach", "Audience" })
        {
            var answer = await Desk.PostToAsync(county, "/staff/calendar/new?kind=push", "/staff/calendar?handler=" + handler, ("OrganisationId", $"{other}"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Editor = county;
        var id = await SubmittedAsync(("OrganisationId", $"{own}"), ("Audience.Places", $"{other}"));
        await Newsroom.ApprovedAsync(Approver, id);
        Site.Clock.Now = Noon;
        await RoundsAsync();

        Assert.Equal("o-1 o-2 o-6", await RecipientsAsync(id));
    }

    private Task<string> ReachAsync(params (string, string)[] fields) => AskAsync("Reach", fields);

    private async Task<string> AskAsync(string handler, params (string, string)[] fields)
        => await (await Desk.PostToAsync(Editor, "/staff/calendar/new?kind=push", "/staff/calendar?handler=" + handler, fields)).Content.ReadAsStringAsync();

    private async Task<AudienceCount> CountAsync(int piece)
    {
        var (organisation, text) = await Site.InDb(async db => ((await db.Pieces.SingleAsync(p => p.Id == piece)).OrganisationId, (await db.PieceVersions.SingleAsync(v => v.PieceId == piece)).Read()));
        return await Site.Services.GetRequiredService<AudienceCounts>().OfAsync(organisation, text.Audience!, text.GoesOutAt, default);
    }

    private async Task VisitsAsync(string phone, string branch)
    {
        await Site.Phone(phone).Follows();
        var account = await Site.Services.GetRequiredService<Core.Roster.Accounts>().FindAsync(BotUnderTest.AppId, phone, default);
        var organisation = await Desk.OrganisationAsync(Site, branch);
        await Site.InDb(db => db.Accounts.Where(a => a.Id == account!.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, organisation)));
    }

    private async Task AlsoMiniProgramAsync(string name)
    {
        await Site.MiniProgram("o-mini");
        var person = await Site.InDb(db => db.People.Where(p => p.Name == name).Select(p => p.Id).SingleAsync());
        await Site.InDb(db => db.Accounts.Where(a => a.AppId == BotUnderTest.MiniAppId).ExecuteUpdateAsync(set => set.SetProperty(a => a.PersonId, person)));
    }

    private Task ExemptAsync(string name) => Site.InDb(async db =>
    {
        db.Add(new Core.Roster.Exemption { PersonId = (await db.People.SingleAsync(p => p.Name == name)).Id, Since = Site.Clock.GetUtcNow(), Reason = "other" });
        await db.SaveChangesAsync();
    });
}
