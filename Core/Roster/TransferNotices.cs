using System.Globalization;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Whether what <see cref="TransferReminders"/> laid down to be told is still so: people write weeks later.</summary>
internal static class TransferNotices
{
    /// <param name="today">In China.</param>
    public static async Task<bool> HoldsAsync(BotDb db, string code, string messageKey, DateOnly today, CancellationToken ct)
    {
        var key = messageKey.Split(':');
        if (key is not [("transfer" or "transfers"), var first, var second, _])
        {
            return true;
        }

        var open = db.Transfers.Where(t => t.EndedAt == null);
        var id = int.Parse(first, CultureInfo.InvariantCulture);
        if (key[0] == "transfers")
        {
            var deadline = DateOnly.ParseExact(second, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            return deadline >= today && await open.AnyAsync(t => t.ToId == id && t.Deadline == deadline && t.State == TransferState.Waiting, ct);
        }

        var to = int.Parse(second, CultureInfo.InvariantCulture) is var place && place > 0 ? place : (int?)null;
        return code switch
        {
            "notice.transfer-arrives" => await open.AnyAsync(t => t.Id == id && t.ToId == to && t.State == TransferState.Waiting, ct),
            "notice.removal-asked" => await open.AnyAsync(t => t.Id == id && t.ToId == null, ct),
            "notice.removed" => await Removals.Of(db).AnyAsync(t => t.Id == id, ct),
            "notice.transfer-released" => await open.AnyAsync(t => t.Id == id, ct),
            "notice.transfer-refused" or "notice.transfer-not-taken" => await open.AnyAsync(t => t.Id == id && t.State == TransferState.Refused, ct),
            _ => true,
        };
    }
}
