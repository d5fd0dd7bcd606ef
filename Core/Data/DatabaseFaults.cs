using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Bot.Core.Data;

/// <summary>What a database's error means, on both.</summary>
public static class DatabaseFaults
{
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    /// <summary>A unique index or primary key said no.</summary>
    public static bool IsDuplicate(Exception fault) => Find(fault) switch
    {
        SqliteException { SqliteExtendedErrorCode: SqlitePrimaryKey or SqliteUnique } => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        _ => false,
    };

    /// <summary>Two transactions stood in each other's way and one was ended; the same again succeeds.</summary>
    public static bool IsConflict(Exception fault)
        => Find(fault) is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Locked, busy, full, read-only, away: nothing is wrong with the rows, trying later may help.</summary>
    public static bool IsUnavailable(Exception fault) => Find(fault) switch
    {
        // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 7 or 8 or 10 or 13 or 14,
        PostgresException postgres => postgres.IsTransient || postgres.SqlState[..2] is "53" or "57" or "58" or "08" || postgres.SqlState == "25006",
        NpgsqlException => true,
        _ => fault is TimeoutException,
    };

    /// <summary>Saves added rows where a unique index decides a race.</summary>
    /// <returns>False when the index says that the row is there already; the added rows are then forgotten by the context.</returns>
    public static async Task<bool> TrySaveNewAsync(this BotDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException e) when (IsDuplicate(e))
        {
            foreach (var entry in db.ChangeTracker.Entries().Where(e => e.State == EntityState.Added).ToList())
            {
                entry.State = EntityState.Detached;
            }

            return false;
        }
    }

    private static DbException? Find(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is DbException found)
            {
                return found;
            }
        }

        return null;
    }
}
