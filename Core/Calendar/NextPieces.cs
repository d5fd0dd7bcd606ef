using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>What a new piece begins with, so that an editor types only what is new.</summary>
public sealed class NextPieces(BotDb db, TimeProvider clock)
{
    private const int DefaultSeconds = 180;

    /// <summary>Opens on the first Monday that has no lesson and no pause, 08:00; closes on Sunday 24:00; the next period of the newest season.</summary>
    public async Task<PieceText> LessonAsync(CancellationToken ct)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var monday = today.AddDays(7 - (((int)today.DayOfWeek + 6) % 7));
        var from = ChinaTime.StartOf(monday);
        var lessons = await db.Lessons.AsNoTracking().Where(l => l.ClosesAt > from).Select(l => new { From = l.OpensAt, To = l.ClosesAt }).ToListAsync(ct);
        var planned = await db.Pieces.AsNoTracking().Where(p => p.Kind == PieceKind.Lesson && p.ClosesAt > from && p.State != PieceState.Withdrawn)
            .Select(p => new { From = p.GoesOutAt, To = p.ClosesAt!.Value }).ToListAsync(ct);
        var pauses = await db.PauseWeeks.AsNoTracking().Where(p => p.To >= monday).ToListAsync(ct);
        while (pauses.Exists(p => p.From <= monday.AddDays(4) && p.To >= monday)
            || lessons.Concat(planned).Any(l => l.From < ChinaTime.StartOf(monday.AddDays(7)) && l.To > ChinaTime.StartOf(monday)))
        {
            monday = monday.AddDays(7);
        }

        var last = await db.Lessons.AsNoTracking().OrderByDescending(l => l.Season).ThenByDescending(l => l.Period).Select(l => new { l.Season, l.Period, l.MinSeconds }).FirstOrDefaultAsync(ct);
        var (season, period) = (last?.Season ?? 1, last?.Period ?? 0);
        foreach (var text in await PlannedAsync(ct))
        {
            if (text is { Season: { } s, Period: { } p } && (s, p).CompareTo((season, period)) > 0)
            {
                (season, period) = (s, p);
            }
        }

        return new PieceText("", "", ChinaTime.StartOf(monday).AddHours(8), ChinaTime.StartOf(monday.AddDays(7)))
        {
            Season = season,
            Period = period + 1,
            MinSeconds = last?.MinSeconds ?? DefaultSeconds,
        };
    }

    /// <summary>Tomorrow 08:00; a notice for a week, a push for three days, an article for good.</summary>
    public PieceText Other(PieceKind kind)
    {
        var tomorrow = ChinaTime.StartOf(ChinaTime.DateOf(clock.GetUtcNow()).AddDays(1)).AddHours(8);
        return new PieceText("", "", tomorrow, kind == PieceKind.Notice ? tomorrow.AddDays(7) : kind == PieceKind.Push ? tomorrow.AddDays(3) : null);
    }

    /// <summary>Lesson pieces that no row of lessons stands for yet.</summary>
    private async Task<IReadOnlyList<PieceText>> PlannedAsync(CancellationToken ct)
    {
        var texts = await db.Pieces.AsNoTracking().Where(p => p.Kind == PieceKind.Lesson && p.LessonId == null && p.State != PieceState.Withdrawn)
            .Join(db.PieceVersions, p => new { p.Id, p.Version }, v => new { Id = v.PieceId, v.Version }, (_, v) => v.Text).ToListAsync(ct);
        return texts.ConvertAll(PieceText.Read);
    }
}
