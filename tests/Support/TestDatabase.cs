using System.Security.Cryptography;
using Bot.Core.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bot.Tests.Support;

/// <summary>A fresh database for one test: a SQLite file, or a PostgreSQL database where BOT_TEST_POSTGRES holds a connection string.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
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

    public static async Task<TestDatabase> CreateAsync()
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
        if (Server is null)
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
        else
        {
            await using (var connection = new NpgsqlConnection(ConnectionString))
            {
                NpgsqlConnection.ClearPool(connection);
            }

            await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
