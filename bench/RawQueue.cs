using System.Diagnostics;
using Bot.Bench.Setup;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>What the write queue does with nothing around it: one plain row an item, 200 callers, the same disk.</summary>
internal sealed class RawQueue : IAsyncDisposable
{
    private const string Columns = "lesson_id INTEGER NOT NULL, person_id INTEGER NOT NULL, at BIGINT NOT NULL, receipt TEXT NOT NULL";
    private const string OnSqlite = $"PRAGMA journal_mode=WAL; CREATE TABLE bench_rows (id INTEGER PRIMARY KEY AUTOINCREMENT, {Columns})";
    private const string OnPostgres = $"CREATE TABLE bench_rows (id BIGSERIAL PRIMARY KEY, {Columns})";

    private readonly ServiceProvider _services;
    private readonly WriteQueue _queue;
    private readonly RowWriter _writer = new();

    private RawQueue(ServiceProvider services)
    {
        _services = services;
        _queue = services.GetRequiredService<WriteQueue>();
    }

    public static async Task<RawQueue> OpenAsync(Workspace workspace, CancellationToken ct)
    {
        var sqlite = workspace.Options.Database == DatabaseProvider.Sqlite;
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(TimeProvider.System);
        var options = new DatabaseOptions
        {
            Provider = workspace.Options.Database,
            ConnectionString = sqlite ? workspace.Connect("raw") : workspace.Settings["Database:ConnectionString"],
        };
        services.AddSingleton(options);
        services.AddData(options);
        var raw = new RawQueue(services.BuildServiceProvider());
        await using var db = await raw.DbAsync(ct);
        await db.Database.ExecuteSqlRawAsync(sqlite ? OnSqlite : OnPostgres, ct);
        await raw._queue.StartAsync(ct);
        return raw;
    }

    /// <summary>How often the database waits for the disk: 2 is FULL on SQLite, on or off on PostgreSQL.</summary>
    public async Task<string> SyncedAsync(CancellationToken ct)
    {
        await using var db = await DbAsync(ct);
        await db.Database.OpenConnectionAsync(ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = db.Database.IsSqliteDatabase() ? "SELECT 'synchronous=' || synchronous FROM pragma_synchronous" : "SELECT 'fsync=' || current_setting('fsync') || ', synchronous_commit=' || current_setting('synchronous_commit')";
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <returns>Rows a second, each acknowledged after its commit.</returns>
    public async Task<double> MeasureAsync(int callers, TimeSpan time, CancellationToken ct)
    {
        var begin = Stopwatch.GetTimestamp();
        var written = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller, begin, time, ct), ct)));
        return written.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private async Task<long> CallAsync(int caller, long begin, TimeSpan time, CancellationToken ct)
    {
        var count = 0;
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            await _queue.WriteAsync(_writer, new Row(1, caller, begin, "0123456789ABCDEF"), ct);
            count++;
        }

        return count;
    }

    private Task<BotDb> DbAsync(CancellationToken ct) => _services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync(ct);

    private sealed record Row(int LessonId, int PersonId, long At, string Receipt);

    private sealed class RowWriter : IBatchWriter<Row, bool>
    {
        public async Task<bool[]> WriteAsync(BatchConnection connection, IReadOnlyList<Row> items, CancellationToken ct)
        {
            await using var command = connection.Command(
                "INSERT INTO bench_rows (lesson_id, person_id, at, receipt) VALUES (@lesson, @person, @at, @receipt)",
                ("@lesson", 0), ("@person", 0), ("@at", 0L), ("@receipt", ""));
            await command.PrepareAsync(ct);
            foreach (var item in items)
            {
                command.Parameters[0].Value = item.LessonId;
                command.Parameters[1].Value = item.PersonId;
                command.Parameters[2].Value = item.At;
                command.Parameters[3].Value = item.Receipt;
                await command.ExecuteNonQueryAsync(ct);
            }

            return new bool[items.Count];
        }
    }
}
