using System.Globalization;
using System.Security.Claims;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Bot.Server.Staff;

/// <summary>Whose session it is: a colleague's or a secretary's, as <see cref="StaffScope"/> asks for them.</summary>
internal sealed record ConsoleSession(StaffKey? Staff, SecretaryKey? Secretary);

/// <summary>
/// Sessions at the console, apart from those of the youth pages. Twelve hours, not prolonged by use; who it is and what they may see is
/// read afresh with every request.
/// </summary>
internal static class StaffSessions
{
    public const string Scheme = "Staff";

    /// <summary>Between the password and the second factor.</summary>
    public const string DoorScheme = "StaffDoor";

    public const string CookieName = "staff";

    private const string StampClaim = "stamp";
    private const string SessionClaim = "session";
    private const string EpochClaim = "epoch";
    private const string OrganisationClaim = "organisation";
    private const string StaffPrefix = "staff:";
    private const string SecretaryPrefix = "secretary:";

    private static readonly TimeSpan DoorLifetime = TimeSpan.FromMinutes(10);

    public static void AddStaffSessions(this AuthenticationBuilder authentication)
    {
        authentication.AddCookie(Scheme, o =>
        {
            o.Cookie.Name = CookieName;
            o.ExpireTimeSpan = StaffSession.Lifetime;
            o.Events.OnValidatePrincipal = ValidateAsync;
            o.Events.OnRedirectToLogin = AskToSignIn;
        });
        authentication.AddCookie(DoorScheme, o =>
        {
            o.Cookie.Name = CookieName + "-door";
            o.ExpireTimeSpan = DoorLifetime;
        });
        foreach (var scheme in new[] { Scheme, DoorScheme })
        {
            authentication.Services.AddOptions<CookieAuthenticationOptions>(scheme).Configure<IOptions<SiteOptions>>((o, site) =>
            {
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.Cookie.SecurePolicy = site.Value.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                o.SlidingExpiration = false;
                o.LoginPath = SignInModel.Path;
            });
        }
    }

    /// <summary>Goes on with a session whose account has a new stamp.</summary>
    public static Task GoOnAsync(HttpContext http, StaffIdentity who, long sessionId)
        => SignInAsync(http, Scheme, Principal(who, new Claim(SessionClaim, sessionId.ToString(CultureInfo.InvariantCulture))));

    public static Task SignInAsync(HttpContext http, KnownAccount secretary, TreeNode organisation) => SignInAsync(http, Scheme, Principal(
        SecretaryPrefix + Text(secretary.Id), organisation.Name, new Claim(EpochClaim, Text(secretary.SessionEpoch)), new Claim(OrganisationClaim, Text(organisation.Id))));

    /// <summary>Remembers for ten minutes that the password was right.</summary>
    public static Task OpenDoorAsync(HttpContext http, StaffIdentity who) => SignInAsync(http, DoorScheme, Principal(who));

    /// <returns>Null when no password was given in the last ten minutes.</returns>
    public static async Task<StaffIdentity?> AtDoorAsync(HttpContext http)
    {
        var door = await http.AuthenticateAsync(DoorScheme);
        return door.Succeeded && StaffId(door.Principal) is { } id
            ? new StaffIdentity(id, door.Principal.Identity?.Name ?? "", door.Principal.FindFirst(StampClaim)?.Value ?? "")
            : null;
    }

    public static async Task EnterAsync(HttpContext http, StaffIdentity who)
    {
        await http.SignOutAsync(DoorScheme);
        var sessions = http.RequestServices.GetRequiredService<OwnSessions>();
        await GoOnAsync(http, who, await sessions.BeginAsync(who.Id, DeviceWords.Of(http.Request.Headers.UserAgent), http.RequestAborted));
    }

    /// <summary>The account of a secretary's session.</summary>
    public static int? SecretaryAccountId(ClaimsPrincipal principal) => Id(principal, SecretaryPrefix);

