using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;

namespace Bot.Core.Calendar;

/// <summary>Pause weeks from the calendar: what everyone is told, so by editors and approvers of a root.</summary>
public sealed class CalendarPauses(BotDb db, PieceRights rights, LessonPlan plan, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "pause.not-found", "No such pause, or not for this viewer.");
    public static readonly Refusal BadDays = new(RefusalKind.Invalid, "pause.days", "From the first day to the last, at most 120 days, of the years 2000 to 2199.");
    public static readonly Refusal BadName = new(RefusalKind.Invalid, "pause.name", "One of the names that there are.");

    private const int MaxDays = 120;

    /// <param name="from">First day in China.</param>
    /// <param name="to">Last day in China.</param>
    public async Task<Result<bool>> AddAsync(Viewer viewer, DateOnly? from, DateOnly? to, string? name, CancellationToken ct)
    {
        var word = name?.Trim() ?? "";
        if (!await rights.MayPauseAsync(viewer, ct))
        {
            return NotFound;
        }

        if (from is not { } first || to is not { } last || last < first || last.DayNumber - first.DayNumber >= MaxDays || first.Year < 2000 || last.Year > 2199)
        {
            return BadDays;
        }

        if (!PauseWeek.Names.Contains(word))
        {
            return BadName;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await plan.PauseFromAsync(first, last, word, ct);
        await NoteAsync(viewer, "pause.added", first, last, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    public async Task<Result<bool>> EndAsync(Viewer viewer, DateOnly from, DateOnly to, CancellationToken ct)
    {
        if (!await rights.MayPauseAsync(viewer, ct))
        {
            return NotFound;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await plan.EndPauseAsync(from, to, ct))
        {
            return NotFound;
        }

        await NoteAsync(viewer, "pause.removed", from, to, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private Task NoteAsync(Viewer viewer, string action, DateOnly from, DateOnly to, CancellationToken ct)
    {
        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = action, Subject = FormattableString.Invariant($"from:{from:yyyy-MM-dd} to:{to:yyyy-MM-dd}") });
        return db.SaveChangesAsync(ct);
    }
}
