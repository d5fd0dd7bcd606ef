using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <param name="Faults">What has to be mended first.</param>
/// <param name="Twin">What has to be confirmed first. Without either it is submitted.</param>
public sealed record Submission(IReadOnlyList<PieceFault> Faults, PushTwin? Twin = null);

/// <summary>Drafts without a fault are laid before the second person.</summary>
public sealed class PieceSubmissions(BotDb db, Pieces pieces, LessonPlan plan, PushFaults pushFaults, PushTwins twins, TimeProvider clock)
{
    public static readonly Refusal NotDraft = new(RefusalKind.Conflict, "piece.not-draft", "Only a draft is submitted.");

    /// <summary>Asks for the second person.</summary>
    /// <param name="again">A push that equals another of these days is meant to go out all the same.</param>
    public async Task<Result<Submission>> SubmitAsync(Viewer viewer, int id, int seen, bool again, CancellationToken ct)
    {
        if (await pieces.WritableAsync(viewer, id, ct) is not { } piece)
        {
            return Pieces.NotFound;
        }

        if (piece.Version != seen)
        {
            return Pieces.Changed;
        }

        if (piece.State != PieceState.Draft)
        {
            return NotDraft;
        }

        var faults = await FaultsAsync(piece, ct);
        if (faults.Count > 0)
        {
            return new Submission(faults);
        }

        if (!again && await TwinAsync(viewer, piece, ct) is { } twin)
        {
            return new Submission([], twin);
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var changed = await db.Pieces.Where(p => p.Id == id && p.Version == seen && p.State == PieceState.Draft).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.State, PieceState.Submitted).SetProperty(p => p.SubmittedBy, viewer.Actor).SetProperty(p => p.SubmittedAt, now).SetProperty(p => p.Reason, (string?)null), ct);
        if (changed == 0)
        {
            return Pieces.Changed;
        }

        pieces.Note(viewer, "piece.submitted", piece, seen);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new Submission([]);
    }

    /// <summary>Another push that the newest version equals; null for none.</summary>
    public async Task<PushTwin?> TwinAsync(Viewer viewer, Piece piece, CancellationToken ct)
        => piece.Kind != PieceKind.Push ? null : await twins.FindAsync(viewer, piece, await TextAsync(piece, ct), ct);

    /// <summary>What keeps the newest version from going out.</summary>
    public async Task<IReadOnlyList<PieceFault>> FaultsAsync(Piece piece, CancellationToken ct)
    {
        var text = await TextAsync(piece, ct);
        var imported = await db.Lessons.Where(l => l.Id == piece.LessonId).Select(l => l.Cover).FirstOrDefaultAsync(ct);
        var faults = PieceCheck.Faults(piece.Kind, text, imported).ToList();
        if (text.ClosesAt <= clock.GetUtcNow() && text.ClosesAt > text.GoesOutAt)
        {
            faults.Add(new PieceFault("closes", null, null, "这个时间已经过去了。"));
        }

        if (piece.Kind == PieceKind.Lesson && await plan.IsTakenAsync(text.Season, text.Period, piece.LessonId, ct))
        {
            faults.Add(new PieceFault("period", null, null, "这一季已经有这一期了，请换一个期数。"));
        }

        if (piece.Kind == PieceKind.Push)
        {
            faults.AddRange(await pushFaults.OfAsync(piece, text, ct));
            return faults;
        }

        var names = PieceCheck.PictureNames(piece.Kind, text);
        var known = await db.Pictures.Where(p => names.Contains(p.Name)).Select(p => p.Name).ToListAsync(ct);
        faults.AddRange(names.Except(known).Select(name => new PieceFault("body", null, null, $"没有这张图片：{name}。请重新上传。")));
        return faults;
    }

    private async Task<PieceText> TextAsync(Piece piece, CancellationToken ct)
        => (await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == piece.Id && v.Version == piece.Version, ct)).Read();
}
