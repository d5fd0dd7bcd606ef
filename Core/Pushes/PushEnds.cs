using System.Text.Json;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Ends pushes, and forgets their recipients a month later.</summary>
public sealed class PushEnds(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    private const int Chunk = 5000;

    /// <summary>Others may write meanwhile.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(8);

    /// <summary>As long as a month can be: what somebody had by mass message in a month is counted from these rows.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(31);
    private static readonly OutboxState[] Untold = [OutboxState.Waiting, OutboxState.Parked];

    /// <summary>Ends those of which nobody is left, in one statement: between two a recipient may go from one open state to another, unseen by both.</summary>
    public async Task EndAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await EndAsync(db, db.Pushes.Where(p => p.State == PushState.Running), ct);
    }

    /// <summary>Its time is over: who has not got it by then does not get it any more.</summary>
    public async Task CloseAsync(int pushId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        await VoidAsync(db, pushId, now, ct);
        await EndAsync(db, db.Pushes.Where(p => p.Id == pushId && p.State != PushState.Done && p.EndsAt <= now), ct);
    }

    private Task EndAsync(BotDb db, IQueryable<Push> pushes, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return pushes.Where(p => !db.Outbox.Any(m => m.PushId == p.Id && (m.State == OutboxState.Waiting || m.State == OutboxState.Sending || m.State == OutboxState.Parked)))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PushState.Done).SetProperty(p => p.EndedAt, now), ct);
    }

    /// <summary>The counts stay, the rows go.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var before = clock.GetUtcNow() - KeptFor;
        foreach (var id in await db.Pushes.Where(p => p.State == PushState.Done && p.EndedAt < before && p.Figures == null).Select(p => p.Id).ToListAsync(ct))
        {
            await VoidAsync(db, id, clock.GetUtcNow(), ct); // WeChat's word that it did not arrive may have come after the end
            var figures = JsonSerializer.Serialize(await PushFigures.CountAsync(db, id, ct));
            await db.Pushes.Where(p => p.Id == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Figures, figures), ct);
        }

        // Also after a crash between the two.
        foreach (var id in await db.Pushes.Where(p => p.Figures != null && db.Outbox.Any(m => m.PushId == p.Id)).Select(p => p.Id).ToListAsync(ct))
        {
            while (await db.Outbox.Where(m => db.Outbox.Where(r => r.PushId == id).OrderBy(r => r.State).ThenBy(r => r.Id).Take(Chunk).Select(r => r.Id).Contains(m.Id)).ExecuteDeleteAsync(ct) > 0)
            {
                await Task.Delay(Between, clock, ct);
            }
        }
    }

    private async Task VoidAsync(BotDb db, int pushId, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var state in Untold)
        {
            while (await db.Outbox.Where(m => m.State == state && db.Outbox.Where(r => r.PushId == pushId && r.State == state).OrderBy(r => r.Id).Take(Chunk).Select(r => r.Id).Contains(m.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Void).SetProperty(m => m.EndedAt, now), ct) > 0)
            {
                await Task.Delay(Between, clock, ct);
            }
        }
    }
}
