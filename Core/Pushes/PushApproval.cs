using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>What an approver's yes has to find of a push, beside what every piece needs.</summary>
public sealed class PushApproval(BotDb db, PushSlots slots, PushTwins twins, PushFaults faults, TimeProvider clock)
{
    public Task<PushTwin?> TwinAsync(Viewer viewer, Piece piece, PieceText text, CancellationToken ct) => twins.FindAsync(viewer, piece, text, ct);

    /// <summary>To be called before the transaction: counting takes a while. Whatever becomes of the audience afterwards is found at the start.</summary>
    internal async Task<Refusal?> AudienceRefusalAsync(Piece piece, int version, CancellationToken ct)
        => await VersionOf(piece, version).FirstOrDefaultAsync(ct) is { } asked && (await faults.OfAudienceAsync(piece, asked.Read(), ct)).Count > 0 ? PushFaults.AudienceChanged : null;

    /// <summary>To be called in the transaction that has approved the version; a refusal takes it back.</summary>
    internal async Task<Refusal?> RefusalAsync(Viewer viewer, Piece piece, int version, bool again, CancellationToken ct)
    {
        var text = (await VersionOf(piece, version).FirstAsync(ct)).Read();
        if (text.GoesOutAt <= clock.GetUtcNow() - PushStarts.Latest)
        {
            return PieceDecisions.TooLate;
        }

        if (text.Audience is { ByMass: true } && await slots.OfAsync(piece.OrganisationId, text.GoesOutAt, piece.Id, ct) is { HasRoom: false })
        {
            return PushFaults.NoSlot;
        }

        return !again && await twins.FindAsync(viewer, piece, text, ct) is not null ? PushTwins.Twice : null;
    }

    private IQueryable<PieceVersion> VersionOf(Piece piece, int version) => db.PieceVersions.AsNoTracking().Where(v => v.PieceId == piece.Id && v.Version == version);
}
