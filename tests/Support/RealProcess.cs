using System.Diagnostics;
using Bot.Core.Data;

namespace Bot.Tests.Support;

/// <summary>The program as it is installed, in a process of its own over the database of a <see cref="BotUnderTest"/>: it can be killed.</summary>
internal sealed class RealProcess : IDisposable
{
    private readonly Process _process;

    private RealProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

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

        var process = Process.Start(start)!;

        // Nobody reads them, but a full pipe would hold the process up.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new RealProcess(process);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
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
