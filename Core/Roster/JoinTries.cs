using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Wrong tries at joining: five an account and day in China.</summary>
internal static class JoinTries
{
    public const int PerDay = 5;

    /// <summary>
    /// Counts a try before it is looked at, so that many at once cannot be more than five; one statement decides. A repeat of the same
    /// message is the same try.
    /// </summary>
    /// <returns>False when the day's tries are used up.</returns>
    public static async Task<bool> TakeAsync(BotDb db, int accountId, string messageKey, DateOnly today, CancellationToken ct)
    {
        var taken = await db.Accounts
            .Where(a => a.Id == accountId
                && (a.WrongTriesOn == null || a.WrongTriesOn != today || a.WrongTries < PerDay)
                && (a.LastTryKey == null || a.LastTryKey != messageKey))
            .ExecuteUpdateAsync(
                set => set.SetProperty(a => a.WrongTries, a => a.WrongTriesOn == today ? a.WrongTries + 1 : 1)
                    .SetProperty(a => a.WrongTriesOn, today)
                    .SetProperty(a => a.LastTryKey, messageKey),
                ct);
        return taken == 1 || await db.Accounts.AnyAsync(a => a.Id == accountId && a.LastTryKey == messageKey, ct);
    }

    /// <summary>The try was right after all.</summary>
    public static Task GiveBackAsync(BotDb db, int accountId, string messageKey)
        => db.Accounts.Where(a => a.Id == accountId && a.LastTryKey == messageKey && a.WrongTries > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.WrongTries, a => a.WrongTries - 1).SetProperty(a => a.LastTryKey, (string?)null));
}
