using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What one person has studied, for that person.</summary>
/// <param name="Count">Lessons of the newest season that the person has studied anything of.</param>
/// <param name="Latest">Newest first, at most five.</param>
public sealed record StudyRecord(int Season, int Count, IReadOnlyList<StudiedLesson> Latest);

public sealed record StudiedLesson(LessonId Id, string Title, DateTimeOffset At, bool Late);

public sealed class StudyRecords(BotDb db)
{
    private const int Shown = 5;

    /// <returns>Null when nothing has been studied.</returns>
    public async Task<StudyRecord?> FindAsync(int personId, CancellationToken ct)
    {
        var studied =
            from completion in db.Completions.AsNoTracking()
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            where completion.PersonId == personId
            select new { lesson.Season, lesson.Period, lesson.Title, completion.At, completion.Late };
        var latest = await studied.OrderByDescending(s => s.Season).ThenByDescending(s => s.Period).Take(Shown).ToListAsync(ct);
        if (latest.Count == 0)
        {
            return null;
        }

        var season = latest[0].Season;
        var count = await studied.CountAsync(s => s.Season == season, ct);
        return new StudyRecord(season, count, [.. latest.Select(s => new StudiedLesson(new LessonId(s.Season, s.Period), s.Title, s.At, s.Late))]);
    }
}
