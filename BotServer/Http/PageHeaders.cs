namespace Bot.Server.Http;

/// <summary>Headers that keep pages from running, framing or leaking anything of others.</summary>
internal static class PageHeaders
{
    private const string Policy = "default-src 'self'; img-src 'self' https: data:; media-src 'self' https:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For a page that the console shows in a frame of its own.</summary>
    public static void LetUsFrame(HttpResponse response)
        => response.Headers.ContentSecurityPolicy = Policy.Replace("frame-ancestors 'none'", "frame-ancestors 'self'", StringComparison.Ordinal);

    /// <summary>For the page on which WeChat's own tag asks for a credit: its script and the frame that it draws the tag in, and nothing else.</summary>
    public static void LetWeChatAsk(HttpResponse response)
        => response.Headers.ContentSecurityPolicy = Policy + "; script-src 'self' https://res.wx.qq.com; frame-src https://*.qq.com webcompt:";

    public static void UsePageHeaders(this WebApplication app) => app.UseWhen(
        http => !http.Request.Path.StartsWithSegments("/wechat"),
        pages => pages.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
            return next(http);
        }));
}
