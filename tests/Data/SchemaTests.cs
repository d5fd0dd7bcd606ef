using System.Data.Common;
using Bot.Core.Data;
using Bot.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bot.Tests.Data;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_schema_of_the_scripts_equals_the_model()
    {
        await using var scripts = await TestDatabase.CreateEmptyAsync();
        await using var model = await TestDatabase.CreateEmptyAsync();
        await using var migrated = Open(scripts);
        await using var created = Open(model);
        await new Migrator(migrated, new TestClock(), NullLogger<Migrator>.Instance).MigrateAsync(default);
        await created.Database.ExecuteSqlRawAsync(created.Database.GenerateCreateScript());

        Assert.Equal(await DescribeAsync(created), (await DescribeAsync(migrated)).Where(line => !line.Contains("schema_migrations", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ten_starting_together_migrate_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var ran = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            await using var db = Open(database);
            return await Task.Run(() => new Migrator(db, new TestClock(), NullLogger<Migrator>.Instance).MigrateAsync(default));
        }));

        Assert.Equal(1, ran.Count(r => r > 0));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_left_alone()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var db = Open(database);
        var migrator = new Migrator(db, new TestClock(), NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(default);
        await db.Database.ExecuteSqlRawAsync("INSERT INTO schema_migrations (number, name, hash, applied_at) VALUES (9999, 'later', 'x', 0)");

        var refused = await Assert.ThrowsAsync<MigrationException>(() => migrator.MigrateAsync(default));

        Assert.Contains("9999", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_changed_after_it_ran_is_noticed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var db = Open(database);
        var migrator = new Migrator(db, new TestClock(), NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(default);
        await db.Database.ExecuteSqlRawAsync("UPDATE schema_migrations SET hash = 'x' WHERE number = 1");

        await Assert.ThrowsAsync<MigrationException>(() => migrator.MigrateAsync(default));
    }

    /// <summary>Else the planner compiles statements that mention a whole region for 200 ms each.</summary>
    [Theory]
    [InlineData("Host=h;Database=d", "-c jit=off")]
    [InlineData("Host=h;Database=d;Options=-c work_mem=8MB", "-c jit=off -c work_mem=8MB")]
    [InlineData("Host=h;Database=d;Options=-c jit=on", "-c jit=on")]
    public void PostgreSQL_compiles_nothing_just_in_time_unless_the_settings_say_so(string text, string options)
    {
        var chosen = new DatabaseOptions { Provider = DatabaseProvider.Postgres, ConnectionString = text };
        using var db = new BotDb((DbContextOptions<BotDb>)new DbContextOptionsBuilder<BotDb>().Use(chosen).Options);

        Assert.Equal(options, new Npgsql.NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()).Options);
    }

    [Fact]
    public async Task SQLite_commits_are_synced_and_readers_do_not_wait_for_the_writer()
    {
        await using var bot = await BotUnderTest.StartAsync();
        if (bot.Provider != DatabaseProvider.Sqlite)
        {
            return; // PostgreSQL's own defaults hold there; docs say which must not be changed
        }

        await bot.InDb(async db =>
        {
            Assert.Equal(2, await db.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync());
            Assert.Equal("wal", await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync());
            Assert.Equal(1, await db.Database.SqlQueryRaw<int>("SELECT foreign_keys AS Value FROM pragma_foreign_keys").SingleAsync());
        });
    }

    /// <summary>Delete the shim, this test and two NoWarns when it fails.</summary>
    [Fact]
    public void The_SQLite_shim_is_still_needed()
    {
        var asked = typeof(SqliteConnection).Assembly.GetReferencedAssemblies().Single(a => a.Name == "SQLitePCLRaw.core").Version!;
        var there = System.Reflection.AssemblyName.GetAssemblyName(Path.Combine(AppContext.BaseDirectory, "SQLitePCLRaw.core.dll")).Version!;

        Assert.True(asked > there, "delete me: Core/Data/SqliteShim.cs is not needed any more");
    }

    private static BotDb Open(TestDatabase database)
        => new((DbContextOptions<BotDb>)new DbContextOptionsBuilder<BotDb>()
            .Use(new DatabaseOptions { Provider = database.Provider, ConnectionString = database.ConnectionString }).Options);

    private static async Task<List<string>> DescribeAsync(BotDb db)
    {
        var lines = db.Database.IsSqliteDatabase()
            ? await ReadAsync(db, "SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
                "SELECT replace(replace(sql, char(10), ' '), '  ', ' ') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
                "SELECT m.name || ' -> ' || f.\"table\" || ' ' || f.\"from\" || ' ' || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'")
            : await ReadAsync(db, "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || is_identity FROM information_schema.columns WHERE table_schema = 'public'",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
                "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace");
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> ReadAsync(BotDb db, params string[] queries)
    {
        await db.Database.OpenConnectionAsync();
        var lines = new List<string>();
        foreach (var sql in queries)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            await using DbDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(0));
            }
        }

        return lines;
    }
}
