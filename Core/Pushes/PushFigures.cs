using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>How many recipients of a push stand where.</summary>
/// <param name="Channel">The last way that was tried; null while none was.</param>
/// <param name="ErrCode">WeChat's last word about them, if any.</param>
public sealed record PushFigure(OutboxState State, OutboxChannel? Channel, int? ErrCode, int Count);

/// <param name="At">When it was counted.</param>
public sealed record PushOutcome(DateTimeOffset At, IReadOnlyList<PushFigure> Figures)
{
    public int Total => Figures.Sum(f => f.Count);

    public int Notified => Sum(f => f is { State: OutboxState.Sent, Channel: not OutboxChannel.Mass });

    public int ByMass => Sum(f => f is { State: OutboxState.Sent, Channel: OutboxChannel.Mass });

    public int Told => Sum(f => f.State == OutboxState.Told);

    public int Parked => Sum(f => f.State == OutboxState.Parked);

    public int Unknown => Sum(f => f.State == OutboxState.Unknown);

    /// <summary>Not sent: refused, too late, or not wanted any more.</summary>
    public int Missed => Sum(f => f.State is OutboxState.Refused or OutboxState.Void);

    /// <summary>To be sent yet.</summary>
    public int Waiting => Sum(f => f.State is OutboxState.Waiting or OutboxState.Sending);

    /// <summary>Reached the person, as far as WeChat says.</summary>
    public int Reached => Notified + ByMass + Told;

    /// <summary>Too few for a count that tells about nobody; what becomes of them is theirs.</summary>
    public bool IsHidden => Total is > 0 and < HiddenFigures.SmallestShown;

    private int Sum(Func<PushFigure, bool> which) => Figures.Where(which).Sum(f => f.Count);
}

/// <summary>What became of the recipients of a push; who got what is nobody's to see. Counting a million takes a while, so it is remembered the longer the more it took.</summary>
public sealed class PushFigures(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    private const int MostKept = 200;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, (PushOutcome Outcome, TimeSpan Took)> _known = new();

    public async Task<PushOutcome> OfAsync(Push push, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (push.Figures is { } kept)
        {
            return new PushOutcome(push.EndedAt ?? now, JsonSerializer.Deserialize<List<PushFigure>>(kept)!);
        }

        if (_known.TryGetValue(push.Id, out var known) && now >= known.Outcome.At && (now - known.Outcome.At < FreshFor + (known.Took * 20) || known.Outcome.At > push.EndedAt?.AddMinutes(1)))
        {
            return known.Outcome;
        }

        var begun = Stopwatch.GetTimestamp();
        await using var db = await databases.CreateDbContextAsync(ct);
        var outcome = new PushOutcome(now, await CountAsync(db, push.Id, ct));
        if (_known.Count >= MostKept)
        {
            _known.Clear();
        }

        _known[push.Id] = (outcome, Stopwatch.GetElapsedTime(begun));
        return outcome;
    }

    internal static Task<List<PushFigure>> CountAsync(BotDb db, int pushId, CancellationToken ct)
        => db.Outbox.Where(m => m.PushId == pushId).GroupBy(m => new { m.State, m.Channel, m.ErrCode }).Select(g => new PushFigure(g.Key.State, g.Key.Channel, g.Key.ErrCode, g.Count())).ToListAsync(ct);
}
