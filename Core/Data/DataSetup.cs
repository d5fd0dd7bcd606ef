using Bot.Core.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Bot.Core.Data;

/// <summary>Chooses the database by configuration.</summary>
public static class DataSetup
{
    /// <exception cref="SettingsException">The connection string cannot be read.</exception>
    public static void AddData(this IServiceCollection services, DatabaseOptions options)
    {
        Check(options);
        services.AddPooledDbContextFactory<BotDb>(db => db.Use(options));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContext());
        services.AddScoped<Migrator>();
        services.AddSingleton<WriteQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
    }

    private static void Check(DatabaseOptions options)
    {
        try
        {
            _ = options.Provider == DatabaseProvider.Sqlite ? Sqlite(options) : Postgres(options) as object;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Without the text of the fault: it may hold a password.
            throw new SettingsException($"Database:ConnectionString is no connection string for {options.Provider}.", e);
        }
    }

    private static SqliteConnectionStringBuilder Sqlite(DatabaseOptions options)
    {
        const string Timeout = "Default Timeout";
        var connection = new SqliteConnectionStringBuilder(options.ConnectionString) { ForeignKeys = true };
        connection.DefaultTimeout = connection.ShouldSerialize(Timeout) ? connection.DefaultTimeout : options.LockSeconds;
        return connection;
    }

    /// <summary>
    /// Without PostgreSQL's just-in-time compiler, unless the settings say otherwise: the planner takes any statement that mentions a whole
    /// region's organisations for a costly one and compiles for 200 ms what then runs for one.
    /// </summary>
    private static NpgsqlConnectionStringBuilder Postgres(DatabaseOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        if (connection.Options?.Contains("jit", StringComparison.Ordinal) != true)
        {
            connection.Options = $"-c jit=off {connection.Options}".TrimEnd();
        }

        return connection;
    }

    public static bool IsSqliteDatabase(this DatabaseFacade database) => database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite";

    /// <summary>Points a context at the configured database. SQLite syncs every commit by default (synchronous=FULL); the migrator turns WAL on.</summary>
    public static DbContextOptionsBuilder Use(this DbContextOptionsBuilder db, DatabaseOptions options)
        => options.Provider == DatabaseProvider.Sqlite
            ? db.UseSqlite(Sqlite(options).ConnectionString)
            : db.UseNpgsql(Postgres(options).ConnectionString);
}
