using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

/// <summary>What a browser hears from the server while a page is open.</summary>
internal sealed class OpenPage : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _patience = new(Patience);
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly StringBuilder _read = new();
    private bool _isClosed;

    private OpenPage(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _items = SseParser.Create(body).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
    }

    public string? ContentType => _answer.Content.Headers.ContentType?.MediaType;

    public ICollection<string> Encodings => _answer.Content.Headers.ContentEncoding;

    public string Read => _read.ToString();

    public static async Task<OpenPage> OpenAsync(Browser browser, string path)
    {
        var answer = await browser.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", "br, gzip"));
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        return new OpenPage(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next state, signs of life left out.</summary>
    public async Task<JsonElement> FiguresAsync()
    {
        while (await _items.MoveNextAsync())
        {
            if (_items.Current.EventType == "figures")
            {
                _read.Append(_items.Current.Data);
                return JsonDocument.Parse(_items.Current.Data).RootElement;
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isIt)
    {
        while (true)
        {
            var state = await FiguresAsync();
            if (isIt(state))
            {
                return state;
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The last event.</returns>
    public async Task<string?> LastAsync()
    {
        string? last = null;
        while (await _items.MoveNextAsync())
        {
            last = _items.Current.EventType;
        }

        return last;
    }

    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _patience.Cancel();
            _answer.Dispose();
            _patience.Dispose();
        }
    }
}
