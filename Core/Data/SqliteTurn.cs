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

    /// <param name="patience">How long to ask for the lock.</param>
    /// <param name="waiting">Called, again and again, once it has taken longer than the connection's time-out.</param>
    /// <exception cref="SqliteException">Still locked then, or the database cannot be written.</exception>
    public static async Task<SqliteTurn> BeginAsync(SqliteConnection connection, TimeSpan patience, Action waiting)
    {
        var (handle, begun) = (SqliteHandle.Of(connection), Stopwatch.GetTimestamp());
        var usual = TimeSpan.FromSeconds(connection.DefaultTimeout);
        while (true)
        {
            var result = raw.sqlite3_exec(handle, "BEGIN IMMEDIATE");
            var waited = Stopwatch.GetElapsedTime(begun);
            if (result != raw.SQLITE_BUSY || waited > patience)
            {
                SqliteHandle.Check(result, handle);
                return new SqliteTurn(handle);
            }

            if (waited > usual)
            {
                waiting();
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
