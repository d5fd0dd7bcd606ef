using System.Net;
using Bot.Simulator.Api;
using Bot.Simulator.Platform;
using Microsoft.AspNetCore.WebUtilities;

namespace Bot.Simulator.Page;

/// <summary>One person's web view: goes to the bot and nowhere else, with cookies that nobody else shares.</summary>
/// <param name="bot">Based at the bot's address; it must neither follow redirects nor keep cookies.</param>
public sealed class PhoneBrowser(HttpClient bot, FakeWeChat wechat, Person person)
{
    private const int MostRedirects = 10;
    private readonly CookieContainer _cookies = new();

    /// <summary>Pages may tell WeChat's web view by this word.</summary>
    public const string UserAgentMark = "MicroMessenger/8.0.50";

    public Uri Bot => bot.BaseAddress!;

    /// <summary>Opens a link as a tap does, following redirects, the OAuth2 detour included.</summary>
    /// <param name="address">Absolute on the bot's address, or a path there.</param>
    public async Task<HttpResponseMessage> OpensAsync(string address, CancellationToken ct = default)
    {
        var at = new Uri(Bot, address);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgentMark);
            var response = await SendsAsync(request, ct);
            if (response.Headers.Location is not { } location || redirects == MostRedirects)
            {
                return response;
            }

            response.Dispose();
            at = Follow(new Uri(at, location));
        }
    }

    /// <summary>Sends one request with the person's cookies and keeps what the bot sets.</summary>
    /// <exception cref="InvalidOperationException">The request is not for the bot.</exception>
    public async Task<HttpResponseMessage> SendsAsync(HttpRequestMessage request, CancellationToken ct = default)
    {
        var target = new Uri(Bot, request.RequestUri!);
        if (target.Scheme != Bot.Scheme || target.Authority != Bot.Authority)
        {
            throw new InvalidOperationException($"{target.Authority} is not the bot.");
        }

        request.RequestUri = target;
        request.Headers.Remove("Cookie");
        if (_cookies.GetCookieHeader(CookieUri(target)) is { Length: > 0 } cookies)
        {
            request.Headers.Add("Cookie", cookies);
        }

        var response = await bot.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                _cookies.SetCookies(CookieUri(target), cookie);
            }
        }

        return response;
    }

    private Uri Follow(Uri location)
    {
        if (location.AbsolutePath != "/connect/oauth2/authorize")
        {
            return location;
        }

        var query = new QueryCollection(QueryHelpers.ParseQuery(location.Query));
        var (target, refusal) = LoginApi.Redirect(query, wechat, person);
        return target ?? throw new InvalidOperationException(refusal);
    }

    // Browsers treat localhost as safe, so a cookie marked Secure travels there over http too.
    private static Uri CookieUri(Uri target) => new UriBuilder(target) { Scheme = Uri.UriSchemeHttps, Port = target.Port }.Uri;
}
