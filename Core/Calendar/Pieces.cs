using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>Written and saved by editors. Every save is a version; what somebody else saved meanwhile is never written over unseen.</summary>
public sealed class Pieces(BotDb db, PieceRights rights, LessonPlan plan, LessonShelf shelf, NoticeShelf notices, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "piece.not-found", "No such piece for this viewer.");
    public static readonly Refusal Changed = new(RefusalKind.Conflict, "piece.changed", "Somebody else has saved or decided meanwhile.");
    public static readonly Refusal Closed = new(RefusalKind.Conflict, "piece.closed", "What is over stays as it was.");
    public static readonly Refusal OutFixed = new(RefusalKind.Conflict, "piece.out-fixed", "What is out keeps its instant, season and period.");
    public static readonly Refusal LessonOpened = new(RefusalKind.Conflict, "piece.lesson-opened", "Its lesson has opened, or somebody has studied it: it cannot leave the schedule.");
    public static readonly Refusal PushStarted = new(RefusalKind.Conflict, "piece.push-started", "A push that has started stays as it is; it can be stopped.");
    public static readonly Refusal TooLong = new(RefusalKind.Invalid, "piece.too-long", "More than a version can hold.");

    /// <summary>Characters of a version's JSON.</summary>
    private const int MaxText = 900_000;

    public async Task<Result<Piece>> AddAsync(Viewer viewer, PieceKind kind, int organisationId, PieceText text, CancellationToken ct)
    {
        if (!await rights.MayWriteAsync(viewer, kind, organisationId, ct))
        {
            return NotFound;
        }

        text = text.Clean(kind);
        if (text.Title.Length is 0 or > PieceCheck.MaxTitle || text.Write().Length > MaxText)
        {
            return TooLong;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await OpenOrganisations.HoldAsync(db, organisationId, ct) != organisationId)
        {
            return NotFound; // merged or closed in this very moment: its pieces have gone along already
        }

        var piece = new Piece
        {
            Kind = kind,
            OrganisationId = organisationId,
            Title = text.Title,
            Version = 1,
            Hash = text.HashOf(kind, organisationId),
            State = PieceState.Draft,
            GoesOutAt = text.GoesOutAt,
            ClosesAt = text.ClosesAt,
        };
        db.Add(piece);
        await db.SaveChangesAsync(ct);
        AddVersion(piece.Id, 1, text, viewer);
        Note(viewer, "piece.created", piece, 1);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return piece;
    }

    /// <summary>Saves a new version as a draft. What was approved and is not out leaves the schedule; what is out stays out as it was.</summary>
    /// <param name="seen">The version that the editor began with.</param>
    /// <returns>The newest version's number; <paramref name="seen"/> when nothing was changed.</returns>
    public async Task<Result<int>> SaveAsync(Viewer viewer, int id, int seen, PieceText text, CancellationToken ct)
    {
        if (await WritableAsync(viewer, id, ct) is not { } piece)
        {
            return NotFound;
        }

        text = text.Clean(piece.Kind);
        if (text.Title.Length is 0 or > PieceCheck.MaxTitle || text.Write().Length > MaxText)
        {
            return TooLong;
        }

        var now = clock.GetUtcNow();
        // A push that never started can be given another time, whatever the hour; one that has started stays.
        if (piece.Kind == PieceKind.Push ? await IsPushedAsync(piece, ct) : piece.IsClosedAt(now))
        {
            return piece.Kind == PieceKind.Lesson ? LessonPlan.Closed : piece.Kind == PieceKind.Push ? PushStarted : Closed;
        }

        if (piece.Version != seen)
        {
            return Changed;
        }

        var hash = text.HashOf(piece.Kind, piece.OrganisationId);
        if (hash == piece.Hash && piece.State != PieceState.Withdrawn)
        {
            return seen;
        }

        var isOut = piece.IsOutAt(now) && piece.Kind != PieceKind.Push;
        return isOut && await MovesWhatIsOutAsync(piece, text, ct) ? OutFixed : await StoreAsync(viewer, piece, text, hash, isOut, ct);
    }

    /// <summary>To another time, as long as before; a new version like any other change.</summary>
    /// <param name="start">When it shall go out.</param>
    public async Task<Result<int>> MoveAsync(Viewer viewer, int id, int seen, DateTimeOffset start, CancellationToken ct)
    {
        if (await WritableAsync(viewer, id, ct) is not { } piece)
        {
            return NotFound;
        }

        if (await db.PieceVersions.AsNoTracking().FirstOrDefaultAsync(v => v.PieceId == id && v.Version == seen, ct) is not { } version)
        {
            return Changed;
        }

        var text = version.Read();
        return await SaveAsync(viewer, piece.Id, seen, text with { GoesOutAt = start, ClosesAt = text.ClosesAt + (start - text.GoesOutAt) }, ct);
    }

    /// <summary>To be called after a commit that changes what is out.</summary>
    internal void Forget()
    {
        shelf.Forget();
        notices.Forget();
    }

    /// <summary>It goes out already, or did. In a transaction that has changed the piece the answer holds: see <see cref="Pushes.PushStarts"/>.</summary>
    internal async Task<bool> IsPushedAsync(Piece piece, CancellationToken ct) => piece.Kind == PieceKind.Push && await db.Pushes.AnyAsync(p => p.PieceId == piece.Id, ct);

    internal void Note(Viewer viewer, string action, Piece piece, int version, string? reason = null)
        => db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = viewer.Actor,
            Action = action,
            Subject = FormattableString.Invariant($"piece:{piece.Id} version:{version}"),
            Reason = reason,
            OrganisationId = piece.OrganisationId,
        });

    /// <returns>Null for what this viewer does not write.</returns>
    internal async Task<Piece?> WritableAsync(Viewer viewer, int id, CancellationToken ct)
        => await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is { } piece && await rights.MayWriteAsync(viewer, piece.Kind, piece.OrganisationId, ct) ? piece : null;

    private async Task<bool> MovesWhatIsOutAsync(Piece piece, PieceText text, CancellationToken ct)
    {
        var shown = (await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == piece.Id && v.Version == piece.OutVersion, ct)).Read();
        return text.GoesOutAt != shown.GoesOutAt || text.Season != shown.Season || text.Period != shown.Period;
    }

    private async Task<Result<int>> StoreAsync(Viewer viewer, Piece piece, PieceText text, string hash, bool isOut, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var version = piece.Version + 1;
        var (outVersion, outAt, outUntil) = isOut ? (piece.OutVersion, piece.OutAt, piece.OutUntil) : default;

        // One statement decides between two who save, and between an editor and an approver.
        var changed = await db.Pieces.Where(p => p.Id == piece.Id && p.Version == piece.Version && p.State == piece.State && p.OutVersion == piece.OutVersion).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Version, version).SetProperty(p => p.Hash, hash).SetProperty(p => p.Title, text.Title)
                .SetProperty(p => p.GoesOutAt, text.GoesOutAt).SetProperty(p => p.ClosesAt, text.ClosesAt)
                .SetProperty(p => p.State, PieceState.Draft).SetProperty(p => p.SubmittedBy, (string?)null).SetProperty(p => p.SubmittedAt, (DateTimeOffset?)null)
                .SetProperty(p => p.OutVersion, outVersion).SetProperty(p => p.OutAt, outAt).SetProperty(p => p.OutUntil, outUntil),
            ct);

        if (changed == 0)
        {
            return Changed;
        }

        if (await IsPushedAsync(piece, ct))
        {
            return PushStarted; // in this very moment
        }

        if (!isOut && piece.LessonId is { } lesson && !await plan.UnpublishAsync(lesson, ct))
        {
            return LessonOpened;
        }

        AddVersion(piece.Id, version, text, viewer);
        Note(viewer, "piece.saved", piece, version);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (piece.OutVersion is not null)
        {
            Forget();
        }

        return version;
    }

    private void AddVersion(int pieceId, int version, PieceText text, Viewer viewer) => db.Add(new PieceVersion
    {
        PieceId = pieceId,
        Version = version,
        By = viewer.Actor,
        At = clock.GetUtcNow(),
        Title = text.Title,
        Text = text.Write(),
    });
}
