using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What one person has studied, for that person's eyes only.</summary>
public sealed class OwnRecords(BotDb db, LessonShelf shelf, TimeProvider clock)
{
    /// <summary>The season whose lesson opened last, newest period first.</summary>
    public async Task<OwnRecord> ReadAsync(int personId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var opened = (await shelf.AllAsync(ct)).Where(l => l.OpensAt <= now).ToList();
        var season = opened.MaxBy(l => l.OpensAt)?.Id.Season;
        var lessons = opened.Where(l => l.Id.Season == season).OrderByDescending(l => l.Id.Period).ToList();
        var ids = lessons.ConvertAll(l => l.RowId);
        var finished = await db.Completions.AsNoTracking()
            .Where(c => c.PersonId == personId && ids.Contains(c.LessonId) && c.Standing != Standing.Doubled)
            .ToDictionaryAsync(c => c.LessonId, ct);
        return new OwnRecord(season, [.. lessons.Select(l => new OwnPeriod(l, finished.GetValueOrDefault(l.RowId)))]);
    }

    /// <summary>The person's completion of one lesson; null while not finished.</summary>
    public Task<Completion?> FinishedAsync(PublishedLesson lesson, int personId, CancellationToken ct)
        => db.Completions.AsNoTracking().FirstOrDefaultAsync(c => c.LessonId == lesson.RowId && c.PersonId == personId, ct);
}

/// <param name="Season">Null before anything has been published.</param>
public sealed record OwnRecord(int? Season, IReadOnlyList<OwnPeriod> Periods);

/// <param name="Completion">Null while not finished.</param>
public sealed record OwnPeriod(PublishedLesson Lesson, Completion? Completion);
