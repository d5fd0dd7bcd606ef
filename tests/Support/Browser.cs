using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Bot.Tests.Support;

/// <summary>A browser with cookies; follows no redirect, sends Origin as pages of ours do.</summary>
public sealed class Browser(HttpMessageHandler handler)
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpMessageInvoker _http = new(handler);

    public string? Bearer { get; set; }

    /// <summary>Null sends none.</summary>
    public string? Origin { get; set; } = BotUnderTest.PublicUrl;

    public CookieCollection Cookies => _cookies.GetAllCookies();

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var address = new Uri(new Uri(BotUnderTest.PublicUrl), path);
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (_cookies.GetCookieHeader(address) is { Length: > 0 } cookies)
        {
            request.Headers.Add("Cookie", cookies);
        }

        if (Bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Bearer);
        }

        if (Origin is not null && method != HttpMethod.Get)
        {
            request.Headers.Add("Origin", Origin);
        }

        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/json;q=0.9,*/*;q=0.8");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _http.SendAsync(request, CancellationToken.None);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            _cookies.SetCookies(address, cookie);
        }

        return response;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Follows redirects within the site.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path)
    {
        var response = await GetAsync(path);
        for (var hops = 0; hops < 5 && response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Found; hops++)
        {
            response = await GetAsync(response.Headers.Location!.ToString());
        }

        return response;
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, Json(body));

    /// <summary>The answer's JSON, whatever its status.</summary>
    public async Task<JsonElement> PostJsonAsync(string path, object body)
        => JsonDocument.Parse(await (await PostAsync(path, body)).Content.ReadAsStringAsync()).RootElement;

    public async Task<JsonElement> GetJsonAsync(string path)
        => JsonDocument.Parse(await (await GetAsync(path)).Content.ReadAsStringAsync()).RootElement;

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
