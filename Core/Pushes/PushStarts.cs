using Bot.Core.Calendar;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Approved pushes begin when their time has come, once, and not at night.</summary>
public sealed class PushStarts(BotDb db, PushSlots slots, PushFaults faults, PushesOptions options, TimeProvider clock)
{
    /// <summary>Whose time was missed by more, because nothing ran, is not sent any more: somebody has to look whether it still fits.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(24);

    /// <summary>Where people read a push; a notification opens it.</summary>
    public static string PageOf(int pieceId) => FormattableString.Invariant($"/y/pushes/{pieceId}");

    /// <summary>Pieces that are to start now, the oldest first; none in quiet hours.</summary>
    /// <param name="without">Pieces that are not looked at now.</param>
    public async Task<IReadOnlyList<int>> DueAsync(int atMost, IReadOnlyCollection<int> without, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return options.IsQuiet(now) ? [] : await Due(now).Where(p => !without.Contains(p.Id) && !db.Pushes.Any(x => x.PieceId == p.Id)).OrderBy(p => p.OutAt).Take(atMost).Select(p => p.Id).ToListAsync(ct);
    }

    /// <summary>Starts it: the push and its slot of the month are there, or neither is.</summary>
    /// <returns>The push; null where it started before, was changed meanwhile, no slot is left, or its audience is not any more what was approved.</returns>
    public async Task<Push?> StartAsync(int pieceId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (options.IsQuiet(now))
        {
            return null;
        }

        // Before the transaction: counting takes a while.
        if (await OutAsync(pieceId, ct) is not var (asked, wish) || (await faults.OfAudienceAsync(asked, wish, ct)).Count > 0)
        {
            return null;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Holds the piece: who changes or withdraws it comes before, and then it does not start, or after, and finds that it has.
        if (await Due(now).Where(p => p.Id == pieceId && p.OutVersion == asked.OutVersion).ExecuteUpdateAsync(set => set.SetProperty(p => p.Version, p => p.Version), ct) == 0)
        {
            return null;
        }

        var (piece, text) = (await OutAsync(pieceId, ct))!.Value;
        var push = new Push
        {
            PieceId = pieceId,
            Version = piece.OutVersion!.Value,
            OrganisationId = piece.OrganisationId,
            Title = text.Title,
            Text = text.Body,
            Page = PageOf(pieceId),
            ByMass = text.Audience is { ByMass: true },
            StartedAt = now,
            EndsAt = piece.OutUntil!.Value,
            State = PushState.Filling,
        };
        db.Add(push);
        if (!await db.TrySaveNewAsync(ct) || (push.ByMass && !await slots.TryTakeAsync(push, ct)))
        {
            db.ChangeTracker.Clear();
            return null;
        }

        await transaction.CommitAsync(ct);
        return push;
    }

    /// <returns>As it is to go out; null where it is not.</returns>
    private async Task<(Piece Piece, PieceText Text)?> OutAsync(int pieceId, CancellationToken ct)
        => await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == pieceId && p.OutVersion != null, ct) is { } piece
            ? (piece, (await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == pieceId && v.Version == piece.OutVersion, ct)).Read())
            : null;

    private IQueryable<Piece> Due(DateTimeOffset now)
    {
        var earliest = now - Latest;
        return db.Pieces.Where(p => p.Kind == PieceKind.Push && p.OutAt <= now && p.OutAt > earliest && p.OutUntil > now);
    }
}
