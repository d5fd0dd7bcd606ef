using System.Security.Cryptography;
using Bot.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Bot.Tests.Support.TemplateOfDatabases))]

namespace Bot.Tests.Support;

/// <summary>A fresh database for one test: a SQLite file, or a PostgreSQL database where BOT_TEST_POSTGRES holds a connection string.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<TestDatabase>> MigratedTemplate = new(MigrateAsync);

    private readonly string _name = "bot_test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    private TestDatabase(string folder)
    {
        Folder = folder;
        Provider = Server is null ? DatabaseProvider.Sqlite : DatabaseProvider.Postgres;
        ConnectionString = Server is null
            ? $"Data Source={Path.Combine(folder, "bot.db")}"
            : new NpgsqlConnectionStringBuilder(Server) { Database = _name, MaxPoolSize = 30, Options = "-c jit=off" }.ConnectionString;
    }

    private static string? Server => Environment.GetEnvironmentVariable("BOT_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    public DatabaseProvider Provider { get; }

    public string ConnectionString { get; }

    /// <summary>Of this test alone; for keys and files, too.</summary>
    public string Folder { get; }

    /// <summary>With the schema of today.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var template = await MigratedTemplate.Value;
        var database = new TestDatabase(Directory.CreateTempSubdirectory("bot-test-").FullName);
        if (Server is not null)
        {
            await ExecuteAsync($"CREATE DATABASE {database._name} TEMPLATE {template._name}");
        }
        else
        {
            File.Copy(Path.Combine(template.Folder, "bot.db"), Path.Combine(database.Folder, "bot.db"));
        }

        return database;
    }

    /// <summary>Without any table.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        var database = new TestDatabase(Directory.CreateTempSubdirectory("bot-test-").FullName);
        if (Server is not null)
        {
            await ExecuteAsync($"CREATE DATABASE {database._name}");
        }

        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await LetGoAsync();
        if (Server is not null)
        {
            await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");
        }

        Directory.Delete(Folder, recursive: true);
    }

    internal static async ValueTask DropTemplateAsync()
    {
        if (MigratedTemplate.IsValueCreated)
        {
            await (await MigratedTemplate.Value).DisposeAsync();
        }
    }

    /// <summary>Migrating costs more than most tests: once, then copied.</summary>
    private static async Task<TestDatabase> MigrateAsync()
    {
        var database = await CreateEmptyAsync();
        var options = new DatabaseOptions { Provider = database.Provider, ConnectionString = database.ConnectionString };
        await using (var db = new BotDb((DbContextOptions<BotDb>)new DbContextOptionsBuilder<BotDb>().Use(options).Options))
        {
            await new Migrator(db, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);

            // The last connection takes the log of SQLite into the file, which is copied alone; PostgreSQL copies what nobody is connected to.
            switch (db.Database.GetDbConnection())
            {
                case SqliteConnection sqlite:
                    SqliteConnection.ClearPool(sqlite);
                    break;
                case NpgsqlConnection postgres:
                    NpgsqlConnection.ClearPool(postgres);
                    break;
            }
        }

        return database;
    }

    private async Task LetGoAsync()
    {
        if (Server is null)
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
        else
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            NpgsqlConnection.ClearPool(connection);
        }
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Tidies up after all tests.</summary>
public sealed class TemplateOfDatabases : IAsyncDisposable
{
    public ValueTask DisposeAsync() => TestDatabase.DropTemplateAsync();
}
