using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <param name="Lessons">Those that no piece stands for: an operator imported them.</param>
/// <param name="Left">How many pieces more there are than are shown.</param>
/// <param name="LessonUnreviewed">Ids of pieces whose lesson an operator has published alone, with the lesson's.</param>
/// <param name="Pushes">By the id of their piece.</param>
public sealed record CalendarPage(
    IReadOnlyList<Piece> Pieces, int Left, IReadOnlyList<Lesson> Lessons, IReadOnlyList<PauseWeek> Pauses, IReadOnlyDictionary<int, int> LessonUnreviewed, IReadOnlyDictionary<int, Push> Pushes);

/// <summary>One piece as the calendar's panel shows it.</summary>
/// <param name="MayDecide">Also about what the viewer wrote; then <paramref name="IsOwnWork"/> says that somebody else has to.</param>
/// <param name="LessonUnreviewed">The lesson that an operator has published alone; null where two people agreed.</param>
/// <param name="Push">Null for what is no push, or has not started.</param>
public sealed record PieceSeen(Piece Piece, PieceVersion Version, bool MayWrite, bool MayDecide, bool IsOwnWork, int? LessonUnreviewed, Push? Push);

/// <summary>What each sees of the calendar: their subtrees, and of lessons what is published.</summary>
public sealed class PieceLists(BotDb db, PieceRights rights, PushLists pushes)
{
    /// <summary>Of one view of the calendar.</summary>
    public const int MostShown = 500;

    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    /// <param name="kind">Null for all.</param>
    public async Task<CalendarPage> ReadAsync(Viewer viewer, DateTimeOffset from, DateTimeOffset to, PieceKind? kind, CancellationToken ct)
    {
        var shown = await Seen(viewer).Where(p => (kind == null || p.Kind == kind) && ((p.GoesOutAt < to && (p.ClosesAt > from || p.GoesOutAt >= from)) || (p.OutAt < to && (p.OutUntil > from || p.OutAt >= from))))
            .OrderBy(p => p.GoesOutAt).ThenBy(p => p.Id).FirstRowsAsync(MostShown, rows => rows, ct);
        var pieces = shown.Items;
        var seesDrafts = await rights.MaySeeLessonsAsync(viewer, ct);
        var ids = pieces.Select(p => p.Id).ToList();
        var lessons = kind is not (null or PieceKind.Lesson) ? [] : await db.Lessons.AsNoTracking().Where(l => l.OpensAt < to && l.ClosesAt > from && (seesDrafts || l.State == LessonState.Published)
            && !db.Pieces.Any(p => p.LessonId == l.Id && ids.Contains(p.Id))).OrderBy(l => l.OpensAt).ToListAsync(ct);
        var (first, last) = (ChinaTime.DateOf(from), ChinaTime.DateOf(to));
        var pauses = await db.PauseWeeks.AsNoTracking().Where(p => p.From < last && p.To >= first).OrderBy(p => p.From).ToListAsync(ct);
        var unreviewed = await db.Pieces.Where(p => ids.Contains(p.Id)).Join(db.Lessons.Where(l => l.Unreviewed && l.State == LessonState.Published), p => p.LessonId, l => l.Id, (p, l) => new { p.Id, Lesson = l.Id })
            .ToDictionaryAsync(r => r.Id, r => r.Lesson, ct);
        return new CalendarPage(pieces, shown.Total - pieces.Count, lessons, pauses, unreviewed, await pushes.OfPiecesAsync([.. pieces.Where(p => p.Kind == PieceKind.Push).Select(p => p.Id)], ct));
    }

    /// <summary>What waits for this viewer's decision, the soonest first.</summary>
    public async Task<IReadOnlyList<Piece>> WaitingAsync(Viewer viewer, int atMost, CancellationToken ct)
        => viewer.DecideTops.Count == 0 ? [] : await (await WaitingAsync(viewer, ct)).OrderBy(p => p.GoesOutAt).Take(atMost).ToListAsync(ct);

