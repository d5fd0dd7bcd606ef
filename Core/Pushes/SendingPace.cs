using System.Threading.RateLimiting;

namespace Bot.Core.Pushes;

/// <summary>How fast this node sends: <see cref="PushesOptions.PerSecond"/>, whatever is sent.</summary>
public sealed class SendingPace(PushesOptions options) : IDisposable
{
    private const int MostRefillsPerSecond = 100;

    /// <summary>A twentieth of a second may be caught up: a timer comes late now and then.</summary>
    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, options.PerSecond / 20),
        TokensPerPeriod = PerRefill(options.PerSecond),
        ReplenishmentPeriod = TimeSpan.FromSeconds((double)PerRefill(options.PerSecond) / options.PerSecond),
        QueueLimit = int.MaxValue,
        AutoReplenishment = true,
    });

    /// <summary>Returns when the next message may go out.</summary>
    public async ValueTask WaitAsync(CancellationToken ct)
    {
        using var lease = await _limiter.AcquireAsync(1, ct);
    }

    public void Dispose() => _limiter.Dispose();

    private static int PerRefill(int perSecond) => Math.Max(1, perSecond / MostRefillsPerSecond);
}
