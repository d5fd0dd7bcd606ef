using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>The published lessons in memory. Looks for changes every two seconds, so a publication by another process shows by itself.</summary>
public sealed class LessonShelf(IDbContextFactory<BotDb> databases, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Shelf? _shelf;

    /// <summary>In order of season and period.</summary>
    public ValueTask<IReadOnlyList<PublishedLesson>> AllAsync(CancellationToken ct)
        => _shelf is { } shelf && clock.GetUtcNow() - shelf.At < FreshFor ? new(shelf.Lessons) : new(LoadAsync(ct));

    public async ValueTask<PublishedLesson?> FindAsync(LessonId id, CancellationToken ct)
    {
        foreach (var lesson in await AllAsync(ct))
        {
            if (lesson.Id == id)
            {
                return lesson;
            }
        }

        return null;
    }

    /// <summary>To be called after a publication in this process.</summary>
    public void Forget() => _shelf = null;

    public void Dispose() => _loading.Dispose();

    private async Task<IReadOnlyList<PublishedLesson>> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            var before = _shelf;
            if (before is not null && now - before.At < FreshFor)
            {
                return before.Lessons;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var lessons = await ReadAsync(db, before?.Lessons ?? [], ct);
            _shelf = new Shelf(now, lessons);
            return lessons;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Renders only what is new or changed.</summary>
    private static async Task<IReadOnlyList<PublishedLesson>> ReadAsync(BotDb db, IReadOnlyList<PublishedLesson> before, CancellationToken ct)
    {
        var heads = await db.Lessons.AsNoTracking().Where(l => l.State == LessonState.Published)
            .OrderBy(l => l.Season).ThenBy(l => l.Period)
            .Select(l => new { l.Id, l.ContentHash, l.Unreviewed }).ToListAsync(ct);
        var kept = heads.Select(h => before.FirstOrDefault(b => b.RowId == h.Id && b.ContentHash == h.ContentHash && b.Unreviewed == h.Unreviewed)).ToList();
        var missing = heads.Where((_, i) => kept[i] is null).Select(h => h.Id).ToList();
        var rows = missing.Count == 0 ? [] : await db.Lessons.AsNoTracking().Where(l => missing.Contains(l.Id)).ToDictionaryAsync(l => l.Id, ct);
        return [.. heads.Select((h, i) => kept[i] ?? (rows.TryGetValue(h.Id, out var row) ? new PublishedLesson(row) : null)).OfType<PublishedLesson>()];
    }

    private sealed record Shelf(DateTimeOffset At, IReadOnlyList<PublishedLesson> Lessons);
}
