namespace Bot.Tests.WeChat;

/// <summary>Stands still until it is set; timers ring at once, and are remembered.</summary>
internal sealed class FixedClock : TimeProvider
{
    /// <summary>How long those that ring really take.</summary>
    public TimeSpan RingAfter { get; set; } = TimeSpan.FromMilliseconds(1);

    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    public List<TimeSpan> Timers { get; } = [];

    public bool TimersRing { get; set; }

    /// <summary>Of those that ring: only shorter ones, so that pauses pass and time-outs do not come.</summary>
    public TimeSpan RingUnder { get; set; } = TimeSpan.MaxValue;

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (Timers)
        {
            Timers.Add(dueTime);
        }

        return base.CreateTimer(callback, state, TimersRing && dueTime < RingUnder ? RingAfter : Timeout.InfiniteTimeSpan, period);
    }
}
