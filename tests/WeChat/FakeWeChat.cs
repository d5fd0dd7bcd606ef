using System.Net;
using System.Text;
using Bot.Core;
using Bot.Core.WeChat;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Tests.WeChat;

/// <summary>The network as the API client sees it: answers in the order planned, and keeps every call.</summary>
internal sealed class FakeWeChat : HttpMessageHandler
{
    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _answers = new();
    private readonly ServiceProvider _services;

    public FakeWeChat(FixedClock clock, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
            [
                new("WeChat:Mp:AppId", "wx-mp"), new("WeChat:Mp:AppSecret", "secret-mp"),
                new("WeChat:Mini:AppId", "wx-mini"), new("WeChat:Mini:AppSecret", "secret-mini"),
                new("WeChat:ApiBaseUrl", "https://wechat.test"),
            ])
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddWeChat(configuration);
        services.AddLogging(logs => logs.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        services.AddHttpClient<WeChatApi>().ConfigurePrimaryHttpMessageHandler(() => this);
        _services = services.BuildServiceProvider();
    }

    public List<Call> Calls { get; } = [];

    /// <summary>All that was logged.</summary>
    public KeptLog Log { get; } = new();

    /// <summary>Two calls are answered: the token and one thing more.</summary>
    public FakeWeChat TokenAnd(string json) => Token().Answers(json);

    /// <summary>A new client over the one token store.</summary>
    public WeChatApi Api => _services.GetRequiredService<WeChatApi>();

    public FakeWeChat Answers(string json) => Answers(_ => Task.FromResult(Json(json)));

    public FakeWeChat Answers(byte[] file, string contentType) => Answers(_ => Task.FromResult(new HttpResponseMessage
    {
        Content = new ByteArrayContent(file) { Headers = { ContentType = new(contentType) } },
    }));

    public FakeWeChat Answers(HttpStatusCode status) => Answers(_ => Task.FromResult(new HttpResponseMessage(status)));

    public FakeWeChat Answers(Func<CancellationToken, Task<HttpResponseMessage>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    /// <summary>The same answer so often; each time after a new token, where one has to be fetched in between.</summary>
    public FakeWeChat Always(int times, string json, bool newTokens)
    {
        for (var i = 0; i < times; i++)
        {
            Answers(json);
            if (newTokens && i + 1 < times)
            {
                Token($"T{i + 2}");
            }
        }

        return this;
    }

    public FakeWeChat Token(string token = "T1", int seconds = 7200) => Answers($$"""{"access_token":"{{token}}","expires_in":{{seconds}}}""");

    public static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "text/plain") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Func<CancellationToken, Task<HttpResponseMessage>> answer;
        lock (Calls)
        {
            Calls.Add(new Call(
                request.Method.Method, request.RequestUri!.AbsoluteUri, body,
                request.Content?.Headers.ContentLength, request.Content?.Headers.ContentType?.ToString(), request.Headers.TransferEncodingChunked));
            answer = _answers.Count > 0 ? _answers.Dequeue() : throw new InvalidOperationException($"Unplanned call of {request.RequestUri.AbsolutePath}.");
        }

        return await answer(cancellationToken);
    }

    internal sealed record Call(string Method, string Url, byte[] Body, long? Length, string? ContentType, bool? Chunked)
    {
        public string Path => new Uri(Url).PathAndQuery;

        public string Text => Encoding.UTF8.GetString(Body);
    }
}

/// <summary>Keeps every line, from the finest level on.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Add($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _lines.Add(formatter(state, exception) + exception);

    public void Dispose()
    {
    }
}
