using Bot.Core.Calendar;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Why an approved push whose time has come has not started.</summary>
public enum PushHold
{
    /// <summary>It will, in a moment.</summary>
    Starting,

    /// <summary>It waits for the end of the quiet hours.</summary>
    Quiet,

    /// <summary>The month's mass messages are used up.</summary>
    NoSlot,

    /// <summary>Its audience is not any more what was approved, or nobody is in it.</summary>
    AudienceChanged,

    /// <summary>Its time went by; it can be given another.</summary>
    Missed,
}

/// <summary>Pushes of an organisation and those below it in a time, as one line of figures.</summary>
/// <param name="HasMore">There are older ones, which are neither listed nor counted.</param>
/// <param name="OptedOut">People on the roster there who have said in this time that they want no pushes; null where they are too few to count.</param>
public sealed record PushesOfArea(IReadOnlyList<Push> Pushes, bool HasMore, int Reached, int Missed, int? OptedOut);

/// <summary>Where pushes stand; to be asked for pieces that the viewer sees.</summary>
public sealed class PushLists(BotDb db, PushFigures figures, PushSlots slots, PushFaults faults, PushesOptions options, TimeProvider clock)
{
    private const int MostOfArea = 50;

    public async Task<IReadOnlyDictionary<int, Push>> OfPiecesAsync(IReadOnlyCollection<int> pieceIds, CancellationToken ct)
        => await db.Pushes.AsNoTracking().Where(p => pieceIds.Contains(p.PieceId)).ToDictionaryAsync(p => p.PieceId, ct);

    /// <returns>Null for what has started, is not approved, or whose time has not come.</returns>
    public async Task<PushHold?> HoldAsync(Piece piece, Push? push, PieceText text, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (IsMissed(piece, push, now))
        {
            return PushHold.Missed;
        }

        if (piece.Kind != PieceKind.Push || push is not null || piece.OutAt is not { } at || at > now)
        {
            return null;
        }

        return options.IsQuiet(now) ? PushHold.Quiet
            : text.Audience is { ByMass: true } && await slots.OfAsync(piece.OrganisationId, now, piece.Id, ct) is { Left: 0 } ? PushHold.NoSlot
            : (await faults.OfAudienceAsync(piece, text, ct)).Count > 0 ? PushHold.AudienceChanged
            : PushHold.Starting;
    }

    /// <summary>Why a push does not start whose hold is <see cref="PushHold.AudienceChanged"/>.</summary>
    public Task<IReadOnlyList<PieceFault>> AudienceFaultsAsync(Piece piece, PieceText text, CancellationToken ct) => faults.OfAudienceAsync(piece, text, ct);

    /// <summary>Approved, and too late to start.</summary>
    public static bool IsMissed(Piece piece, Push? push, DateTimeOffset now)
        => piece.Kind == PieceKind.Push && push is null && piece.OutAt is { } at && (at <= now - PushStarts.Latest || piece.OutUntil <= now);

    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<PushesOfArea> OfAreaAsync(int organisationId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var below = db.OrganisationAncestors.Where(a => a.AncestorId == organisationId).Select(a => a.OrganisationId);
        var pushes = await db.Pushes.AsNoTracking().Where(p => p.StartedAt >= from && p.StartedAt < to && below.Contains(p.OrganisationId)).OrderByDescending(p => p.StartedAt).Take(MostOfArea + 1).ToListAsync(ct);
        var hasMore = pushes.Count > MostOfArea;
        pushes = [.. pushes.Take(MostOfArea)];
        var (reached, missed) = (0, 0);
        foreach (var push in pushes)
        {
            var outcome = await figures.OfAsync(push, ct);
            (reached, missed) = outcome.IsHidden ? (reached, missed) : (reached + outcome.Reached, missed + outcome.Missed);
        }

        var optedOut = await db.Accounts.Where(a => a.NoPushesSince >= from && a.NoPushesSince < to && db.Memberships.Any(m => m.PersonId == a.PersonId && m.Until == null && below.Contains(m.OrganisationId)))
            .Select(a => a.PersonId).Distinct().CountAsync(ct);
        return new PushesOfArea(pushes, hasMore, reached, missed, optedOut is > 0 and < Lessons.HiddenFigures.SmallestShown ? null : optedOut);
    }
}
