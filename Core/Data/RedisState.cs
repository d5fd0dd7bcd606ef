using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Bot.Core.Data;

/// <summary>
/// <see cref="ISharedState"/> of several nodes. While Redis is away, or does not answer within <see cref="Patience"/>, each node keeps
/// its own in memory and looks again every <see cref="Pause"/>: a repeat that reaches another node is answered afresh, a dialogue may
/// have to begin anew; what is stored is guarded by unique indexes either way.
/// </summary>
public sealed partial class RedisState(ConnectionMultiplexer redis, MemoryState meanwhile, TimeProvider clock, ILogger<RedisState> logger) : ISharedState, IDisposable
{
    private const string Prefix = "youthbot:";

    /// <summary>A chat message makes some five calls in its four seconds, and only the first one waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Timestamp until which Redis is not asked; 0 while all is well.</summary>
    private long _awayUntil;

    /// <summary>The last call found Redis away.</summary>
    public bool IsAway => Interlocked.Read(ref _awayUntil) != 0;

    public Task<byte[]?> GetAsync(string key, CancellationToken ct)
        => AskAsync(async db => (byte[]?)await db.StringGetAsync(Prefix + key), () => meanwhile.GetAsync(key, ct), ct);

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
        => AskAsync(db => db.StringSetAsync(Prefix + key, value, lifetime), () => SetMeanwhileAsync(key, value, lifetime, ct), ct);

    public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
        => AskAsync(db => db.StringSetAsync(Prefix + key, value, lifetime, When.NotExists), () => meanwhile.AddAsync(key, value, lifetime, ct), ct);

    public async Task RemoveAsync(string key, CancellationToken ct)
    {
        await meanwhile.RemoveAsync(key, ct);
        await AskAsync(db => db.KeyDeleteAsync(Prefix + key), () => Task.FromResult(true), ct);
    }

    public void Dispose() => redis.Dispose();

    private async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, Func<Task<T>> otherwise, CancellationToken ct)
    {
        var awayUntil = Interlocked.Read(ref _awayUntil);
        if (awayUntil != 0 && clock.GetTimestamp() < awayUntil)
        {
            return await otherwise();
        }

        try
        {
            var answer = await ask(redis.GetDatabase()).WaitAsync(Patience, ct);
            if (awayUntil != 0 && Interlocked.CompareExchange(ref _awayUntil, 0, awayUntil) == awayUntil)
            {
                LogBack(logger);
            }

            return answer;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            var until = clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency);
            if (Interlocked.Exchange(ref _awayUntil, until) == 0)
            {
                LogAway(logger, fault.GetType().Name);
            }

            return await otherwise();
        }
    }

    private async Task<bool> SetMeanwhileAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
    {
        await meanwhile.SetAsync(key, value, lifetime, ct);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "Redis does not answer ({Fault}); this node keeps dialogues and repeats in its own memory until it does.")]
    private static partial void LogAway(ILogger logger, string fault);

    [LoggerMessage(LogLevel.Information, "Redis answers again.")]
    private static partial void LogBack(ILogger logger);
}
