using System.Collections.Concurrent;
using System.Diagnostics;
using Bot.Core.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bot.Tests.Support;

/// <summary>The program as it is installed, in a process of its own over the database of a <see cref="BotUnderTest"/>: it can be killed.</summary>
internal sealed class RealProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _said = new();

    private RealProcess(Process process)
    {
        // A full pipe would hold the process up.
        _process = process;
        _process.OutputDataReceived += (_, line) => _said.Enqueue(line.Data);
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <param name="arguments">None to serve, on a port of its own.</param>
    public static RealProcess Start(BotUnderTest bot, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bot.Server.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["Database__Provider"] = bot.Provider.ToString();
        start.Environment["Database__ConnectionString"] = bot.ConnectionString;
        start.Environment["Keys__Path"] = Path.Combine(bot.Folder, "keys");
        start.Environment["Site__PublicUrl"] = BotUnderTest.PublicUrl;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new RealProcess(Process.Start(start)!);
    }

    /// <summary>Kills it with -9 as soon as something is so; fails where it ended by itself before.</summary>
    public async Task KillWhenAsync(Func<Task<bool>> isSo, CancellationToken ct)
    {
        for (var ended = false; !await isSo(); ended = _process.HasExited)
        {
            Assert.False(ended, string.Join('\n', _said));
            await Task.Delay(2, ct);
        }

        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>From here on whoever writes into the table stays in that transaction for seconds.</summary>
    public static Task HoldUpAsync(BotUnderTest bot, string table) => bot.InDb(async db =>
    {
        foreach (var sql in bot.Provider == DatabaseProvider.Sqlite
            ? new[]
            {
                "CREATE VIEW long_while AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT COUNT(*) AS c FROM n",
                $"CREATE TRIGGER long_while_first BEFORE INSERT ON {table} BEGIN SELECT c FROM long_while; END",
            }
            : [
                "CREATE FUNCTION long_while() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END'",
                $"CREATE TRIGGER long_while_first BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION long_while()",
            ])
        {
            await db.Database.ExecuteTextAsync(sql, CancellationToken.None);
        }
    });

    /// <summary>True while somebody is held up so.</summary>
    public static async Task<bool> IsHeldUpAsync(BotUnderTest bot)
    {
        if (bot.Provider == DatabaseProvider.Postgres)
        {
            await using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(bot.ConnectionString) { Pooling = false }.ConnectionString);
            await server.OpenAsync();
            await using var sleeping = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep')", server);
            return (bool)(await sleeping.ExecuteScalarAsync())!;
        }

        // Its transaction keeps all others out for longer than any that is not held up.
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(bot.ConnectionString) { DefaultTimeout = 1, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: false);
            return false;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 5)
        {
            return true;
        }
    }

    /// <summary>Takes it back, once the killed one's transaction has ended.</summary>
    public static Task LetGoAsync(BotUnderTest bot, string table) => bot.InDb(async db =>
    {
        foreach (var sql in bot.Provider == DatabaseProvider.Sqlite
            ? new[] { "DROP TRIGGER long_while_first", "DROP VIEW long_while" }
            : [
                // The server would notice only when it wants to answer.
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'",
                $"DROP TRIGGER long_while_first ON {table}",
                "DROP FUNCTION long_while()",
            ])
        {
            await db.Database.ExecuteTextAsync(sql, CancellationToken.None);
        }
    });
}
