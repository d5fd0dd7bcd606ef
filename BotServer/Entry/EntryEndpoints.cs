using Bot.Core;
using Bot.Core.Entry;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Bot.Server.Entry;

/// <summary><c>/go/{ticket}</c>: from a link in the chat to a session, on the youth pages or, for secretaries, at the console. Where the account has OAuth2, WeChat must name the same openid.</summary>
internal static class EntryEndpoints
{
    public static readonly Refusal OtherAccount = new(RefusalKind.Forbidden, "link.other-account", "The link belongs to another openid.");
    public static readonly Refusal Snapshot = new(RefusalKind.Forbidden, "link.snapshot", "WeChat's snapshot page has no real openid.");

    public static void MapEntry(this IEndpointRouteBuilder app)
    {
        app.MapGet("/go/{ticket}", GoAsync).ExcludeFromDescription();
        app.MapGet("/go/back", BackAsync).ExcludeFromDescription();

        // Link previews look with HEAD: that must not use the link up.
        app.MapMethods("/go/{ticket}", [HttpMethods.Head], () => TypedResults.Ok()).ExcludeFromDescription();
    }

    private static async Task<IResult> GoAsync(
        string ticket, HttpContext http, EntryLinks links, Accounts accounts, WeChatApi api, SiteOptions site, IOptions<WeChatOptions> options, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (links.Read(ticket).IsRefused(out var refusal, out var entry))
        {
            return Explain(refusal);
        }

        if (await IsSignedInAsync(http, entry))
        {
            return Results.LocalRedirect(entry.Path); // the same person taps the same link again
        }

        return options.Value.Mp.OAuth2 == OAuth2Mode.Base
            ? Results.Redirect(api.Web.AuthorizeUrl(site.At("/go/back"), OAuthState.Begin(http, ticket, site.IsHttps)))
            : await EnterAsync(http, entry, links, accounts, ct);
    }

    /// <summary>WeChat sends the browser back here. Browsers do repeat this: whoever is signed in already goes on.</summary>
    private static async Task<IResult> BackAsync(
        string? code, string? state, HttpContext http, EntryLinks links, Accounts accounts, WeChatApi api, Vault vault, IOptions<WeChatOptions> options, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (code is null || OAuthState.Ticket(http, state) is not { } ticket)
        {
            return Explain(EntryLinks.Invalid);
        }

        if (links.Read(ticket).IsRefused(out var refusal, out var entry))
        {
            return Explain(refusal);
        }

        if (await IsSignedInAsync(http, entry))
        {
            return Results.LocalRedirect(entry.Path);
        }

        var identity = await api.Web.IdentityAsync(code, ct);
        if (identity.IsSnapshotUser)
        {
            return Explain(Snapshot);
        }

        var known = await accounts.FindAsync(options.Value.Mp.AppId, identity.OpenId, ct);
        return known?.Id == entry.AccountId ? await EnterAsync(http, entry, links, accounts, ct) : Explain(OtherAccount);
    }

    private static async Task<IResult> EnterAsync(HttpContext http, Core.Entry.Entry entry, EntryLinks links, Accounts accounts, CancellationToken ct)
    {
        if (await accounts.FindAsync(entry.AccountId, ct) is not { } account)
        {
            return Explain(EntryLinks.Invalid);
        }

        if ((await links.RedeemAsync(entry, ct)).IsRefused(out var refusal))
        {
            return Explain(refusal);
        }

        if (!StaffEntry.IsFor(entry.Path))
        {
            await Sessions.SignInAsync(http, account);
        }
        else if ((await StaffEntry.SignInAsync(http, account, ct)).IsRefused(out refusal))
        {
            return Explain(refusal);
        }

        return Results.LocalRedirect(entry.Path);
    }

    private static async Task<bool> IsSignedInAsync(HttpContext http, Core.Entry.Entry entry)
    {
        if (StaffEntry.IsFor(entry.Path))
        {
            return await StaffEntry.IsSignedInAsync(http, entry.AccountId);
        }

        var session = await http.AuthenticateAsync(Sessions.CookieScheme);
        return session.Succeeded && Sessions.AccountId(session.Principal) == entry.AccountId
            && await http.RequestServices.GetRequiredService<CurrentPerson>().FindAsync(session.Principal, http.RequestAborted);
    }

    /// <summary>A page with one plain sentence and the way out.</summary>
    private static IResult Explain(Refusal refusal) => Results.LocalRedirect("/y/sorry/" + refusal.Code);
}
