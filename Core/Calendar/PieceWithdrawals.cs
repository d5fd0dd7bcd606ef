using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>Pieces taken back before they are over.</summary>
public sealed class PieceWithdrawals(BotDb db, PieceRights rights, Pieces pieces, LessonPlan plan, TimeProvider clock)
{
    public static readonly Refusal LessonOut = new(RefusalKind.Conflict, "piece.lesson-out", "A lesson that has opened stays.");

    /// <summary>Takes a piece back, also one that is out, by an editor or an approver alone; a lesson that has opened stays.</summary>
    public async Task<Result<bool>> WithdrawAsync(Viewer viewer, int id, int seen, CancellationToken ct)
    {
        var piece = await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (piece is null || !(await rights.MayWriteAsync(viewer, piece.Kind, piece.OrganisationId, ct) || await rights.MayDecideAsync(viewer, piece.Kind, piece.OrganisationId, ct)))
        {
            return Pieces.NotFound;
        }

        var now = clock.GetUtcNow();
        if (piece.Kind == PieceKind.Lesson && piece.OutAt <= now)
        {
            return LessonOut;
        }

        if (piece.IsClosedAt(now))
        {
            return Pieces.Closed;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var changed = await db.Pieces.Where(p => p.Id == id && p.Version == seen && p.State != PieceState.Withdrawn && p.OutVersion == piece.OutVersion).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.State, PieceState.Withdrawn)
                .SetProperty(p => p.OutVersion, (int?)null).SetProperty(p => p.OutAt, (DateTimeOffset?)null).SetProperty(p => p.OutUntil, (DateTimeOffset?)null), ct);
        if (changed == 0)
        {
            return Pieces.Changed;
        }

        if (piece.LessonId is { } lesson && !await plan.UnpublishAsync(lesson, ct))
        {
            return Pieces.LessonOpened;
        }

        if (await pieces.IsPushedAsync(piece, ct))
        {
            return Pieces.PushStarted;
        }

        pieces.Note(viewer, "piece.withdrawn", piece, seen);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        pieces.Forget();
        return true;
    }
}
