using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.Data;

/// <summary>Chooses the database by configuration.</summary>
public static class DataSetup
{
    public static void AddData(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddPooledDbContextFactory<BotDb>(db => db.Use(options));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContext());
        services.AddScoped<Migrator>();
        services.AddSingleton<WriteQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
    }

    public static bool IsSqliteDatabase(this DatabaseFacade database) => database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite";

    /// <summary>Points a context at the configured database. SQLite syncs every commit by default (synchronous=FULL); the migrator turns WAL on.</summary>
    public static DbContextOptionsBuilder Use(this DbContextOptionsBuilder db, DatabaseOptions options)
        => options.Provider == DatabaseProvider.Sqlite
            ? db.UseSqlite(new SqliteConnectionStringBuilder(options.ConnectionString) { ForeignKeys = true }.ConnectionString)
            : db.UseNpgsql(options.ConnectionString);
}
