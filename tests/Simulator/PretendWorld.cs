using Bot.Simulator;
using Bot.Simulator.Page;
using Bot.Simulator.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Tests.Simulator;

/// <summary>The fake platform and its web page in process, before a stub bot.</summary>
internal sealed class PretendWorld : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PretendWorld(StubBot bot, WebApplication app, SetClock clock)
    {
        Bot = bot;
        _app = app;
        Clock = clock;
        WeChat = app.Services.GetRequiredService<FakeWeChat>();
        Phones = app.Services.GetRequiredService<Phones>();
        Bot.WeChat = WeChat;
    }

    public StubBot Bot { get; }

    public FakeWeChat WeChat { get; }

    public Phones Phones { get; }

    public SetClock Clock { get; }

    public Phone Phone => Phones.Of(WeChat.People[0]);

    public static async Task<PretendWorld> StartAsync(PushMode mode = PushMode.Safe, Patience? patience = null)
    {
        var bot = await StubBot.StartAsync();
        var clock = new SetClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSimulator(_ => bot.Client(), mode, null, patience);
        var app = builder.Build();
        app.UseSimulator();
        await app.StartAsync();
        return new PretendWorld(bot, app, clock);
    }

    /// <summary>Goes to the simulator's own address, as a browser or the bot does.</summary>
    public HttpClient Client()
    {
        var client = _app.GetTestClient();
        client.BaseAddress = new Uri("http://localhost:5080");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Bot.DisposeAsync();
    }
}

/// <summary>Tells the time it was set to; timers run by the real clock.</summary>
internal sealed class SetClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
