using System.Data;
using System.Data.Common;
using System.Globalization;
using Bot.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Bot.Core.Roster;

/// <summary>
/// The connection of one import, with what its file says in temporary tables of its own: they take no lock of the database and are gone
/// with the connection, however the import ends.
/// </summary>
internal sealed class RosterStage : IAsyncDisposable
{
    /// <summary>Of the database's pages, so that indexes stay in memory while they grow: 96 MB.</summary>
    private const int CachedKilobytes = 98304;

    /// <summary>Of the temporary tables, which are mostly written and read in order: 64 MB.</summary>
    private const int TemporaryKilobytes = 65536;

    private readonly DbConnection _connection;
    private readonly DbContextOptions<BotDb> _options;
    private DbTransaction? _transaction;

    private RosterStage(DbConnection connection, BotDb like)
    {
        _connection = connection;

        // Of the same options as all contexts, so that EF does not build its model anew while the commit holds others.
        var options = new DbContextOptionsBuilder<BotDb>((DbContextOptions<BotDb>)like.GetService<IDbContextOptions>());
        _options = (DbContextOptions<BotDb>)(IsSqlite ? options.UseSqlite(connection) : options.UseNpgsql(connection)).Options;
    }

    public bool IsSqlite => _connection is SqliteConnection;

    /// <summary>True when equal, NULLs too.</summary>
    public string Same(string left, string right) => IsSqlite ? $"{left} IS {right}" : $"{left} IS NOT DISTINCT FROM {right}";

    public string Differ(string left, string right) => IsSqlite ? $"{left} IS NOT {right}" : $"{left} IS DISTINCT FROM {right}";

    public static async Task<RosterStage> OpenAsync(BotDb like, CancellationToken ct)
    {
        var text = like.Database.GetConnectionString()!;

        // A connection of its own and not from the pool: what is set here would stay with it.
        var stage = new RosterStage(like.Database.IsSqliteDatabase()
            ? new SqliteConnection(new SqliteConnectionStringBuilder(text) { Pooling = false }.ConnectionString)
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(text) { Pooling = false, CommandTimeout = 0 }.ConnectionString), like);
        await stage._connection.OpenAsync(ct);
        if (stage.IsSqlite)
        {
            // Rows written ahead need no sync: the one of the commit that makes them visible holds for them, too. Every id that is written is known to be there.
            await stage.ExecuteAsync(
                $"PRAGMA temp_store = FILE; PRAGMA temp.cache_size = -{TemporaryKilobytes}; PRAGMA cache_size = -{CachedKilobytes}; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 30000; PRAGMA wal_autocheckpoint = 0", ct);
        }
        else
        {
            await stage.ExecuteAsync("SET temp_buffers = '64MB'; SET work_mem = '64MB'; SET maintenance_work_mem = '128MB'", ct);
        }

        return stage;
    }

    /// <summary>Runs the work in one transaction; one that only writes temporary tables takes no lock of SQLite's.</summary>
    public async Task InTransactionAsync(bool temporary, Func<Task> work, CancellationToken ct)
    {
        await using var transaction = _connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: temporary)
            : await _connection.BeginTransactionAsync(temporary ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted, ct);
        _transaction = transaction;
        try
        {
            await work();
            await transaction.CommitAsync(ct);
        }
        finally
        {
            _transaction = null;
        }
    }

    /// <summary>A context on this connection and its transaction, for rules that want one.</summary>
    public async Task<BotDb> ContextAsync(CancellationToken ct)
    {
        var db = new BotDb(_options);
        await db.Database.UseTransactionAsync(_transaction, ct);
        return db;
    }

    /// <summary>Blocks while it is read.</summary>
    public RowSource Source(string sql) => RowSource.Open(_connection, sql);

    public RowSink Sink(string table, params string[] columns) => RowSink.Open(_connection, table, columns);

    public async Task<int> ExecuteAsync(string sql, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        using var stop = Interruptible(ct);
        try
        {
            return await command.ExecuteNonQueryAsync(ct);
        }
        catch (SqliteException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
    }

    /// <returns>A number; 0 for nothing.</returns>
    public async Task<long> NumberAsync(string sql, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        var numbers = await ReadAsync(sql, row => row.IsDBNull(0) ? 0 : Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), ct, parameters);
        return numbers.FirstOrDefault();
    }

    public async Task<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        var rows = new List<T>();
        await EachAsync(sql, row => rows.Add(read(row)), ct, parameters);
        return rows;
    }

    public async Task EachAsync(string sql, Action<DbDataReader> each, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        using var stop = Interruptible(ct);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                each(reader);
            }
        }
        catch (SqliteException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
    }

    /// <summary>From here on a commit need not reach the disk at once any more.</summary>
    public Task RestAsync(CancellationToken ct) => IsSqlite ? ExecuteAsync("PRAGMA synchronous = NORMAL", ct) : Task.CompletedTask;

    /// <summary>
    /// While a part of the rows is taken after the other by key: PostgreSQL's planner reckons that reading all staged rows for each part were
    /// cheaper.
    /// </summary>
    public Task ByKeyAsync(bool on, CancellationToken ct)
        => IsSqlite ? Task.CompletedTask : ExecuteAsync($"SET enable_hashjoin = {(on ? "off" : "on")}; SET enable_mergejoin = {(on ? "off" : "on")}", ct);

    /// <summary>Statistics for PostgreSQL's planner, which knows nothing of new tables.</summary>
    public Task AnalyseAsync(string table, CancellationToken ct) => IsSqlite ? Task.CompletedTask : ExecuteAsync("ANALYZE " + table, ct);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private CancellationTokenRegistration Interruptible(CancellationToken ct)
        => _connection is SqliteConnection sqlite && ct.CanBeCanceled ? ct.Register(() => SQLitePCL.raw.sqlite3_interrupt(SqliteHandle.Of(sqlite))) : default;

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        command.CommandTimeout = 0;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
