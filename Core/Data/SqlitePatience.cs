using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Bot.Core.Data;

/// <summary>
/// While it lives its connection waits inside SQLite for the write lock, which looks again after a few milliseconds, where the driver
/// sleeps 150. It blocks its thread meanwhile, so it is for the one writer of the write queue only: twenty of them would block all threads.
/// </summary>
internal readonly struct SqlitePatience : IDisposable
{
    private const int Milliseconds = 2000;

    private readonly SqliteConnection? _connection;

    private SqlitePatience(SqliteConnection connection)
    {
        _connection = connection;
        SQLitePCL.raw.sqlite3_busy_timeout(SqliteHandle.Of(connection), Milliseconds);
    }

    public static SqlitePatience Of(DbConnection connection) => connection is SqliteConnection sqlite ? new SqlitePatience(sqlite) : default;

    /// <summary>The connection goes back to the pool as it came.</summary>
    public void Dispose()
    {
        if (_connection is not null)
        {
            SQLitePCL.raw.sqlite3_busy_timeout(SqliteHandle.Of(_connection), 0);
        }
    }
}
