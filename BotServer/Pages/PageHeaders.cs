namespace Bot.Server.Pages;

internal static class PageHeaders
{
    // data: is for the small drawings inside WeUI's and Tabler's style sheets; a lesson's cover and video may be on the organisation's own media host.
    private const string Policy =
        "default-src 'self'; img-src 'self' data: https:; media-src 'self' https:; object-src 'none'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>
    /// Tells browsers to run nothing that does not come from our own files, and to tell nobody where a reader came from; packs pages small.
    /// </summary>
    public static IApplicationBuilder UsePageHeaders(this IApplicationBuilder app) => app.UseResponseCompression().Use(static (http, next) =>
    {
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            if (headers.ContentType.ToString().StartsWith("text/html", StringComparison.Ordinal))
            {
                headers.ContentSecurityPolicy = Policy;
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        }, http.Response);
        return next(http);
    });
}
