using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace Bot.Server.Entry;

/// <summary>Binds the way to WeChat and back to one browser: the state in the address must equal the one in a short-lived cookie.</summary>
internal static class OAuthState
{
    private const string CookieName = "go";

    /// <summary>Remembers the ticket in the browser and returns the state to send along.</summary>
    public static string Begin(HttpContext http, string ticket, bool isHttps)
    {
        var state = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(CookieName, state + "." + ticket, new CookieOptions
        {
            HttpOnly = true,
            Secure = isHttps,
            SameSite = SameSiteMode.Lax,
            MaxAge = Core.Entry.EntryLinks.Lifetime,
            Path = "/go",
        });
        return state;
    }

    /// <returns>Null when this browser did not begin here.</returns>
    public static string? Ticket(HttpContext http, string? state)
    {
        var parts = http.Request.Cookies[CookieName]?.Split('.', 2);
        return parts is [var begun, var ticket] && state is { Length: > 0 } && begun == state ? ticket : null;
    }
}
