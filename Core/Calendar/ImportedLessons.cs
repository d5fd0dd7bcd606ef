using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>Lessons that an operator imported: an approver can agree afterwards, an editor can take one into a piece to change it.</summary>
public sealed class ImportedLessons(BotDb db, PieceRights rights, Pieces pieces, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "lesson.not-on-calendar", "No such imported lesson for this viewer.");
    public static readonly Refusal Changed = new(RefusalKind.Conflict, "lesson.changed", "It was replaced or approved meanwhile.");

    public async Task<Result<Lesson>> FindAsync(Viewer viewer, int lessonRowId, CancellationToken ct)
        => await rights.MaySeeLessonsAsync(viewer, ct) && await db.Lessons.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lessonRowId, ct) is { } lesson ? lesson : NotFound;

    /// <summary>The piece that stands for the lesson; null while none does.</summary>
    public async Task<int?> PieceOfAsync(int lessonRowId, CancellationToken ct)
        => await db.Pieces.Where(p => p.LessonId == lessonRowId).Select(p => (int?)p.Id).FirstOrDefaultAsync(ct);

    /// <summary>The second person agrees with exactly what an operator published alone.</summary>
    public async Task<Result<bool>> ApproveAsync(Viewer viewer, int lessonRowId, string hash, CancellationToken ct)
    {
        if (!await rights.MayDecideLessonsAsync(viewer, ct) || await db.Lessons.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lessonRowId, ct) is not { } lesson)
        {
            return NotFound;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Lessons.Where(l => l.Id == lessonRowId && l.ContentHash == hash && l.State == LessonState.Published && l.Unreviewed)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.Unreviewed, false), ct) == 0)
        {
            return Changed;
        }

        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = "lesson.approved", Subject = $"lesson:{lesson.Season}-{lesson.Period}" });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        pieces.Forget();
        return true;
    }

    /// <summary>Makes a piece of it as it is: published and, if nobody has agreed yet, still without a second person's consent until it is changed and approved.</summary>
    public async Task<Result<Piece>> TakeInAsync(Viewer viewer, int lessonRowId, CancellationToken ct)
    {
        if (await rights.LessonRootAsync(viewer, ct) is not { } root || await db.Lessons.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lessonRowId, ct) is not { } lesson)
        {
            return NotFound;
        }

        var text = PieceText.Of(lesson);
        var isPublished = lesson.State == LessonState.Published;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var piece = new Piece
        {
            Kind = PieceKind.Lesson,
            OrganisationId = root.Id,
            Title = text.Title,
            Version = 1,
            Hash = text.HashOf(PieceKind.Lesson, root.Id),
            State = isPublished ? PieceState.Approved : PieceState.Draft,
            GoesOutAt = text.GoesOutAt,
            ClosesAt = text.ClosesAt,
            OutVersion = isPublished ? 1 : null,
            OutAt = isPublished ? text.GoesOutAt : null,
            OutUntil = isPublished ? text.ClosesAt : null,
            LessonId = lesson.Id,
        };
        db.Add(piece);
        if (!await db.TrySaveNewAsync(ct))
        {
            return Changed; // somebody else took it in
        }

        db.Add(new PieceVersion { PieceId = piece.Id, Version = 1, By = viewer.Actor, At = clock.GetUtcNow(), Title = text.Title, Text = text.Write() });
        pieces.Note(viewer, "piece.taken-in", piece, 1);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return piece;
    }
}
