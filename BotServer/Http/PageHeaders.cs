namespace Bot.Server.Http;

/// <summary>Headers that keep pages from running, framing or leaking anything of others.</summary>
internal static class PageHeaders
{
    private const string Policy = "default-src 'self'; img-src 'self' data:; media-src 'self'; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For a page that the console shows in a frame of its own.</summary>
    public static void LetUsFrame(HttpResponse response)
        => Change(response, "frame-ancestors 'none'", "frame-ancestors 'self'");

    /// <summary>For a lesson: its video, and the pictures of one that an operator imported, may lie on other hosts.</summary>
    public static void LetLessonShow(HttpResponse response)
    {
        Change(response, "img-src 'self' data:", "img-src 'self' https: data:");
        Change(response, "media-src 'self'", "media-src 'self' https:");
    }

    /// <summary>For the page on which WeChat's own tag asks for a credit: its script and the frame that it draws the tag in, and nothing else.</summary>
    public static void LetWeChatAsk(HttpResponse response)
    {
        Change(response, "img-src 'self' data:", "img-src 'self' https://*.qq.com data:"); // its script reports by pictures
        response.Headers.ContentSecurityPolicy = response.Headers.ContentSecurityPolicy + "; script-src 'self' https://res.wx.qq.com; frame-src https://*.qq.com webcompt:";
    }

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

    private static void Change(HttpResponse response, string from, string to)
        => response.Headers.ContentSecurityPolicy = response.Headers.ContentSecurityPolicy.ToString().Replace(from, to, StringComparison.Ordinal);
}
