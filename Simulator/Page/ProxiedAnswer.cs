using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Bot.Simulator.Page;

/// <summary>What the bot answers, as the in-phone browser is to see it.</summary>
internal static partial class ProxiedAnswer
{
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Set-Cookie", "X-Frame-Options", "Strict-Transport-Security", "Referrer-Policy", "Location",
        "Content-Security-Policy", "Server", "Date",
    };

    public static async Task WriteAsync(HttpContext http, HttpResponseMessage response, Uri bot, string? personId)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers).Where(h => !Dropped.Contains(h.Key)))
        {
            http.Response.Headers[name] = value.ToArray();
        }

        // The pages' absolute paths are told apart by Referer, so it has to be sent whatever the bot would have.
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        SetPolicy(http, response.Headers);
        if (response.Headers.Location is { } location && personId is not null)
        {
            http.Response.Headers.Location = Location(location, bot, personId);
        }

        await using var body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
        await CopyAsync(body, http);
    }

    private static void SetPolicy(HttpContext http, HttpResponseHeaders headers)
    {
        if (headers.TryGetValues("Content-Security-Policy", out var policies))
        {
            http.Response.Headers.ContentSecurityPolicy = policies.Select(p => FrameAncestors().Replace(p, "")).ToArray();
        }
    }

    private static string Location(Uri location, Uri bot, string personId)
    {
        if (!location.IsAbsoluteUri)
        {
            var text = location.OriginalString;
            if (!text.StartsWith('/'))
            {
                return text;
            }

            location = new Uri(bot, text); // with two slashes it names another host
        }

        return location.Authority == bot.Authority || location.AbsolutePath == "/connect/oauth2/authorize"
            ? WebAddress.Of(personId, location.PathAndQuery + location.Fragment)
            : "/phone/outside.html?to=" + Uri.EscapeDataString(location.AbsoluteUri);
    }

    /// <summary>Passes on what has come as soon as it comes: a page may listen for hours.</summary>
    private static async Task CopyAsync(Stream body, HttpContext http)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    [GeneratedRegex(@"frame-ancestors[^;]*;?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex FrameAncestors();
}
