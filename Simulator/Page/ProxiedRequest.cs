namespace Bot.Simulator.Page;

/// <summary>What the in-phone browser asks, as the bot is to see it.</summary>
internal static class ProxiedRequest
{
    private static readonly HashSet<string> KeptBack = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Proxy-Connection", "Cookie", "Origin", "Referer",
        "Content-Length", "Expect",
    };

    public static HttpRequestMessage From(HttpRequest asked, Uri bot, string address)
    {
        // Only path and query come from outside, so no address can lead away from the bot.
        var request = new HttpRequestMessage(new HttpMethod(asked.Method), new Uri(bot.GetLeftPart(UriPartial.Authority) + address));
        if (asked.ContentLength > 0 || asked.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(asked.Body);
            request.Content.Headers.ContentLength = asked.ContentLength;
        }

        foreach (var (name, value) in asked.Headers.Where(h => !KeptBack.Contains(h.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        request.Headers.Remove("User-Agent");
        request.Headers.TryAddWithoutValidation("User-Agent", $"{asked.Headers.UserAgent} {PhoneBrowser.UserAgentMark}".TrimStart());
        SetSource(asked, request, bot);
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
}
