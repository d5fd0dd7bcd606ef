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

public sealed record PushOfArea(Push Push, PushOutcome Outcome)
{
    /// <summary>0 where so few got it that the figure would tell about somebody; so is <see cref="Missed"/>.</summary>
    public int Reached => Outcome.IsHidden ? 0 : Outcome.Reached;

    public int Missed => Outcome.IsHidden ? 0 : Outcome.Missed;
}

/// <summary>Pushes of an organisation and those below it in a time.</summary>
/// <param name="HasMore">There are older ones, which are neither listed nor counted.</param>
/// <param name="OptedOutOf">How many people on the roster of an organisation have said in this time that they want no pushes.</param>
public sealed record PushesOfArea(IReadOnlyList<PushOfArea> Pushes, bool HasMore, IReadOnlyDictionary<int, int> OptedOutOf)
{
    public int Reached => Pushes.Sum(p => p.Reached);

    public int Missed => Pushes.Sum(p => p.Missed);

    /// <summary>Null where they are too few to count.</summary>
    public int? OptedOut => OptedOutOf.Values.Sum() is var sum && sum is > 0 and < Lessons.HiddenFigures.SmallestShown ? null : sum;
}

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
        var outcomes = new List<PushOfArea>();
        foreach (var push in pushes.Take(MostOfArea))
        {
            outcomes.Add(new PushOfArea(push, await figures.OfAsync(push, ct)));
        }

        var optedOut = await (from account in db.Accounts
                              join membership in db.Memberships on account.PersonId equals membership.PersonId
                              where account.NoPushesSince >= @from && account.NoPushesSince < to && membership.Until == null && below.Contains(membership.OrganisationId)
                              select new { membership.OrganisationId, account.PersonId }).Distinct().GroupBy(who => who.OrganisationId).Select(g => new { g.Key, People = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.People, ct);
        return new PushesOfArea(outcomes, hasMore, optedOut);
    }
}