    public static Task<Viewer?> ViewerAsync(ClaimsPrincipal principal, StaffScope scope, CancellationToken ct) => Session(principal) switch
    {
        { Staff: { } staff } => scope.OfStaffAsync(staff, ct),
        { Secretary: { } secretary } => scope.OfSecretaryAsync(secretary, ct),
        _ => Task.FromResult<Viewer?>(null),
    };

    /// <summary>What <see cref="ViewerAsync"/> asks about, for whoever asks about many at once.</summary>
    /// <returns>Null when the session is neither kind.</returns>
    public static ConsoleSession? Session(ClaimsPrincipal principal)
        => StaffId(principal) is { } staffId && principal.FindFirst(StampClaim)?.Value is { } stamp
            && long.TryParse(principal.FindFirst(SessionClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var session) ? new ConsoleSession(new StaffKey(staffId, stamp, session), null)
            : SecretaryAccountId(principal) is { } accountId && Number(principal, EpochClaim) is { } epoch && Number(principal, OrganisationClaim) is { } organisation
                ? new ConsoleSession(null, new SecretaryKey(accountId, epoch, organisation))
            : null;

    private static Task SignInAsync(HttpContext http, string scheme, ClaimsPrincipal principal)
        => http.SignInAsync(scheme, principal, new AuthenticationProperties { AllowRefresh = false });

    private static ClaimsPrincipal Principal(StaffIdentity who, params IEnumerable<Claim> more) => Principal(StaffPrefix + Text(who.Id), who.Login, [new Claim(StampClaim, who.Stamp), .. more]);

    private static ClaimsPrincipal Principal(string id, string name, params IEnumerable<Claim> more)
        => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id), new Claim(ClaimTypes.Name, name), .. more], Scheme));

    private static int? StaffId(ClaimsPrincipal principal) => Id(principal, StaffPrefix);

    private static int? Id(ClaimsPrincipal principal, string prefix)
        => principal.FindFirst(ClaimTypes.NameIdentifier)?.Value is { } id && id.StartsWith(prefix, StringComparison.Ordinal) ? Number(id[prefix.Length..]) : null;

    private static int? Number(ClaimsPrincipal principal, string claim) => Number(principal.FindFirst(claim)?.Value);

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var staff = context.HttpContext.RequestServices.GetRequiredService<CurrentStaff>();
        if (!await staff.FindAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
        }
    }

    /// <summary>The page whose form was sent, so that what was typed there is found again; the form's own address where a browser does not tell.</summary>
    private static string FormPage(HttpRequest request)
        => SignInModel.Target(WithoutHandler(Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page) && page.Authority == request.Host.Value && page.AbsolutePath.StartsWith("/staff", StringComparison.Ordinal)
            ? page.PathAndQuery : request.PathBase + request.Path + request.QueryString));

    /// <summary>Most handlers of a form have no page to show when they are asked for.</summary>
    private static string WithoutHandler(string address)
    {
        var parts = address.Split('?', 2);
        var query = parts.Length < 2 ? [] : parts[1].Split('&').Where(part => !part.StartsWith("handler=", StringComparison.OrdinalIgnoreCase)).ToArray();
        return query.Length == 0 ? parts[0] : parts[0] + "?" + string.Join('&', query);
    }

    /// <summary>To the sign-in page and, after it, back to the page that was asked for. A part of a page that reloads itself says so in a header.</summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        var isPart = context.Request.Headers.ContainsKey("HX-Request");
        var asked = isPart && Uri.TryCreate(context.Request.Headers["HX-Current-URL"], UriKind.Absolute, out var page) ? page.PathAndQuery
            : HttpMethods.IsGet(context.Request.Method) ? context.Request.PathBase + context.Request.Path + context.Request.QueryString
            : FormPage(context.Request);
        var address = $"{SignInModel.Path}?return={Uri.EscapeDataString(asked)}";
        if (isPart)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            if (HttpMethods.IsGet(context.Request.Method))
            {
                context.Response.Headers["HX-Redirect"] = address; // never away from something that is being typed
            }
        }
        else
        {
            context.Response.Redirect(address);
        }

        return Task.CompletedTask;
    }
}
