namespace Bot.Tests.WeChat;

/// <summary>Stands still until it is set; timers ring at once, and are remembered.</summary>
internal sealed class FixedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    public List<TimeSpan> Timers { get; } = [];

    public bool TimersRing { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timers.Add(dueTime);
        return base.CreateTimer(callback, state, TimersRing ? TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, period);
    }
}
