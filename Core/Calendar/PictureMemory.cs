using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Bot.Core.Calendar;

/// <summary>
/// Pictures as they are given out, those last asked for in memory: a page that everybody opens on Monday morning reads each from the database
/// once a node. A picture never changes; one that was removed is forgotten within the hour. Which names there are is known, too: made-up ones, however
/// many, cost the database one look a second.
/// </summary>
public sealed class PictureMemory(IDbContextFactory<BotDb> databases, TimeProvider clock) : IDisposable
{
    private const long MaxBytes = 64L * 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan NamesFreshFor = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _held = new(new MemoryCacheOptions { SizeLimit = MaxBytes, CompactionPercentage = 0.2 });
    private readonly SemaphoreSlim _loading = new(1);

    private int _added;
    private volatile KnownNames _names = new(new HashSet<string>(), DateTimeOffset.MinValue);

    /// <returns>Null when there is none of this name.</returns>
    public ValueTask<byte[]?> FindAsync(string name, CancellationToken ct) => _held.TryGetValue(name, out byte[]? bytes) ? new(bytes) : new(LoadAsync(name, ct));

    /// <summary>A new picture is there at once on the node that took it.</summary>
    public void Added()
    {
        Interlocked.Increment(ref _added);
        _names = _names with { At = DateTimeOffset.MinValue };
    }

    public void Dispose()
    {
        _held.Dispose();
        _loading.Dispose();
    }

    /// <summary>One at a time, so that a thousand who ask for the same read it once.</summary>
    private async Task<byte[]?> LoadAsync(string name, CancellationToken ct)
    {
        if (!_names.All.Contains(name) && IsFresh(_names))
        {
            return null;
        }

        await _loading.WaitAsync(ct);
        try
        {
            if (_held.TryGetValue(name, out byte[]? held))
            {
                return held;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            if (!_names.All.Contains(name) && !IsFresh(_names))
            {
                var (before, now) = (Volatile.Read(ref _added), clock.GetUtcNow());
                var all = await db.Pictures.Select(p => p.Name).ToHashSetAsync(ct);
                _names = new KnownNames(all, before == Volatile.Read(ref _added) ? now : DateTimeOffset.MinValue);
            }

            if (!_names.All.Contains(name))
            {
                return null;
            }

            var bytes = await db.Pictures.AsNoTracking().Where(p => p.Name == name).Select(p => p.Bytes).FirstOrDefaultAsync(ct);
            return bytes is null ? null : _held.Set(name, bytes, new MemoryCacheEntryOptions { Size = bytes.Length, AbsoluteExpirationRelativeToNow = KeptFor });
        }
        finally
        {
            _loading.Release();
        }
    }

    private bool IsFresh(KnownNames names) => clock.GetUtcNow() - names.At is var age && age >= TimeSpan.Zero && age < NamesFreshFor;

    private sealed record KnownNames(IReadOnlySet<string> All, DateTimeOffset At);
}
