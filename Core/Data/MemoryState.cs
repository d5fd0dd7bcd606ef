using System.Collections.Concurrent;

namespace Bot.Core.Data;

/// <summary>
/// <see cref="ISharedState"/> of a single node. Bounded: at most <see cref="MaxEntries"/> entries; beyond that the oldest half is
/// dropped, because a flood must not cost memory.
/// </summary>
public sealed class MemoryState(TimeProvider clock) : ISharedState
{
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly Lock _sweep = new();
    private long _nextSweep;

    public Task<byte[]?> GetAsync(string key, CancellationToken ct) => Task.FromResult(Alive(key)?.Value);

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
    {
        _entries[key] = new Entry(value, Now + (long)lifetime.TotalMilliseconds);
        SweepIfDue();
        return Task.CompletedTask;
    }

    public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
    {
        var entry = new Entry(value, Now + (long)lifetime.TotalMilliseconds);
        while (true)
        {
            if (_entries.TryAdd(key, entry))
            {
                SweepIfDue();
                return Task.FromResult(true);
            }

            if (_entries.TryGetValue(key, out var held) && held.Until > Now)
            {
                return Task.FromResult(false);
            }

            if (held is not null && _entries.TryUpdate(key, entry, held))
            {
                return Task.FromResult(true);
            }
        }
    }

    public Task RemoveAsync(string key, CancellationToken ct)
    {
        _entries.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Entry? Alive(string key) => _entries.TryGetValue(key, out var entry) && entry.Until > Now ? entry : null;

    private void SweepIfDue()
    {
        if ((Now < Volatile.Read(ref _nextSweep) && _entries.Count <= MaxEntries) || !_sweep.TryEnter())
        {
            return;
        }

        try
        {
            var now = Now;
            foreach (var (key, entry) in _entries)
            {
                if (entry.Until <= now)
                {
                    _entries.TryRemove(key, out _);
                }
            }

            if (_entries.Count > MaxEntries)
            {
                foreach (var (key, _) in _entries.ToArray().OrderBy(e => e.Value.Until).Take(MaxEntries / 2))
                {
                    _entries.TryRemove(key, out _);
                }
            }

            Volatile.Write(ref _nextSweep, now + 30_000);
        }
        finally
        {
            _sweep.Exit();
        }
    }

    private sealed record Entry(byte[] Value, long Until);
}
