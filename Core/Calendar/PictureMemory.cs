using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Bot.Core.Calendar;

/// <summary>
/// Pictures as they are given out, those last asked for in memory: a page that everybody opens on Monday morning reads each from the database
/// once a node. A picture never changes; one that was removed is forgotten within the hour.
/// </summary>
public sealed class PictureMemory(IDbContextFactory<BotDb> databases) : IDisposable
{
    private const long MaxBytes = 64L * 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly MemoryCache _held = new(new MemoryCacheOptions { SizeLimit = MaxBytes, CompactionPercentage = 0.2 });
    private readonly SemaphoreSlim _loading = new(1);

    /// <returns>Null when there is none of this name.</returns>
    public ValueTask<byte[]?> FindAsync(string name, CancellationToken ct) => _held.TryGetValue(name, out byte[]? bytes) ? new(bytes) : new(LoadAsync(name, ct));

    public void Dispose()
    {
        _held.Dispose();
        _loading.Dispose();
    }

    /// <summary>One at a time, so that a thousand who ask for the same read it once.</summary>
    private async Task<byte[]?> LoadAsync(string name, CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            if (_held.TryGetValue(name, out byte[]? held))
            {
                return held;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var bytes = await db.Pictures.AsNoTracking().Where(p => p.Name == name).Select(p => p.Bytes).FirstOrDefaultAsync(ct);
            return bytes is null ? null : _held.Set(name, bytes, new MemoryCacheEntryOptions { Size = bytes.Length, AbsoluteExpirationRelativeToNow = KeptFor });
        }
        finally
        {
            _loading.Release();
        }
    }
}
