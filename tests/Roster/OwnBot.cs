using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bot.Tests.Roster;

/// <summary>The whole bot in process over a fresh, empty database: SQLite, or PostgreSQL when BOT_TEST_POSTGRES is set.</summary>
public sealed class OwnBot : IAsyncLifetime
{
    public const string AppId = "wx0000000000000001";
    public const string MiniAppId = "wx0000000000000002";

    private const string Token = "token";

    private static readonly string? Postgres = Environment.GetEnvironmentVariable("BOT_TEST_POSTGRES");

    private readonly string _folder = Directory.CreateTempSubdirectory("bot-roster-").FullName;
    private readonly string _name = "bot_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
    private WebApplication? _app;
    private int _messages;

    public SetClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var database = ("sqlite", $"Data Source={Path.Combine(_folder, "bot.db")}");
        if (!string.IsNullOrEmpty(Postgres))
        {
            await AdministerAsync($"CREATE DATABASE {_name}");
            database = ("postgres", new NpgsqlConnectionStringBuilder(Postgres) { Database = _name }.ConnectionString);
        }

        var builder = WebApplication.CreateBuilder(ServerHost.Beside([]));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = database.Item1,
            ["Database:ConnectionString"] = database.Item2,
            ["Keys:Path"] = Path.Combine(_folder, "keys"),
            ["WeChat:Mp:AppId"] = AppId,
            ["WeChat:Mp:Token"] = Token,
            ["WeChat:Mp:Mode"] = "plain",
            ["WeChat:Mini:AppId"] = MiniAppId,
            ["Site:PublicUrl"] = "http://localhost",
        });
        builder.AddBot();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        _app = builder.Build();
        _app.UseBot();
        await ServerHost.PrepareAsync(_app.Services, CancellationToken.None);
        await _app.StartAsync();
    }

    public HttpClient Browser() => _app!.GetTestClient();

    public async Task<TAnswer> DoAsync<T, TAnswer>(Func<T, Task<TAnswer>> act)
        where T : notnull
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<T>());
    }

    public Task<TAnswer> InDbAsync<TAnswer>(Func<BotDb, Task<TAnswer>> read) => DoAsync(read);

    public async Task<int> RunAsync<TCommand>(StringWriter output, StringWriter error, params string[] arguments)
        where TCommand : class
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        var command = (Server.Operator.IOperatorCommand)ActivatorUtilities.CreateInstance<TCommand>(scope.ServiceProvider);
        return await command.RunAsync(new Server.Operator.OperatorCall(arguments, output, error), CancellationToken.None);
    }

    public Task<RosterImported> ImportAsync(string csv, bool dryRun = false)
        => DoAsync<RosterImport, RosterImported>(import => import.RunAsync(
            RosterFile.Read(Encoding.UTF8.GetBytes(csv), Bot.Core.ChinaTime.DateOf(Clock.Now)), dryRun, null, CancellationToken.None));

    /// <summary>Sends each text in turn and returns the last answer.</summary>
    public async Task<string> SayAsync(string openId, params string[] texts)
    {
        var answer = "";
        foreach (var text in texts)
        {
            answer = await PushAsync(openId, "text", $"<Content><![CDATA[{text}]]></Content><MsgId>{Interlocked.Increment(ref _messages)}</MsgId>");
        }

        return answer;
    }

    public Task<string> ScanAsync(string openId, string scene)
        => PushAsync(openId, "event", $"<Event>SCAN</Event><EventKey>{scene}</EventKey><Ticket>{Interlocked.Increment(ref _messages)}</Ticket>");

    public async Task<string> PushAsync(string openId, string type, string fields)
    {
        var time = Clock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string[] signed = [Token, time, "n"];
        Array.Sort(signed, StringComparer.Ordinal);
        var signature = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(signed))));
        using var browser = Browser();
        using var answer = await browser.PostAsync(
            new Uri($"/wechat/mp?signature={signature}&timestamp={time}&nonce=n", UriKind.Relative),
            new StringContent($"<xml><ToUserName>gh_1</ToUserName><FromUserName>{openId}</FromUserName><CreateTime>{time}</CreateTime><MsgType>{type}</MsgType>{fields}</xml>"));
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsStringAsync();
        return body.StartsWith('<') ? ContentOf(body) : "";
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (!string.IsNullOrEmpty(Postgres))
        {
            NpgsqlConnection.ClearAllPools();
            await AdministerAsync($"DROP DATABASE {_name} WITH (FORCE)");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string ContentOf(string xml)
    {
        using var reader = System.Xml.XmlReader.Create(new StringReader(xml));
        return XDocument.Load(reader).Root!.Element("Content")?.Value ?? "";
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
