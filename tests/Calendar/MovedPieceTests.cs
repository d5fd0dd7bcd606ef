using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

/// <summary>Pieces of an organisation that is merged or closed.</summary>
public sealed class MovedPieceTests : NewsroomTest
{
    private static readonly DateTimeOffset Tomorrow = new(2026, 11, 19, 8, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task They_follow_a_merger_and_what_was_agreed_for_others_is_asked_for_anew()
    {
        var scheduled = await ApprovedAsync("排好的", "一支部");
        var draft = await Newsroom.ArticleAsync(Site, Editor, "草稿", "一支部", "save");
        var waiting = await Newsroom.ArticleAsync(Site, Editor, "等审核的", "一支部");
        var review = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{waiting}/review");
        var into = await Site.OrganisationAsync("二支部");

        await DoAsync<Mergers>(async m => await m.MergeAsync(await Site.OrganisationAsync("一支部"), into, Operator, default));

        foreach (var id in new[] { scheduled, draft, waiting })
        {
            Assert.StartsWith("草稿", await Newsroom.StateAsync(Editor, id), StringComparison.Ordinal);
            Assert.Equal(into, await Site.InDb(db => db.Pieces.Where(p => p.Id == id).Select(p => p.OrganisationId).SingleAsync()));
            Assert.Contains("二支部", await Desk.TextAsync(Editor, $"/staff/calendar/pieces/{id}"), StringComparison.Ordinal);
        }

        Assert.Equal(2, (await Newsroom.PageAsync(Editor, "/staff/calendar")).QuerySelectorAll("#declined li").Length); // the draft was one before
        Assert.DoesNotContain("退回", (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{scheduled}")).QuerySelector(".note_declined")!.TextContent, StringComparison.Ordinal);

        // What the approver has open was for other people.
        await Newsroom.DecideAsync(Approver, waiting, review);
        Assert.Equal(PieceState.Draft, await Site.InDb(db => db.Pieces.Where(p => p.Id == waiting).Select(p => p.State).SingleAsync()));
        Site.Clock.Now = Tomorrow.AddHours(1);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await Site.Browser().GetAsync($"/y/articles/{scheduled}")).StatusCode);

        // Once agreed on anew it goes out.
        (Editor, Approver) = (await Newsroom.EditorAsync(Site, "bian2"), await Newsroom.ApproverAsync(Site, "shen2"));
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{waiting}", "submit");
        await Newsroom.ApprovedAsync(Approver, waiting);
        Assert.Equal(3, await Site.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "piece.followed" && a.OrganisationId == into)));
    }

    [Fact]
    public async Task Those_of_a_closed_organisation_are_its_parents_and_what_is_over_stays_over()
    {
        await Branch.RosterAsync(Site, "示例省/乙县/空支部,支部,,,,,,\n");
        var over = await NoticeAsync("过去的", "空支部");
        Site.Clock.Now += TimeSpan.FromDays(30);
        var now = await Site.InDb(db => db.Pieces.Where(p => p.Id == over).Select(p => new { p.OutVersion, p.OutUntil }).SingleAsync());
        Assert.True(now.OutUntil < Site.Clock.Now);

        await DoAsync<Reorganising>(async r => await r.CloseAsync(await Site.OrganisationAsync("空支部"), Operator, default));

        var piece = await Site.InDb(db => db.Pieces.SingleAsync(p => p.Id == over));
        Assert.Equal((await Site.OrganisationAsync("乙县"), now.OutVersion, now.OutUntil, PieceStage.Closed), (piece.OrganisationId, piece.OutVersion, piece.OutUntil, piece.StageAt(Site.Clock.Now)));
    }

    private static Reorganiser Operator => new("operator", null);

    private async Task DoAsync<T>(Func<T, Task<Result<bool>>> act)
        where T : notnull
        => Assert.Null(await Site.DoAsync<T, Refusal?>(async rule => (await act(rule)).IsRefused(out var refusal) ? refusal : null));
}