    public async Task<int> CountWaitingAsync(Viewer viewer, CancellationToken ct) => viewer.DecideTops.Count == 0 ? 0 : await (await WaitingAsync(viewer, ct)).CountAsync(ct);

    /// <summary>Drafts that came back with a reason, to those who may write them.</summary>
    public async Task<IReadOnlyList<Piece>> DeclinedAsync(Viewer viewer, int atMost, CancellationToken ct)
    {
        var tops = viewer.WriteTops;
        return tops.Count == 0 ? [] : await db.Pieces.AsNoTracking().Where(p => p.State == PieceState.Draft && p.Reason != null
            && db.OrganisationAncestors.Any(a => a.OrganisationId == p.OrganisationId && tops.Contains(a.AncestorId))).OrderBy(p => p.GoesOutAt).Take(atMost).ToListAsync(ct);
    }

    public async Task<Result<PieceSeen>> FindAsync(Viewer viewer, int id, CancellationToken ct)
    {
        var piece = await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (piece is null || !await rights.MaySeeAsync(viewer, piece.OrganisationId, ct))
        {
            return Pieces.NotFound;
        }

        var version = await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == id && v.Version == piece.Version, ct);
        return new PieceSeen(
            piece, version, await rights.MayWriteAsync(viewer, piece.Kind, piece.OrganisationId, ct), await rights.MayDecideAsync(viewer, piece.Kind, piece.OrganisationId, ct),
            !await db.Pieces.Where(p => p.Id == id).NotBy(db, await OneHand.LoginsAsync(db, viewer, ct)).AnyAsync(ct),
            await db.Lessons.Where(l => l.Id == piece.LessonId && l.Unreviewed && l.State == LessonState.Published).Select(l => (int?)l.Id).FirstOrDefaultAsync(ct),
            piece.Kind == PieceKind.Push ? (await pushes.OfPiecesAsync([id], ct)).GetValueOrDefault(id) : null);
    }

    /// <summary>Newest first; to be asked for after <see cref="FindAsync"/>.</summary>
    public async Task<IReadOnlyList<PieceVersion>> VersionsAsync(int id, int atMost, CancellationToken ct)
        => await db.PieceVersions.AsNoTracking().Where(v => v.PieceId == id).OrderByDescending(v => v.Version).Take(atMost).ToListAsync(ct);

    public Task<PieceVersion?> VersionAsync(int id, int version, CancellationToken ct)
        => db.PieceVersions.AsNoTracking().FirstOrDefaultAsync(v => v.PieceId == id && v.Version == version, ct);

    /// <summary>What a new piece can be copied from: newest first.</summary>
    public async Task<IReadOnlyList<Piece>> EarlierAsync(Viewer viewer, PieceKind kind, int atMost, CancellationToken ct)
        => await Seen(viewer).Where(p => p.Kind == kind).OrderByDescending(p => p.GoesOutAt).Take(atMost).ToListAsync(ct);

    private async Task<IQueryable<Piece>> WaitingAsync(Viewer viewer, CancellationToken ct)
    {
        var (tops, mine) = (viewer.DecideTops, await OneHand.LoginsAsync(db, viewer, ct));
        return db.Pieces.AsNoTracking().NotBy(db, mine).Where(p => p.State == PieceState.Submitted
            && db.OrganisationAncestors.Any(a => a.OrganisationId == p.OrganisationId && tops.Contains(a.AncestorId) && (p.Kind != PieceKind.Lesson || tops.Contains(p.OrganisationId))));
    }

    private IQueryable<Piece> Seen(Viewer viewer)
    {
        var tops = viewer.CalendarTops;
        return db.Pieces.AsNoTracking().Where(p => db.OrganisationAncestors.Any(a => a.OrganisationId == p.OrganisationId && tops.Contains(a.AncestorId)));
    }
}
