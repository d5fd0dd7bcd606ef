using System.Net;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>One exchange over HTTP; silence in all its kinds is one exception.</summary>
internal sealed class WeChatWire(HttpClient http, string baseUrl, TimeProvider clock)
{
    private readonly string _baseUrl = baseUrl.TrimEnd('/');

    /// <exception cref="WeChatSilenceException">A time-out, a broken connection or an HTTP error.</exception>
    public async Task<WeChatAnswer> ExchangeAsync(WeChatCall call, string query, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(call.Body is null ? HttpMethod.Get : HttpMethod.Post, _baseUrl + call.Method + (query.Length > 0 ? "?" + query : ""));
        var body = call.Body is null ? null : new KnownLength(call.Body, call.ContentType);
        request.Content = body;
        using var silence = new CancellationTokenSource(call.TimeAllowed, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode
                ? Read(await response.Content.ReadAsByteArrayAsync(either.Token), response.Content.Headers.ContentType?.MediaType ?? "")
                : throw new WeChatSilenceException(call.Method, mayHaveArrived: true, $"HTTP {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new WeChatSilenceException(call.Method, body?.Begun ?? true, "time-out");
        }
        catch (HttpRequestException broken)
        {
            // Without the fault itself: its words are not ours.
            var unconnected = broken.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
            throw new WeChatSilenceException(call.Method, !unconnected && (body?.Begun ?? true), broken.HttpRequestError.ToString());
        }
        catch (IOException)
        {
            throw new WeChatSilenceException(call.Method, body?.Begun ?? true, "broken connection");
        }
    }

    /// <summary>Files are answered as they are, and errors instead of files as JSON of whatever content type.</summary>
    private static WeChatAnswer Read(byte[] bytes, string contentType)
    {
        if (bytes.AsSpan().TrimStart(" \r\n\t"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return new WeChatAnswer(null, bytes, contentType);
        }

        try
        {
            return new WeChatAnswer(JsonElement.Parse(bytes), bytes, contentType);
        }
        catch (JsonException)
        {
            return new WeChatAnswer(null, bytes, contentType);
        }
    }

    /// <summary>Bytes with a known length, as WeChat answers chunked bodies with 412; knows whether any of them have gone out.</summary>
    private sealed class KnownLength : ByteArrayContent
    {
        public KnownLength(byte[] body, string contentType)
            : base(body) => Headers.TryAddWithoutValidation("Content-Type", contentType);

        public bool Begun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Begun = true;
            return base.SerializeToStreamAsync(stream, context);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Begun = true;
            return base.SerializeToStreamAsync(stream, context, cancellationToken);
        }
    }
}
