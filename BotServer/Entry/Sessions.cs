using System.Globalization;
using System.Security.Claims;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Bot.Server.Entry;

/// <summary>Sessions of young people: a cookie for pages, a bearer token for the mini program. Seven days, not prolonged by use.</summary>
internal static class Sessions
{
    /// <summary>Chooses between the two by the Authorization header.</summary>
    public const string Scheme = "Person";

    public const string CookieScheme = "PersonCookie";
    public const string BearerScheme = "PersonBearer";
    public const string CookieName = "y";

    private const string AccountClaim = "a";
    private const string EpochClaim = "e";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static AuthenticationBuilder AddSessions(this AuthenticationBuilder authentication) => authentication
        .AddPolicyScheme(Scheme, null, o => o.ForwardDefaultSelector = http => http.Request.Headers.Authorization.Count > 0 ? BearerScheme : CookieScheme)
        .AddCookie(CookieScheme, o =>
        {
            o.Cookie.Name = CookieName;
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.ExpireTimeSpan = Lifetime;
            o.SlidingExpiration = false;
            o.Events.OnRedirectToLogin = Answer(StatusCodes.Status401Unauthorized);
            o.Events.OnRedirectToAccessDenied = Answer(StatusCodes.Status403Forbidden);
        })
        .AddBearerToken(BearerScheme, o =>
        {
            o.BearerTokenExpiration = TimeSpan.FromHours(2);
            o.RefreshTokenExpiration = Lifetime;
        });

    public static void AddSessionCookies(this IServiceCollection services) => services.AddOptions<CookieAuthenticationOptions>(CookieScheme)
        .Configure<SiteOptions>((o, site) => o.Cookie.SecurePolicy = site.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);

    public static ClaimsPrincipal Principal(KnownAccount account) => new(new ClaimsIdentity(
        [
            new Claim(AccountClaim, account.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(EpochClaim, account.SessionEpoch.ToString(CultureInfo.InvariantCulture)),
        ],
        Scheme));

    public static Task SignInAsync(HttpContext http, KnownAccount account)
        => http.SignInAsync(CookieScheme, Principal(account), new AuthenticationProperties { IsPersistent = true, AllowRefresh = false });

    public static int? AccountId(ClaimsPrincipal principal)
        => int.TryParse(principal.FindFirst(AccountClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static int? Epoch(ClaimsPrincipal principal)
        => int.TryParse(principal.FindFirst(EpochClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;

    private static Func<RedirectContext<CookieAuthenticationOptions>, Task> Answer(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
