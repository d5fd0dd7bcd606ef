using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>What an approver sees before deciding.</summary>
/// <param name="Before">The version that two people published last; null for the first, and where an operator has published alone since.</param>
/// <param name="IsOwnWork">The viewer may not decide about it.</param>
/// <param name="IsInvited">Nor where it is the work of an account that the viewer's own was invited by, or has invited.</param>
/// <param name="Twin">A push that says the same to the same people within a day: approving takes one more tick.</param>
public sealed record Review(Piece Piece, PieceVersion Version, PieceVersion? Before, bool IsOwnWork, bool IsInvited, Reach Reach, PushTwin? Twin);

/// <summary>What an approver does. Two people, see <see cref="PieceAuthors"/>, and what is decided is exactly what was seen.</summary>
public sealed class PieceDecisions(BotDb db, PieceRights rights, Pieces pieces, PieceReach reach, LessonPlan plan, PushApproval pushes, TimeProvider clock)
{
    public static readonly Refusal OwnWork = new(RefusalKind.Forbidden, "piece.own-work", "Whoever wrote or submitted a version does not decide about it.");
    public static readonly Refusal Invited = new(RefusalKind.Forbidden, "piece.invited", "One of the two accounts has invited or renewed the other: that may be one person.");
    public static readonly Refusal TooLate = new(RefusalKind.Conflict, "piece.too-late", "Its time is over.");
    public static readonly Refusal NoReason = new(RefusalKind.Invalid, "piece.no-reason", "A reason of 2 to 500 characters is needed.");

    public const int MaxReason = 500;
    private const int MinReason = 2;

    public async Task<Result<Review>> ReviewAsync(Viewer viewer, int id, CancellationToken ct)
    {
        if (await FindAsync(viewer, id, ct) is not { } piece)
        {
            return Pieces.NotFound;
        }

        var version = await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == id && v.Version == piece.Version, ct);
        var no = await OneHandAsync(viewer, id, ct);
        return new Review(piece, version, await BeforeAsync(piece, ct), no == OwnWork, no == Invited, await reach.OfAsync(piece.OrganisationId, ct), await pushes.TwinAsync(viewer, piece, version.Read(), ct));
    }

    /// <param name="seen">The version that the approver has read.</param>
    /// <param name="hash">Of exactly what the approver has read.</param>
    /// <param name="again">A push that equals another of these days is meant to go out all the same.</param>
    public async Task<Result<bool>> ApproveAsync(Viewer viewer, int id, int seen, string hash, bool again, CancellationToken ct)
    {
        if (await FindAsync(viewer, id, ct) is not { } piece)
        {
            return Pieces.NotFound;
        }

        var now = clock.GetUtcNow();
        var (me, kind) = (viewer.Actor, piece.Kind);
        if (await OneHandAsync(viewer, id, ct) is { } same)
        {
            return same;
        }

        if (piece.ClosesAt <= now || piece.IsClosedAt(now))
        {
            return kind == PieceKind.Lesson ? LessonPlan.Closed : TooLate;
        }

        if (kind == PieceKind.Push && await pushes.AudienceRefusalAsync(piece, seen, ct) is { } changedAudience)
        {
            return changedAudience;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var mine = await OneHand.LoginsAsync(db, viewer, ct);
        if (kind == PieceKind.Push)
        {
            // One after the other: two approvals at once would both see the last slot. Before the piece, as merges lock.
            await OpenOrganisations.HoldAloneAsync(db, piece.OrganisationId, ct);
        }

        var changed = await db.Pieces
            .Where(p => p.Id == id && p.Version == seen && p.Hash == hash && p.State == PieceState.Submitted).NotBy(db, mine)
            .ExecuteUpdateAsync(
                set => set.SetProperty(p => p.State, PieceState.Approved).SetProperty(p => p.DecidedBy, me).SetProperty(p => p.DecidedAt, now)
                    .SetProperty(p => p.OutVersion, p => p.Version).SetProperty(p => p.OutAt, p => p.GoesOutAt).SetProperty(p => p.OutUntil, p => p.ClosesAt),
                ct);
        if (changed == 0)
        {
            return Pieces.Changed;
        }

        if (kind == PieceKind.Lesson && await PublishAsync(piece, seen, ct) is { } refusal)
        {
            return refusal;
        }

        if (kind == PieceKind.Push && await pushes.RefusalAsync(viewer, piece, seen, again, ct) is { } no)
        {
            return no; // the transaction rolls back on dispose
        }

        pieces.Note(viewer, "piece.approved", piece, seen);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        pieces.Forget();
        return true;
    }

    /// <summary>Back to a draft, with what has to change.</summary>
    public async Task<Result<bool>> DeclineAsync(Viewer viewer, int id, int seen, string? reason, CancellationToken ct)
    {
        var why = PieceText.Trim(reason) ?? "";
        if (await FindAsync(viewer, id, ct) is not { } piece)
        {
            return Pieces.NotFound;
        }

        if (why.Length is < MinReason or > MaxReason)
        {
            return NoReason;
        }

        var (me, now) = (viewer.Actor, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var changed = await db.Pieces.Where(p => p.Id == id && p.Version == seen && p.State == PieceState.Submitted).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.State, PieceState.Draft).SetProperty(p => p.DecidedBy, me).SetProperty(p => p.DecidedAt, now).SetProperty(p => p.Reason, why), ct);
        if (changed == 0)
        {
            return Pieces.Changed;
        }

        pieces.Note(viewer, "piece.declined", piece, seen, why);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<Piece?> FindAsync(Viewer viewer, int id, CancellationToken ct)
        => await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is { } piece && await rights.MayDecideAsync(viewer, piece.Kind, piece.OrganisationId, ct) ? piece : null;

    /// <returns>Null where the viewer is another person than those who wrote it, as far as accounts can tell.</returns>
    private async Task<Refusal?> OneHandAsync(Viewer viewer, int id, CancellationToken ct)
    {
        var piece = db.Pieces.Where(p => p.Id == id);
        return !await piece.NotBy(db, [viewer.Actor]).AnyAsync(ct) ? OwnWork
            : !await piece.NotBy(db, await OneHand.LoginsAsync(db, viewer, ct)).AnyAsync(ct) ? Invited
            : null;
    }

    private async Task<Refusal?> PublishAsync(Piece piece, int version, CancellationToken ct)
    {
        var text = (await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == piece.Id && v.Version == version, ct)).Read();
        if ((await plan.PublishReviewedAsync(text.ToLesson(), piece.LessonId, ct)).IsRefused(out var refusal, out var lesson))
        {
            return refusal;
        }

        await db.Pieces.Where(p => p.Id == piece.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.LessonId, lesson.Id), ct);
        return null;
    }

    private async Task<PieceVersion?> BeforeAsync(Piece piece, CancellationToken ct)
    {
        var before = await db.PieceVersions.AsNoTracking().FirstOrDefaultAsync(v => v.PieceId == piece.Id && v.Version == piece.OutVersion, ct);
        if (before is null || piece.LessonId is not { } lesson)
        {
            return before;
        }

        // What an operator published alone nobody has approved: the difference from it would hide the rest.
        var hash = before.Read().ToLesson().ContentHash;
        return await db.Lessons.AnyAsync(l => l.Id == lesson && l.ContentHash == hash && !l.Unreviewed, ct) ? before : null;
    }
}
