using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Core.Staff;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>What pushes do by themselves.</summary>
public sealed class PushStartTests : PushTest
{
    protected override Task GivenAsync() => BindAsync((1, "一支部"), (2, "一支部"));

    [Fact]
    public async Task It_starts_when_its_time_has_come_and_ends_when_nobody_is_left()
    {
        var id = await PushAsync();
        await RoundsAsync();
        Assert.Null(await FindAsync(id));

        Site.Clock.Now = Noon;
        await RoundsAsync();
        await RoundsAsync();

        var push = (await FindAsync(id))!;
        Assert.Equal((PushState.Running, "周末植树", Text, $"/y/pushes/{id}", false), (push.State, push.Title, push.Text, push.Page, push.ByMass));
        Assert.All(await Site.InDb(db => db.Outbox.AsNoTracking().ToListAsync()), m => Assert.Equal((OutboxState.Waiting, "push", push.Id, Noon.ToUniversalTime(), $"push:{push.Id}"), (m.State, m.Code, m.PushId, m.DueAt, m.MessageKey)));
        Assert.Equal("o-1 o-2", await RecipientsAsync(id));

        await SetAsync(OutboxState.Parked);
        await RoundsAsync();
        Assert.Equal(PushState.Running, (await FindAsync(id))!.State);
        await SetAsync(OutboxState.Sent);
        await RoundsAsync();
        Assert.Equal(PushState.Done, (await FindAsync(id))!.State);
    }

