using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bot.Core.Data;

/// <summary>
/// A transaction of SQLite that asks for the write lock every few milliseconds. The driver asks every 150, and SQLite itself ever more
/// rarely: both miss the moments that a running import leaves to others, for seconds.
/// </summary>
internal sealed class SqliteTurn : IDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(3);

    private readonly sqlite3 _handle;
    private bool _open = true;

    private SqliteTurn(sqlite3 handle) => _handle = handle;

    /// <exception cref="SqliteException">Still locked after the connection's time-out, or the database cannot be written.</exception>
    public static async Task<SqliteTurn> BeginAsync(SqliteConnection connection)
    {
        var (handle, begun) = (SqliteHandle.Of(connection), Stopwatch.GetTimestamp());
        var patience = TimeSpan.FromSeconds(connection.DefaultTimeout);
        while (true)
        {
            var result = raw.sqlite3_exec(handle, "BEGIN IMMEDIATE");
            if (result != raw.SQLITE_BUSY || Stopwatch.GetElapsedTime(begun) > patience)
            {
                SqliteHandle.Check(result, handle);
                return new SqliteTurn(handle);
            }

            await Task.Delay(AskAgain);
        }
    }

    public void Commit()
    {
        SqliteHandle.Check(raw.sqlite3_exec(_handle, "COMMIT"), _handle);
        _open = false;
    }

    /// <summary>Takes back what was not committed.</summary>
    public void Dispose()
    {
        if (_open)
        {
            raw.sqlite3_exec(_handle, "ROLLBACK");
        }
    }
}
