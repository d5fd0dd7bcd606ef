using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Data;

/// <summary>The database cannot be brought to this program's schema; the message says why and what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);

/// <summary>
/// Brings the database to the schema of the numbered scripts in Data/Migrations. Each script runs in one transaction with its entry in
/// <c>schema_migrations</c>, all under a lock, so any number of nodes may start together.
/// </summary>
public sealed partial class Migrator(BotDb db, TimeProvider clock, ILogger<Migrator> logger)
{
    /// <summary>'ybot' in ASCII, for pg_advisory_lock.</summary>
    private const long LockKey = 0x79626f74;

    private readonly bool _sqlite = db.Database.IsSqliteDatabase();

    /// <returns>How many scripts were run; 0 when the schema was up to date.</returns>
    /// <exception cref="MigrationException">The database is newer than this program, or a script was changed after it had run.</exception>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        EnsureSqliteFolder();
        await db.Database.OpenConnectionAsync(ct);
        var connection = db.Database.GetDbConnection();
        try
        {
            await ExecuteAsync(connection, null, _sqlite ? "PRAGMA journal_mode=WAL" : $"SELECT pg_advisory_lock({LockKey})", ct);

            return await RunAsync(connection, ct);
        }
        finally
        {
            if (!_sqlite && connection.State == System.Data.ConnectionState.Open)
            {
                await ExecuteAsync(connection, null, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }

            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>How many scripts this program knows.</summary>
    public static int Count(bool sqlite) => Scripts(sqlite).Count;

    /// <summary>The scripts of one provider in order.</summary>
    internal static IReadOnlyList<Script> Scripts(bool sqlite)
    {
        var ending = sqlite ? ".sqlite.sql" : ".postgres.sql";
        var assembly = typeof(Migrator).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal) && name.EndsWith(ending, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Script.Read(assembly, name, ending))];
    }

    private async Task<int> RunAsync(DbConnection connection, CancellationToken ct)
    {
        // On SQLite a transaction takes the write lock at once, so this one statement is also the lock between processes.
        await ExecuteAsync(connection, null,
            "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at BIGINT NOT NULL)", ct);
        var scripts = Scripts(_sqlite);
        var ran = 0;
        foreach (var script in scripts)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var applied = await AppliedAsync(connection, transaction, ct);
            Check(applied, scripts);
            if (applied.ContainsKey(script.Number))
            {
                continue;
            }

            await ExecuteAsync(connection, transaction, script.Sql, ct);
            await ExecuteAsync(connection, transaction, "INSERT INTO schema_migrations (number, name, hash, applied_at) "
                + $"VALUES ({script.Number}, '{script.Name}', '{script.Hash}', {clock.GetUtcNow().ToUnixTimeMilliseconds()})", ct);
            await transaction.CommitAsync(ct);
            LogApplied(logger, script.Number, script.Name);
            ran++;
        }

        return ran;
    }

    private static void Check(Dictionary<int, string> applied, IReadOnlyList<Script> scripts)
    {
        foreach (var (number, hash) in applied)
        {
            var script = scripts.FirstOrDefault(s => s.Number == number)
                ?? throw new MigrationException($"The database has migration {number:0000}, which this program does not know: it was written by a newer version. Start that version.");
            if (script.Hash != hash)
            {
                throw new MigrationException($"Migration {number:0000}-{script.Name} was changed after it had been applied. Use the released version of this program.");
            }
        }
    }

    private static async Task<Dictionary<int, string>> AppliedAsync(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT number, hash FROM schema_migrations";
        await using var reader = await command.ExecuteReaderAsync(ct);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(ct))
        {
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return applied;
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <exception cref="MigrationException">There is no folder for the database, and none can be made.</exception>
    public void EnsureSqliteFolder()
    {
        if (_sqlite && Path.GetDirectoryName(Path.GetFullPath(db.Database.GetDbConnection().DataSource)) is { } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MigrationException($"The folder of the database cannot be made: {e.Message} Look at Database:ConnectionString.");
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Schema migration {Number:0000}-{Name} applied.")]
    private static partial void LogApplied(ILogger logger, int number, string name);

    /// <summary>One numbered script, such as <c>0001-start.sqlite.sql</c>.</summary>
    internal sealed record Script(int Number, string Name, string Sql, string Hash)
    {
        public static Script Read(Assembly assembly, string resource, string ending)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            var name = resource["migrations/".Length..^ending.Length];
            return new Script(int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture), name[5..], sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }
}
