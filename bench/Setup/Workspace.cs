using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bot.Core;
using Bot.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Bot.Bench.Setup;

/// <summary>A folder, an empty database and the settings of one run; all of it is gone afterwards.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    public const string AppId = "wx00000000000bench";
    public const string Token = "benchtoken";
    public const string AesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    private readonly string _maintenance;
    private readonly string _databaseName;
    private ServiceProvider? _services;

    private Workspace(BenchOptions options)
    {
        Options = options;
        _databaseName = "bench_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        _maintenance = options.ConnectionString;
        Folder = Directory.CreateDirectory(Path.Combine(options.Folder, _databaseName)).FullName;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Address = (IPEndPoint)free.LocalEndpoint;
        Settings = new Dictionary<string, string>
        {
            ["Database:Provider"] = options.Database.ToString(),
            ["Database:ConnectionString"] = Connect(_databaseName),
            ["Keys:Path"] = Path.Combine(Folder, "keys"),
            ["Site:PublicUrl"] = $"http://{Address}",
            ["WeChat:Mp:AppId"] = AppId,
            ["WeChat:Mp:Token"] = Token,
            ["WeChat:Mp:EncodingAesKey"] = AesKey,
            ["WeChat:Mp:Mode"] = "Plain",
            ["WeChat:ApiBaseUrl"] = "http://127.0.0.1:9", // nothing here calls WeChat; should anything try, it must not get out
            ["WeChat:OAuthBaseUrl"] = "http://127.0.0.1:9",
        };
    }

    public BenchOptions Options { get; }

    public string Folder { get; }

    /// <summary>Where the server listens, the same at every restart.</summary>
    public IPEndPoint Address { get; }

    public Dictionary<string, string> Settings { get; }

    /// <summary>Where all that the server writes to its log is kept; null to keep its last lines alone.</summary>
    public string? LogFile { get; set; }

    public string DatabaseName => Options.Database.ToString().ToLowerInvariant();

    /// <summary>The same services over the same database and keys as the server's, for preparing and for checking.</summary>
    public IServiceProvider Services => _services ??= BuildServices();

    public static async Task<Workspace> CreateAsync(BenchOptions options, CancellationToken ct)
    {
        var workspace = new Workspace(options);
        if (options.Database == DatabaseProvider.Postgres)
        {
            await workspace.MaintainAsync($"CREATE DATABASE {workspace._databaseName}", ct);
        }

        await using var scope = workspace.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(ct);
        return workspace;
    }

    public static void Say(string progress) => Console.Error.WriteLine($"{ChinaTime.Of(TimeProvider.System.GetUtcNow()):HH:mm:ss} {progress}");

    /// <summary>A connection string for another database beside this one.</summary>
    public string Connect(string name) => Options.Database == DatabaseProvider.Sqlite
        ? $"Data Source={Path.Combine(Folder, name + ".db")}"
        : new NpgsqlConnectionStringBuilder(Options.ConnectionString) { Database = name }.ConnectionString;

    /// <summary>Where psql finds this workspace's database.</summary>
    public Dictionary<string, string> ShellSettings
    {
        get
        {
            var at = new NpgsqlConnectionStringBuilder(Connect(_databaseName));
            return new()
            {
                ["PGHOST"] = at.Host!,
                ["PGPORT"] = at.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = at.Username!,
                ["PGPASSWORD"] = at.Password!,
                ["PGDATABASE"] = at.Database!,
            };
        }
    }

    public async Task<T> InDbAsync<T>(Func<BotDb, Task<T>> work)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync();
        return await work(db);
    }

    /// <summary>A copy of the database as an operator makes one, into the folder.</summary>
    public async Task BackUpAsync(CancellationToken ct)
    {
        var to = Path.Combine(Folder, "backup");
        if (Options.Database == DatabaseProvider.Sqlite)
        {
            await InDbAsync(db => db.Database.ExecuteSqlAsync($"VACUUM INTO {to}", ct));
            return;
        }

        using var dump = new Child("pg_dump", ["-f", to], ShellSettings, Folder);
        if (await dump.EndedAsync(ct) is (not 0, var said))
        {
            throw new BenchException("pg_dump: " + said);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        if (Options.Database == DatabaseProvider.Postgres)
        {
            await MaintainAsync($"DROP DATABASE IF EXISTS {_databaseName} WITH (FORCE)", CancellationToken.None);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private ServiceProvider BuildServices()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddCore(new ConfigurationBuilder().AddInMemoryCollection(Settings!).Build());
        return services.BuildServiceProvider();
    }

    private async Task MaintainAsync(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(_maintenance);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
