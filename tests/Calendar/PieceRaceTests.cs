using Bot.Core.Calendar;
using Bot.Core.Staff;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Calendar;

public sealed class PieceRaceTests
{
    [Fact]
    public async Task Of_twenty_approvers_at_once_exactly_one_approves()
    {
        await using var bot = await StartAsync();
        var (id, hash) = await SubmittedAsync(bot);

        var approved = await RaceAsync(bot, (scope, viewer) => Yes(scope.GetRequiredService<PieceDecisions>().ApproveAsync(viewer, id, 1, hash, false, default)));

        Assert.Equal(1, approved);
        Assert.Equal(1, await bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "piece.approved")));
        Assert.Equal(1, await bot.InDb(db => db.Lessons.CountAsync()));
    }

    /// <summary>Without the state, version and hash in the statement, all of them would.</summary>
    [Fact]
    public async Task The_control_arm_without_the_guard_lets_more_than_one_through()
    {
        await using var bot = await StartAsync();
        var (id, _) = await SubmittedAsync(bot);

        var approved = await RaceAsync(bot, async (scope, viewer) =>
        {
            var db = scope.GetRequiredService<Bot.Core.Data.BotDb>();
            return await db.Pieces.Where(p => p.Id == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PieceState.Approved).SetProperty(p => p.DecidedBy, viewer.Actor)) == 1;
        });

        Assert.Equal(20, approved);
    }

    [Fact]
    public async Task Of_twenty_who_save_over_the_same_version_exactly_one_does()
    {
        await using var bot = await StartAsync();
        var (id, _) = await SubmittedAsync(bot);
        var text = await bot.InDb(async db => (await db.PieceVersions.SingleAsync()).Read());

        var saved = await RaceAsync(bot, (scope, viewer) => Yes(scope.GetRequiredService<Pieces>().SaveAsync(viewer, id, 1, text with { Title = "标题" + viewer.Actor }, default)));

        Assert.Equal(1, saved);
        Assert.Equal(2, await bot.InDb(db => db.PieceVersions.CountAsync()));
    }

    [Fact]
    public async Task An_approval_and_an_edit_at_once_never_publish_what_nobody_saw()
    {
        await using var bot = await StartAsync();
        var (id, hash) = await SubmittedAsync(bot);
        var text = await bot.InDb(async db => (await db.PieceVersions.SingleAsync()).Read());

        await RaceAsync(bot, (scope, viewer) => viewer.Actor.EndsWith('1')
            ? Yes(scope.GetRequiredService<Pieces>().SaveAsync(viewer, id, 1, text with { Title = "没人看过" }, default))
            : Yes(scope.GetRequiredService<PieceDecisions>().ApproveAsync(viewer, id, 1, hash, false, default)));

        Assert.False(await bot.InDb(db => db.Lessons.AnyAsync(l => l.Title == "没人看过")));
        var piece = await bot.InDb(db => db.Pieces.SingleAsync());
        Assert.Equal(piece.State == PieceState.Approved, await bot.InDb(db => db.Lessons.AnyAsync(l => l.State == Bot.Core.Lessons.LessonState.Published)));
        Assert.Equal(piece.OutVersion is not null, piece.State == PieceState.Approved);
    }

    private static Task<BotUnderTest> StartAsync() => Desk.StartAsync();

    private static async Task<(int Id, string Hash)> SubmittedAsync(BotUnderTest bot)
    {
        var id = await Newsroom.LessonAsync(await Newsroom.EditorAsync(bot));
        return (id, await bot.InDb(db => db.Pieces.Where(p => p.Id == id).Select(p => p.Hash).SingleAsync()));
    }

    private static async Task<int> RaceAsync(BotUnderTest bot, Func<IServiceProvider, Viewer, Task<bool>> act)
    {
        var root = await Desk.OrganisationAsync(bot, Newsroom.Root);
        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            await using var scope = bot.Services.CreateAsyncScope();
            return await act(scope.ServiceProvider, new Viewer($"racer{i}", $"racer{i}", [root], []) { WriteTops = [root], DecideTops = [root], CalendarTops = [root] });
        })));
        return won.Count(w => w);
    }

    private static async Task<bool> Yes<T>(Task<Bot.Core.Result<T>> asked) => !(await asked).IsRefused(out _);
}