    [Fact]
    public async Task What_its_end_finds_unsent_is_not_sent_any_more()
    {
        var id = await StartedAsync();
        await Site.InDb(db => db.Outbox.Where(m => m.Id == db.Outbox.Min(o => o.Id)).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Parked)));

        Site.Clock.Now = Noon.AddDays(2);
        await RoundsAsync();

        Assert.Equal(PushState.Done, (await FindAsync(id))!.State);
        Assert.All(await Site.InDb(db => db.Outbox.AsNoTracking().ToListAsync()), m => Assert.Equal(OutboxState.Void, m.State));
    }

    [Fact]
    public async Task At_night_it_waits_for_the_morning()
    {
        var id = await PushAsync(("GoesOut", "2026-11-18T21:59"));
        Site.Clock.Now = Noon.AddHours(10);
        await RoundsAsync();
        Assert.Null(await FindAsync(id));
        Assert.Contains("现在是夜间", await Desk.TextAsync(Editor, $"/staff/calendar/pieces/{id}"), StringComparison.Ordinal);

        Site.Clock.Now = Noon.AddHours(20);
        await RoundsAsync();

        Assert.NotNull(await FindAsync(id));
    }

    [Fact]
    public async Task Whose_time_was_missed_by_a_day_is_not_sent_and_can_be_given_another()
    {
        var id = await PushAsync();
        Site.Clock.Now = Noon.AddDays(1);
        await RoundsAsync();

        Assert.Null(await FindAsync(id));
        var editor = Editor = await Newsroom.EditorAsync(Site, "bian2");
        Assert.Contains("错过了时间", await Desk.TextAsync(editor, $"/staff/calendar/pieces/{id}"), StringComparison.Ordinal);
        Assert.Contains("错过了时间", await Desk.TextAsync(editor, "/staff/calendar"), StringComparison.Ordinal);

        var saved = await Newsroom.PressAsync(editor, $"/staff/calendar/pieces/{id}", "submit", ("GoesOut", "2026-11-19T16:00"));
        Assert.EndsWith("?done=submitted", saved.Headers.Location?.ToString(), StringComparison.Ordinal);
        await Newsroom.ApprovedAsync(await Newsroom.ApproverAsync(Site, "shen2"), id);
        Site.Clock.Now = Noon.AddHours(28);
        await RoundsAsync();
        Assert.NotNull(await FindAsync(id));
    }

    [Fact]
    public async Task Of_twenty_nodes_one_starts_it()
    {
        var id = await PushAsync();
        Site.Clock.Now = Noon;

        var started = await RaceAsync([.. Enumerable.Repeat(id, 20)]);

        Assert.Equal(1, started);
        Assert.Equal(1, await Site.InDb(db => db.Pushes.CountAsync()));
    }

    [Fact]
    public async Task The_control_arm_that_looks_before_it_starts_starts_it_twenty_times()
    {
        var id = await PushAsync();

        var started = await LookingFirst.RaceAsync<int>(
            Site, async (db, _) => await db.Pushes.AnyAsync(p => p.PieceId == id) ? null : id, (db, _, piece) => db.Pieces.Where(p => p.Id == piece).ExecuteUpdateAsync(set => set.SetProperty(p => p.Title, "发了")));

        Assert.Equal(20, started);
    }

    [Fact]
    public async Task Of_twenty_mass_messages_at_once_as_many_start_as_the_month_has()
    {
        var pieces = await GivenPiecesAsync(20, isApproved: true);
        Site.Clock.Now = Noon;

        var started = await RaceAsync(pieces);

        Assert.Equal(2, started);
        Assert.Equal([(202611, 1), (202611, 2)], (await Site.InDb(db => db.PushSlots.AsNoTracking().OrderBy(s => s.Slot).ToListAsync())).Select(s => (s.Month, s.Slot)));
        await RoundsAsync();
        Assert.Equal(2, await Site.InDb(db => db.Pushes.CountAsync()));
    }

    [Fact]
    public async Task Of_twenty_approvals_at_once_as_many_are_planned_as_the_month_has()
    {
        var pieces = await GivenPiecesAsync(20, isApproved: false);
        var root = await Desk.OrganisationAsync(Site, Newsroom.Root);

        var approved = await Task.WhenAll(pieces.Select(piece => Task.Run(async () =>
        {
            await using var scope = Site.Services.CreateAsyncScope();
            var viewer = new Viewer("shen", "shen", [root], []) { DecideTops = [root] };
            return !(await scope.ServiceProvider.GetRequiredService<PieceDecisions>().ApproveAsync(viewer, piece, 1, "h", again: true, default)).IsRefused(out _);
        })));

        Assert.Equal(2, approved.Count(a => a));
    }

    [Fact]
    public async Task The_control_arm_that_counts_slots_first_takes_twenty()
    {
        var pieces = await GivenPiecesAsync(20, isApproved: true);

        var taken = await LookingFirst.RaceAsync<int>(
            Site, async (db, racer) => await db.PushSlots.CountAsync() < 2 ? racer : null, (db, racer, _) => db.Pieces.Where(p => p.Id == pieces[racer]).ExecuteUpdateAsync(set => set.SetProperty(p => p.Title, "发了")));

        Assert.Equal(20, taken);
    }

    [Fact]
    public async Task After_a_crash_between_two_chunks_the_rest_is_written_and_nobody_twice()
    {
        var id = await PushAsync();
        await GivenAccountsAsync(3 * PushFilling.Chunk);
        Site.Clock.Now = Noon;
        var rounds = Site.Services.GetRequiredService<PushRounds>();
        Assert.True(await rounds.RunAsync(default));
        var after = await Site.InDb(db => db.Outbox.CountAsync());
        Assert.Equal(PushState.Filling, (await FindAsync(id))!.State);

        await Site.RestartAsync();
        await Task.WhenAll(RoundsAsync(), RoundsAsync());
        await RoundsAsync();

        var all = await Site.InDb(db => db.Outbox.Select(m => m.AccountId).ToListAsync());
        Assert.InRange(after, 1, all.Count - 1);
        Assert.Equal(all.Distinct().Count(), all.Count);
        Assert.Equal((3 * PushFilling.Chunk) + 2, all.Count);
        Assert.Equal(PushState.Running, (await FindAsync(id))!.State);
    }

    [Fact]
    public async Task A_push_that_cannot_be_read_leaves_the_others_alone()
    {
        var broken = await StartedAsync(("Title", "坏的"));
        await Site.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE pushes SET version = 99, state = 0, filled_to = 0"));
        (Editor, Approver) = (await Newsroom.EditorAsync(Site, "bian2"), await Newsroom.ApproverAsync(Site, "shen2"));
        var other = await PushAsync();

        await RoundsAsync();

        Assert.Equal(PushState.Filling, (await FindAsync(broken))!.State);
        Assert.Equal((PushState.Running, "o-1 o-2"), ((await FindAsync(other))!.State, await RecipientsAsync(other)));
    }

    [Fact]
    public async Task What_turns_out_after_the_end_not_to_have_arrived_is_counted_as_that()
    {
        var id = await StartedAsync();
        await SetAsync(OutboxState.Sent, OutboxChannel.Notification);
        await RoundsAsync();
        await Site.InDb(db => db.Outbox.Where(m => m.Id == db.Outbox.Min(o => o.Id)).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Parked)));
        Site.Clock.Now = Noon.AddDays(32);

        await Site.Services.GetRequiredService<PushEnds>().ForgetAsync(default);

        var outcome = await Site.Services.GetRequiredService<PushFigures>().OfAsync((await FindAsync(id))!, default);
        Assert.Equal((1, 1, 0), (outcome.Notified, outcome.Missed, outcome.Parked));
    }

    [Fact]
    public async Task A_month_after_its_end_the_counts_stay_and_the_recipients_are_forgotten()
    {
        var id = await StartedAsync();
        await SetAsync(OutboxState.Sent, OutboxChannel.Notification);
        await RoundsAsync();
        Site.Clock.Now = Noon.AddDays(32);

        await Site.Services.GetRequiredService<PushEnds>().ForgetAsync(default);

        Assert.Equal(0, await Site.InDb(db => db.Outbox.CountAsync()));
        Assert.Equal(2, (await Site.Services.GetRequiredService<PushFigures>().OfAsync((await FindAsync(id))!, default)).Notified);
    }

    private async Task<int> RaceAsync(IReadOnlyList<int> pieces)
    {
        var started = await Task.WhenAll(pieces.Select(piece => Task.Run(async () =>
        {
            await using var scope = Site.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<PushStarts>().StartAsync(piece, default) is not null;
        })));
        return started.Count(s => s);
    }
}
