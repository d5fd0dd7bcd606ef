using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Bot.Tests.Roster;

/// <summary>A fresh, empty database with the roster's rules over it: SQLite, or PostgreSQL when BOT_TEST_POSTGRES is set.</summary>
public sealed class OwnDatabase : IAsyncLifetime
{
    private static readonly string? Postgres = Environment.GetEnvironmentVariable("BOT_TEST_POSTGRES");

    private readonly string _folder = Directory.CreateTempSubdirectory("bot-roster-").FullName;
    private readonly string _name = "bot_" + System.Security.Cryptography.RandomNumberGenerator.GetHexString(12, lowercase: true);
    private ServiceProvider? _provider;

    public SetClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var options = new DatabaseOptions { ConnectionString = $"Data Source={Path.Combine(_folder, "bot.db")}" };
        if (!string.IsNullOrEmpty(Postgres))
        {
            await AdministerAsync($"CREATE DATABASE {_name}");
            options = new DatabaseOptions { Provider = DatabaseProvider.Postgres, ConnectionString = new NpgsqlConnectionStringBuilder(Postgres) { Database = _name }.ConnectionString };
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(options);
        services.AddData(options);
        services.AddSingleton(KeyRing.Open(Path.Combine(_folder, "keys")));
        services.AddSingleton<Vault>();
        services.AddSingleton<Headcounts>();
        services.AddSingleton<Standings>();
        services.AddSingleton<OrganisationTree>();
        services.AddScoped<RosterImport>();
        _provider = services.BuildServiceProvider();
        await DoAsync<Migrator, int>(m => m.MigrateAsync(CancellationToken.None));
    }

    public async Task<TAnswer> DoAsync<T, TAnswer>(Func<T, Task<TAnswer>> act)
        where T : notnull
    {
        await using var scope = _provider!.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<T>());
    }

    public Task<TAnswer> InDbAsync<TAnswer>(Func<BotDb, Task<TAnswer>> read) => DoAsync(read);

    public Task<RosterImported> ImportAsync(string csv, bool dryRun = false)
        => DoAsync<RosterImport, RosterImported>(import => import.RunAsync(
            RosterFile.Read(System.Text.Encoding.UTF8.GetBytes(csv), Bot.Core.ChinaTime.DateOf(Clock.Now)), dryRun, null, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await _provider!.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (!string.IsNullOrEmpty(Postgres))
        {
            NpgsqlConnection.ClearAllPools();
            await AdministerAsync($"DROP DATABASE {_name} WITH (FORCE)");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

public sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 1, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
