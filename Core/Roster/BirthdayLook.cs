using System.Security.Cryptography;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Once a day somebody looks who has turned 28, and again when a birth date or a membership has changed. A look that was asked for while
/// another goes on is not lost: what stands for the one that goes on is taken away, and it cannot end the day.
/// </summary>
internal static class BirthdayLook
{
    private const string Fact = "exemptions.aged-on";

    /// <summary>'aged' in ASCII, for pg_advisory_xact_lock.</summary>
    private const int LockKey = 0x61676564;

    /// <summary>Somebody came who may be 28, or is younger than was thought: today's look is due again. To be called in the transaction that changes it.</summary>
    public static async Task AgainAsync(BotDb db, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            // A look begins after this was committed, and sees it, or before, and finds its mark gone.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({LockKey})", ct);
        }

        await db.InstallationFacts.Where(f => f.Name == Fact).ExecuteDeleteAsync(ct);
    }

    public static Task<bool> IsDoneAsync(BotDb db, DateOnly today, CancellationToken ct)
    {
        var day = Text(today);
        return db.InstallationFacts.AnyAsync(f => f.Name == Fact && f.Value == day, ct);
    }

    /// <returns>Stands for this look while it goes on.</returns>
    public static async Task<string> BeginAsync(BotDb db, CancellationToken ct)
    {
        var mark = "looking:" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", ct);
        }

        await db.Database.ExecuteSqlAsync($"INSERT INTO installation_facts (name, value) VALUES ({Fact}, {mark}) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ct);
        await transaction.CommitAsync(ct);
        return mark;
    }

    /// <summary>Today is looked through, unless somebody has asked for another look since, or begun one.</summary>
    public static async Task EndAsync(BotDb db, string mark, DateOnly today, CancellationToken ct)
    {
        var day = Text(today);
        await db.InstallationFacts.Where(f => f.Name == Fact && f.Value == mark).ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, day), ct);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", null);
}
