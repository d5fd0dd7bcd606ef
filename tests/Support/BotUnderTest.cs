using Bot.Core.Data;
using Bot.Server;
using Bot.Server.Operator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace Bot.Tests.Support;

/// <summary>The whole bot in this process: real pipeline, real database, its own clock and network.</summary>
public sealed class BotUnderTest : IAsyncDisposable
{
    public const string AppId = "wx0000000000000001";
    public const string MiniAppId = "wx0000000000000002";
    public const string Token = "token-of-tests";
    public const string PublicUrl = "http://localhost:5000";

    private readonly TestDatabase _database;
    private readonly (string Key, string Value)[] _settings;
    private WebApplication? _app;

    private BotUnderTest(TestDatabase database, (string, string)[] settings)
    {
        _database = database;
        _settings = settings;

        // Jobs ask for these by themselves, before a test can plan what WeChat says.
        Network.Answer("/cgi-bin/stable_token", """{"access_token":"t","expires_in":7200}""");
        Network.Answer("/cgi-bin/openapi/quota/get", """{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100,"used":1,"remain":99}}""");
    }

    public TestClock Clock { get; } = new();

    public PlannedNetwork Network { get; } = new();

    public TestLog Log { get; } = new();

    public string Folder => _database.Folder;

    public DatabaseProvider Provider => _database.Provider;

    public string ConnectionString => _database.ConnectionString;

    public IServiceProvider Services => App.Services;

    private WebApplication App => _app ?? throw new InvalidOperationException("The bot has been stopped.");

    /// <param name="settings">On top of the defaults: plain mode, no clock skew check.</param>
    public static async Task<BotUnderTest> StartAsync(params (string Key, string Value)[] settings)
    {
        var bot = new BotUnderTest(await TestDatabase.CreateAsync(), settings);
        try
        {
            await bot.StartServerAsync();
            return bot;
        }
        catch
        {
            await bot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server and starts it again over the same database and keys.</summary>
    public async Task RestartAsync()
    {
        await StopServerAsync();
        await StartServerAsync();
    }

    /// <summary>Somebody's phone, with a cookie jar of its own.</summary>
    public Phone Phone(string openId) => new(this, openId);

    /// <summary>A browser that keeps cookies and does not follow redirects.</summary>
    public Browser Browser() => new(App.GetTestServer().CreateHandler());

    /// <summary>The mini program of somebody, signed in.</summary>
    public async Task<Learner> MiniProgram(string openId)
    {
        Network.Answer("/sns/jscode2session", $$"""{"openid":"{{openId}}","session_key":"k"}""");
        var browser = Browser();
        var session = await browser.PostJsonAsync("/api/v1/session", new { code = "code-of-" + openId });
        browser.Bearer = session.GetProperty("accessToken").GetString();
        return new Learner(this, browser);
    }

    public async Task<T> InDb<T>(Func<BotDb, Task<T>> read)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync();
        return await read(db);
    }

    public Task InDb(Func<BotDb, Task> act) => InDb(async db =>
    {
        await act(db);
        return 0;
    });

    /// <summary>Runs an operator's command beside the running server.</summary>
    public async Task<Ran> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await OperatorShell.RunAsync(args, output, error, Configure);
        Clock.Now += TimeSpan.FromSeconds(3); // what other processes changed shows after two seconds
        return new Ran(code, output.ToString(), error.ToString());
    }

    /// <summary>Stores and publishes lessons by the operator's command.</summary>
    public async Task Given(params LessonGiven[] lessons)
    {
        foreach (var lesson in lessons)
        {
            var file = Path.Combine(Folder, $"{lesson.Id}.md");
            await File.WriteAllTextAsync(file, lesson.ToFile());
            var ran = await RunAsync("lesson", "import", file, "--publish");
            Assert.True(ran.Code == 0, ran.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await _database.DisposeAsync();
        Assert.Empty(Network.Unplanned);
    }

    private async Task StartServerAsync()
    {
        _app = ServerHost.Build([], Configure);
        await ServerHost.PrepareAsync(_app.Services, CancellationToken.None);
        await _app.StartAsync();
    }

    private async Task StopServerAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    private void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = _database.Provider.ToString(),
            ["Database:ConnectionString"] = _database.ConnectionString,
            ["Keys:Path"] = Path.Combine(Folder, "keys"),
            ["HelpLine:MediaPath"] = Path.Combine(Folder, "help-media"),
            ["Roster:UploadPath"] = Path.Combine(Folder, "uploads"),
            ["Site:PublicUrl"] = PublicUrl,
            ["Jobs:RunHere"] = "false",
            ["WeChat:Mp:AppId"] = AppId,
            ["WeChat:Mp:AppSecret"] = "secret-of-mp",
            ["WeChat:Mp:Token"] = Token,
            ["WeChat:Mp:Mode"] = "plain",
            ["WeChat:Mini:AppId"] = MiniAppId,
            ["WeChat:Mini:AppSecret"] = "secret-of-mini",
            ["WeChat:Mini:Token"] = Token,
            ["WeChat:Mini:Mode"] = "plain",
        });
        builder.Configuration.AddInMemoryCollection(_settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1); // its slowness is the library's, and a sixth of the time of all tests of pages
        builder.Services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpMessageHandlerBuilderActions.Add(handler => handler.PrimaryHandler = Network.Handler()));
    }
}

/// <summary>How an operator's command ended.</summary>
public sealed record Ran(int Code, string Out, string Error);
