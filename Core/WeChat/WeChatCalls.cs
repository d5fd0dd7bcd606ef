using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bot.Core.WeChat;

/// <summary>How a call is made: every one goes through <see cref="SendAsync"/>.</summary>
internal sealed partial class WeChatCalls(HttpClient http, WeChatOptions options, AccessTokens tokens, TimeProvider clock)
{
    private const string TokenMethod = "/cgi-bin/stable_token";
    private static readonly TimeSpan TimeAllowed = TimeSpan.FromSeconds(5);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public bool IsOn(WeChatAccount account) => Configured(account) is { AppId.Length: > 0, Secret.Length: > 0 };

    public (string AppId, string Secret) Credentials(WeChatAccount account)
        => IsOn(account) ? Configured(account)
            : throw new InvalidOperationException($"WeChat:{account}:AppId or WeChat:{account}:AppSecret is empty.");

    public Task<string> AccessTokenAsync(WeChatAccount account, CancellationToken ct)
    {
        var (appId, secret) = Credentials(account);
        return tokens.GetAsync(appId, () => FetchTokenAsync(appId, secret), ct);
    }

    /// <summary>Without a token, for calls that carry appid and secret.</summary>
    public Task<JsonElement> GetAsync(string method, string query, CancellationToken ct) => SendAsync(method, query, null, ct);

    public Task<JsonElement> GetWithTokenAsync(WeChatAccount account, string method, CancellationToken ct)
        => SendWithTokenAsync(account, method, null, ct);

    public Task<JsonElement> PostAsync(WeChatAccount account, string method, byte[] body, CancellationToken ct)
        => SendWithTokenAsync(account, method, body, ct);

    public static string Required(JsonElement answer, string name, string method)
        => answer.Text(name) ?? throw new HttpRequestException($"WeChat answered {method} without {name}.");

    private (string AppId, string Secret) Configured(WeChatAccount account)
        => account == WeChatAccount.Mp ? (options.Mp.AppId, options.Mp.AppSecret) : (options.Mini.AppId, options.Mini.AppSecret);

    private async Task<FreshToken> FetchTokenAsync(string appId, string secret)
    {
        // Never with force_refresh: that revokes the token other nodes are using.
        var body = JsonBody.Of(json =>
        {
            json.WriteText("grant_type", "client_credential");
            json.WriteText("appid", appId);
            json.WriteText("secret", secret);
        });
        var answer = await SendAsync(TokenMethod, null, body, CancellationToken.None);
        return new FreshToken(Required(answer, "access_token", TokenMethod), TimeSpan.FromSeconds(answer.Number("expires_in")));
    }

    private async Task<JsonElement> SendWithTokenAsync(WeChatAccount account, string method, byte[]? body, CancellationToken ct)
    {
        var token = await AccessTokenAsync(account, ct);
        try
        {
            return await SendAsync(method, "access_token=" + Uri.EscapeDataString(token), body, ct);
        }
        catch (WeChatException stale) when (stale.Code is 40001 or 40014 or 42001)
        {
            tokens.Invalidate(Credentials(account).AppId, token);
            var next = await AccessTokenAsync(account, ct);
            return await SendAsync(method, "access_token=" + Uri.EscapeDataString(next), body, ct);
        }
    }

    /// <summary>WeChat reports errors as HTTP 200 with an errcode; this is the only place that looks at it.</summary>
    private async Task<JsonElement> SendAsync(string method, string? query, byte[]? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(
            body is null ? HttpMethod.Get : HttpMethod.Post,
            options.ApiBaseUrl.TrimEnd('/') + method + (query is null ? "" : "?" + query));
        if (body is not null)
        {
            // Bytes with a known length: WeChat refuses chunked bodies with 412.
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        }

        using var silence = new CancellationTokenSource(TimeAllowed, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        byte[] answer;
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"WeChat answered {method} with HTTP {(int)response.StatusCode}.", null, response.StatusCode);
            }

            answer = await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"WeChat did not answer {method} in time.");
        }

        return Read(answer, method);
    }

    private static JsonElement Read(byte[] answer, string method)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(answer);
        }
        catch (JsonException)
        {
            throw new HttpRequestException($"WeChat answered {method} with something that is not JSON."); // the body may hold secrets
        }

        return json.Number("errcode") is not 0 and var code
            ? throw new WeChatException(code, method, Rid().Match(json.Text("errmsg") ?? "") is { Success: true } rid ? rid.Groups[1].Value : "")
            : json;
    }

    [GeneratedRegex(@"rid:\s*([0-9A-Za-z-]{1,64})")]
    private static partial Regex Rid();
}
