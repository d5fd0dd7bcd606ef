using System.Text;
using Bot.Core.WeChat;
using Bot.Simulator.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace Bot.Tests.Simulator;

/// <summary>A bot of a few lines behind the real protocol layer, so that the platform can be tested without the product.</summary>
internal sealed class StubBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubBot(WebApplication app) => _app = app;

    public FakeWeChat WeChat { get; set; } = null!;

    /// <summary>What it says to a push that it could open.</summary>
    public Func<Inbound, Reply> Says { get; set; } = _ => Reply.Nothing;

    /// <summary>Answers in place of the protocol layer; gets the number of the delivery, from 1.</summary>
    public Func<int, HttpContext, Task>? Instead { get; set; }

    public List<Inbound> Heard { get; } = [];

    public List<string> Bodies { get; } = [];

    public static async Task<StubBot> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var bot = new StubBot(app);
        app.MapPost("/wechat/mp", (HttpContext http) => bot.HearAsync(http, false));
        app.MapPost("/wechat/mini", (HttpContext http) => bot.HearAsync(http, true));
        StubPages.Map(app);
        await app.StartAsync();
        return bot;
    }

    public HttpClient Client()
    {
        var client = _app.GetTestClient();
        client.BaseAddress = new Uri("http://localhost:5000");
        return client;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HearAsync(HttpContext http, bool mini)
    {
        using var memory = new MemoryStream();
        await http.Request.Body.CopyToAsync(memory);
        Bodies.Add(Encoding.UTF8.GetString(memory.ToArray()));
        if (Instead is not null)
        {
            await Instead(Bodies.Count, http);
            return;
        }

        var query = http.Request.Query;
        var callback = CallbackOf(mini ? WeChat.Mini : WeChat.Mp);
        var opened = callback.Open(
            new CallbackQuery(query["signature"], query["timestamp"], query["nonce"], query["encrypt_type"], query["msg_signature"]), memory.ToArray());
        if (!opened.IsMessage(out var inbound))
        {
            http.Response.StatusCode = 403;
            return;
        }

        Heard.Add(inbound);
        await http.Response.Body.WriteAsync(callback.Seal(Says(inbound), inbound).Body);
    }

    private static Callback CallbackOf(Account account) => new(
        account.AppId,
        account.Token,
        account.EncodingAesKey,
        "",
        Enum.Parse<CallbackMode>(account.Mode.ToString()),
        Enum.Parse<CallbackFormat>(account.Format.ToString()),
        600,
        TimeProvider.System);
}
