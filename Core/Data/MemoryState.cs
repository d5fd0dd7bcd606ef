using System.Collections.Concurrent;

namespace Bot.Core.Data;

/// <summary>
/// <see cref="ISharedState"/> of a single node. Bounded, because a flood must not cost memory: what lives for a minute lies in
/// <see cref="BriefMemory"/>; of the rest there are at most <see cref="MaxEntries"/>, beyond that the oldest half is dropped.
/// </summary>
public sealed class MemoryState(TimeProvider clock) : ISharedState
{
    private const int MaxEntries = 50_000;

    private static readonly TimeSpan Brief = TimeSpan.FromMinutes(1);

    private readonly BriefMemory _brief = new();
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly Lock _sweep = new();
    private long _nextSweep;

    /// <summary>About how many entries there are, set right by each sweep: the dictionary's own count takes all its locks.</summary>
    private int _count;

    public Task<byte[]?> GetAsync(string key, CancellationToken ct) => Task.FromResult(_brief.Find(key, Now) ?? Alive(key)?.Value);

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
    {
        var until = Now + (long)lifetime.TotalMilliseconds;
        if (IsBrief(value, lifetime))
        {
            _brief.Set(key, value, until);
            return Task.CompletedTask;
        }

        var entry = new Entry(value, until);
        if (!TryAdd(key, entry))
        {
            _entries[key] = entry;
        }

        return Task.CompletedTask;
    }

    public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime, CancellationToken ct)
    {
        var until = Now + (long)lifetime.TotalMilliseconds;
        if (IsBrief(value, lifetime))
        {
            return Task.FromResult(_brief.TryAdd(key, value, until, Now));
        }

        var entry = new Entry(value, until);
        while (true)
        {
            if (TryAdd(key, entry))
            {
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
        if (!_brief.Remove(key) && _entries.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref _count);
        }

        return Task.CompletedTask;
    }

    /// <summary>A key is always set with the same lifetime, so that it lies in one place.</summary>
    private static bool IsBrief(byte[] value, TimeSpan lifetime) => lifetime <= Brief && value.Length <= BriefMemory.MaxLength;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Entry? Alive(string key) => _entries.TryGetValue(key, out var entry) && entry.Until > Now ? entry : null;

    private bool TryAdd(string key, Entry entry)
    {
        if (!_entries.TryAdd(key, entry))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        SweepIfDue();
        return true;
    }

    private void SweepIfDue()
    {
        if ((Now < Volatile.Read(ref _nextSweep) && Volatile.Read(ref _count) <= MaxEntries) || !_sweep.TryEnter())
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
                DropOldestHalf();
            }

            Volatile.Write(ref _count, _entries.Count);
            Volatile.Write(ref _nextSweep, now + 30_000);
        }
        finally
        {
            _sweep.Exit();
        }
    }

    /// <summary>By the median of a sample: sorting all of them would hold up the message that happens to come now.</summary>
    private void DropOldestHalf()
    {
        const int Sample = 201;
        var median = _entries.Take(Sample).Select(e => e.Value.Until).Order().ElementAt(Sample / 2);
        foreach (var (key, entry) in _entries)
        {
            if (entry.Until <= median)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    private sealed record Entry(byte[] Value, long Until);
}
