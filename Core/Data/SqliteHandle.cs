using System.Reflection;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bot.Core.Data;

/// <summary>
/// SQLite's own functions for a connection. Reached by reflection, because the compiler refuses a type of the older SQLitePCLRaw that
/// <see cref="SqliteShim"/> puts under Microsoft.Data.Sqlite; it can be a plain property when the shim goes.
/// </summary>
internal static class SqliteHandle
{
    private static readonly PropertyInfo Handle = typeof(SqliteConnection).GetProperty("Handle")!;

    /// <summary>Of an open connection.</summary>
    public static sqlite3 Of(SqliteConnection connection) => (sqlite3)Handle.GetValue(connection)!;

    /// <exception cref="SqliteException">The result is an error's.</exception>
    public static void Check(int result, sqlite3 handle)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), result & 0xff, raw.sqlite3_extended_errcode(handle));
        }
    }
}
