using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Tests.Calendar;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>What becomes of a push whose audience changes before it goes out.</summary>
public sealed class ChangedAudienceTests : PushTest
{
    private static readonly (string, string) NotTheSecond = ("Audience.MoreExcept", "甲县/甲镇/二支部");

    protected override Task GivenAsync() => BindAsync((1, "一支部"), (6, "二支部"));

    /// <summary>Those who were to be left out would get it otherwise: they are in the first branch now.</summary>
    [Fact]
    public async Task With_an_organisation_that_has_been_merged_since_it_does_not_start_and_says_why()
    {
        var id = await PushAsync(NotTheSecond);
        await MergeAsync();
        Site.Clock.Now = Noon;

        await RoundsAsync();

        Assert.Null(await FindAsync(id));
        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        Assert.Contains("二支部”不在", page.QuerySelector("#hold")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_cannot_be_approved_either()
    {
        var id = await SubmittedAsync(NotTheSecond);
        var review = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review");
        await MergeAsync();

        await Newsroom.DecideAsync(Approver, id, review);

        Assert.Equal(PieceState.Submitted, await Site.InDb(db => db.Pieces.Where(p => p.Id == id).Select(p => p.State).SingleAsync()));
        await using var scope = Site.Services.CreateAsyncScope();
        var root = await Desk.OrganisationAsync(Site, Newsroom.Root);
        var piece = await Site.InDb(db => db.Pieces.AsNoTracking().SingleAsync(p => p.Id == id));
        var answer = await scope.ServiceProvider.GetRequiredService<PieceDecisions>()
            .ApproveAsync(new Core.Staff.Viewer("shen", "shen", [root], []) { DecideTops = [root] }, id, piece.Version, piece.Hash, again: true, default);
        Assert.True(answer.IsRefused(out var refusal));
        Assert.Equal(PushFaults.AudienceChanged, refusal);
    }

    [Fact]
    public async Task Nobody_to_send_it_to_is_a_reason_not_to_start()
    {
        var id = await PushAsync(("Audience.MorePlaces", "甲县/甲镇/二支部"), ("Audience.Duties", "书记"));
        await Site.InDb(db => db.Memberships.Where(m => m.Duty == Duty.Secretary).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, Site.Clock.GetUtcNow())));
        Site.Clock.Now = Noon;

        await RoundsAsync();

        Assert.Null(await FindAsync(id));
        Assert.Contains("现在没有这样的人", await Desk.TextAsync(Editor, $"/staff/calendar/pieces/{id}"), StringComparison.Ordinal);
    }

    private async Task MergeAsync()
    {
        await using var scope = Site.Services.CreateAsyncScope();
        var merged = await scope.ServiceProvider.GetRequiredService<Mergers>()
            .MergeAsync(await Site.OrganisationAsync("二支部"), await Site.OrganisationAsync("一支部"), new Reorganiser("operator", null), default);
        Assert.False(merged.IsRefused(out _));
    }
}
