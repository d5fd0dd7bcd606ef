using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Bot.Simulator.Page;

/// <summary>
/// Shows the bot's pages inside the phones. The bot must not notice: it sees its own Host, Origin and Referer. Pages ask
/// for absolute paths; whose browser asks is then told by the Referer.
/// </summary>
internal static partial class WebProxy
{
    private static readonly HashSet<string> KeptBack = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Proxy-Connection", "Cookie", "Origin", "Referer",
        "Content-Length", "Expect",
    };

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Set-Cookie", "X-Frame-Options", "Strict-Transport-Security", "Referrer-Policy", "Location",
        "Content-Security-Policy", "Server", "Date",
    };

    public static void MapWebProxy(this IEndpointRouteBuilder app)
    {
        app.Map("/web/{person}/{**path}", (HttpContext http, string person, Phones phones) => OnBehalfOfAsync(http, phones, person));
        app.MapFallback("{**path}", (HttpContext http, Phones phones) => StrayAsync(http, phones));
    }

    /// <summary>A path without a person: a page in a phone asked for it by an absolute address.</summary>
    private static Task StrayAsync(HttpContext http, Phones phones)
    {
        var request = http.Request;
        var person = WebAddress.PersonOf(request);
        if (person is null)
        {
            // A style sheet's font or a module's import names the sheet, not the page. Anything else has lost its way.
            var isAsset = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Dest"].ToString() is "font" or "image" or "style" or "script";
            return isAsset ? ForwardAsync(http, phones.Nobody.BaseAddress!, null, request.Path + request.QueryString, phones) : NotFound(http);
        }

        if (request.Headers["Sec-Fetch-Mode"] == "navigate")
        {
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = WebAddress.Of(person, request.Path + request.QueryString);
            return Task.CompletedTask;
        }

        return OnBehalfOfAsync(http, phones, person);
    }

    private static Task OnBehalfOfAsync(HttpContext http, Phones phones, string personId)
    {
        if (phones.Find(personId) is not { } phone)
        {
            return NotFound(http);
        }

        var address = http.Request.Path + http.Request.QueryString;
        address = WebAddress.PersonOf(address) is null ? address : WebAddress.WithoutPerson(address);
        return ForwardAsync(http, phone.Browser.Bot, phone, address, phones);
    }

    private static async Task ForwardAsync(HttpContext http, Uri bot, Phone? phone, string address, Phones phones)
    {
        using var request = Request(http, bot, address);
        try
        {
            using var response = phone is not null
                ? await phone.Browser.SendsAsync(request, http.RequestAborted)
                : await phones.Nobody.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            await AnswerAsync(http, response, bot, phone);
        }
        catch (HttpRequestException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.WriteAsync("<!doctype html><meta charset=utf-8><p style='font:17px sans-serif;padding:2em'>网页打不开：机器人没有应答。");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The page in the phone was closed; nobody waits for the rest.
        }
    }

    private static HttpRequestMessage Request(HttpContext http, Uri bot, string address)
    {
        // Only path and query come from outside, so no address can lead away from the bot.
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(bot.GetLeftPart(UriPartial.Authority) + address));
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.ContentLength = http.Request.ContentLength;
        }

        foreach (var (name, value) in http.Request.Headers.Where(h => !KeptBack.Contains(h.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        request.Headers.Remove("User-Agent");
        request.Headers.TryAddWithoutValidation("User-Agent", $"{http.Request.Headers.UserAgent} {PhoneBrowser.UserAgentMark}".TrimStart());
        SetSource(http.Request, request, bot);
        return request;
    }

    /// <summary>Our own origin becomes the bot's; a foreign one stays, so that the bot's own check is put to use.</summary>
    private static void SetSource(HttpRequest from, HttpRequestMessage to, Uri bot)
    {
        var ours = $"{from.Scheme}://{from.Host}";
        var theirs = bot.GetLeftPart(UriPartial.Authority);
        if (from.Headers.Origin.ToString() is { Length: > 0 } origin)
        {
            to.Headers.TryAddWithoutValidation("Origin", origin == ours ? theirs : origin);
        }

        var referer = from.Headers.Referer.ToString();
        if (Uri.TryCreate(referer, UriKind.Absolute, out var page) && page.GetLeftPart(UriPartial.Authority) == ours)
        {
            if (WebAddress.PersonOf(page.AbsolutePath) is not null)
            {
                to.Headers.TryAddWithoutValidation("Referer", theirs + WebAddress.WithoutPerson(page.PathAndQuery));
            }
            else if (from.Headers["Sec-Fetch-Mode"] == "navigate")
            {
                // Tapped in the chat: in WeChat such a page is opened by no other page.
                to.Headers.Remove("Sec-Fetch-Site");
                to.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "none");
            }
        }
        else if (referer.Length > 0)
        {
            to.Headers.TryAddWithoutValidation("Referer", referer);
        }
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage response, Uri bot, Phone? phone)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers).Where(h => !Dropped.Contains(h.Key)))
        {
            http.Response.Headers[name] = value.ToArray();
        }

        // The pages' absolute paths are told apart by Referer, so it has to be sent whatever the bot would have.
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        SetPolicy(http, response.Headers);
        if (response.Headers.Location is { } location && phone is not null)
        {
            http.Response.Headers.Location = Location(location, bot, phone.Person.Id);
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
            return text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) ? WebAddress.Of(personId, text) : text;
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

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    [GeneratedRegex(@"frame-ancestors[^;]*;?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex FrameAncestors();
}
