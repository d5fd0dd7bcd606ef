using StackExchange.Redis;

namespace Bot.Core.Data;

/// <summary><see cref="ISharedState"/> of several nodes. Every call ends after <see cref="Patience"/>: a frozen Redis must not freeze the chat.</summary>
public sealed class RedisState(ConnectionMultiplexer redis) : ISharedState
{
    private const string Prefix = "youthbot:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<byte[]?> GetAsync(string key, CancellationToken ct)
        => await redis.GetDatabase().StringGetAsync(Prefix + key).WaitAsync(Patience, ct);

    public async Task SetAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
        => await redis.GetDatabase().StringSetAsync(Prefix + key, value, lifetime).WaitAsync(Patience, ct);

    public async Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
        => await redis.GetDatabase().StringSetAsync(Prefix + key, value, lifetime, When.NotExists).WaitAsync(Patience, ct);

    public async Task RemoveAsync(string key, CancellationToken ct)
        => await redis.GetDatabase().KeyDeleteAsync(Prefix + key).WaitAsync(Patience, ct);
}
