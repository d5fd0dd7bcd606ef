using Bot.Core.Data;
using Bot.Core.Staff;

namespace Bot.Core.Calendar;

/// <summary>发给我: the newest version into the own WeChat of whoever may see the piece, so that it is looked at where it will be read.</summary>
public sealed class PieceSample(BotDb db, PieceLists lists, Pieces pieces, StaffTexts texts)
{
    /// <param name="text">What the chat says about this piece, the link to it included.</param>
    public async Task<Result<bool>> SendAsync(Viewer viewer, int pieceId, Func<Piece, string> text, CancellationToken ct)
    {
        if ((await lists.FindAsync(viewer, pieceId, ct)).IsRefused(out var hidden, out var seen))
        {
            return hidden;
        }

        if ((await texts.SendAsync(viewer.StaffId ?? 0, text(seen.Piece), ct)).IsRefused(out var refusal))
        {
            return refusal;
        }

        pieces.Note(viewer, "piece.sent-to-oneself", seen.Piece, seen.Piece.Version);
        await db.SaveChangesAsync(ct);
        return true;
    }
}
