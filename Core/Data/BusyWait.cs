using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Bot.Core.Data;

/// <summary>
/// Makes SQLite itself wait for its write lock. Microsoft.Data.Sqlite looks at it every 150 ms, SQLite after 1, 2, 5, 10 … ms: among
/// other writers the difference is who gets a turn.
/// </summary>
internal sealed class BusyWait : DbConnectionInterceptor
{
    public static readonly BusyWait Instance = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set(connection);
        return Task.CompletedTask;
    }

    private static void Set(DbConnection connection)
    {
        if (connection is SqliteConnection sqlite)
        {
            raw.sqlite3_busy_timeout(SqliteHandle.Of(sqlite), sqlite.DefaultTimeout * 1000);
        }
    }
}
