namespace Bot.Core.Data;

/// <summary>
/// Small values that all nodes share for a while: retry guard, dialogues, API tokens. In process, or in Redis. Losing it is a
/// nuisance, never a fault: what must last is in the database.
/// </summary>
public interface ISharedState
{
    /// <returns>Null when it is not there or has run out.</returns>
    Task<byte[]?> GetAsync(string key, CancellationToken ct);

    Task SetAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Sets it if nobody has. One of many racers gets true.</summary>
    Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct);

    Task RemoveAsync(string key, CancellationToken ct);
}
