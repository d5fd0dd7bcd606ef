using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.WebEncoders;

namespace Bot.Server.Pages;

internal static class PageSetup
{
    private static readonly string[] Programs = ["/api", "/wechat", "/health", "/openapi"];

    public static WebApplicationBuilder AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        // From a build output, too, serve what the build compressed; otherwise bundles go out unpacked and are never cached.
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddInMemoryCollection([new("ReloadStaticAssetsAtRuntime", "false")]);

        // Pages live in the folders of their slices, so every folder is searched and each page names its own route.
        services.AddRazorPages(options => options.RootDirectory = "/");

        // Chinese as itself: a third of the size of character references, and readable in the source.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));

        // Only pages; bundles are compressed by the build. Over HTTPS too: no page repeats what a request said beside a secret
        // (anti-forgery tokens are masked anew in every answer).
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        return builder;
    }

    /// <summary>Packs pages small, keeps them out of caches, and puts a plain sentence in place of a bare status code.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseWhen(http => IsYouthPage(http) || IsStray(http), pages => UsePlainSentences(pages, "/y/sorry/{0}"));
        app.UseWhen(IsStaffPage, pages => UsePlainSentences(pages, "/staff/sorry/{0}"));

        // After the status pages, so that a re-executed request is routed again.
        app.UseRouting();
    }

    /// <summary>The pages and their bundles: fingerprinted names, compressed by the build, cached for a year.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapGet("/", () => Results.Redirect("/staff")).ExcludeFromDescription();
        app.MapRazorPages().WithStaticAssets();
    }

    /// <summary>A person in front of a screen asks, not a program.</summary>
    internal static bool IsPage(HttpContext http) => IsYouthPage(http) || IsStaffPage(http) || IsStray(http);

    private static bool IsYouthPage(HttpContext http) => http.Request.Path.StartsWithSegments("/y") || http.Request.Path.StartsWithSegments("/go");

    private static bool IsStaffPage(HttpContext http) => http.Request.Path.StartsWithSegments("/staff");

    /// <summary>A mistyped address: a browser asks where no program of ours is at home.</summary>
    private static bool IsStray(HttpContext http)
        => HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && !Array.Exists(Programs, path => http.Request.Path.StartsWithSegments(path)) && !IsYouthPage(http) && !IsStaffPage(http);

    private static void UsePlainSentences(IApplicationBuilder pages, string sorry)
    {
        pages.UseStatusCodePagesWithReExecute(sorry);
        pages.Use((http, next) =>
        {
            // In these words, or anti-forgery warns in the log that it writes them over.
            http.Response.Headers.CacheControl = "no-cache, no-store";
            http.Response.Headers.Pragma = "no-cache";
            return next(http);
        });
    }
}
