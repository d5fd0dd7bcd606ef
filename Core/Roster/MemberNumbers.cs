using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Member numbers given by hand, one at a time. No index keeps them apart, since files bring one number twice and people decide; so whoever
/// looks for a holder and then writes takes turns with all others who do, an import's commit among them, from the transaction's first statement on. So does
/// whoever adds somebody by hand: an import's commit has looked who is there, and adds.
/// </summary>
internal static class MemberNumbers
{
    /// <summary>'numb' in ASCII, for pg_advisory_xact_lock.</summary>
    public const int LockKey = 0x6e756d62;

    /// <summary>Longer than any import takes between comparing and its commit, clocks of other machines included.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>To be called before anything else is locked.</summary>
    public static async Task HoldAsync(BotDb db, CancellationToken ct)
    {
        // SQLite has one writer: its transaction is the lock.
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", ct);
        }
    }

    /// <summary>True when somebody else has it. Whom an import has written ahead nobody can know of: its commit looks in its turn.</summary>
    public static Task<bool> IsAnothersAsync(BotDb db, string number, int personId, CancellationToken ct)
        => db.People.AnyAsync(
            p => p.MemberNumber == number && p.Id != personId
                && !db.RosterImports.Any(i => i.CommittedAt == null && i.PersonIds > 0 && p.Id >= i.FirstPerson && p.Id < i.FirstPerson + i.PersonIds),
            ct);
}
