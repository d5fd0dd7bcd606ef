using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Bot.Tests.Simulator;

/// <summary>Pages that say what they were asked with.</summary>
internal static class StubPages
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/y/sign-in", (HttpContext http, string name) =>
        {
            http.Response.Cookies.Append("who", name, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
            return Results.Redirect("/y/who");
        });
        app.MapGet("/y/who", (HttpContext http) => Results.Text(http.Request.Cookies["who"] ?? "nobody"));
        app.MapGet("/lib/page.css", (HttpContext http) => Results.Text($"/* {http.Request.Cookies["who"] ?? "nobody"} */", "text/css"));
        app.MapPost("/api/v1/source", (HttpRequest request) => Results.Text($"{request.Host} {request.Headers.Origin} {request.Headers.Referer}"));
        app.MapGet("/y/guarded", (HttpContext http) =>
        {
            http.Response.Headers.XFrameOptions = "DENY";
            http.Response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; img-src data:";
            return Results.Text("guarded");
        });
        app.MapGet("/y/away", () => Results.Redirect("https://example.com/x"));
        app.MapGet("/y/slashes", (HttpContext http) =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = "//example.com/x";
        });
        app.MapGet("/y/oauth", (string to) => Results.Redirect(to));
        app.MapGet("/y/code", (string code, string state) => Results.Text($"{code} {state}"));
    }
}
