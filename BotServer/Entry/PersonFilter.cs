using Bot.Core;
using Bot.Core.Settings;
using Bot.Server.Http;
using Microsoft.AspNetCore.Authentication;

namespace Bot.Server.Entry;

/// <summary>
/// Lets in who has a session, 401 otherwise. A cookie is sent along by browsers whoever asks, so calls that change something must come
/// from a page of ours: by Origin, or by Sec-Fetch-Site where a browser leaves Origin out.
/// </summary>
internal sealed class PersonFilter(SiteOptions site) : IEndpointFilter
{
    public static readonly Refusal ForeignOrigin = new(RefusalKind.Forbidden, "origin.refused", "The call does not come from a page of this site.");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var session = await http.AuthenticateAsync(Sessions.Scheme);
        if (!session.Succeeded || !await http.RequestServices.GetRequiredService<CurrentPerson>().FindAsync(session.Principal, http.RequestAborted))
        {
            return TypedResults.Unauthorized();
        }

        return session.Ticket.AuthenticationScheme == Sessions.CookieScheme && !IsOurs(http.Request) ? ForeignOrigin.ToProblem() : await next(context);
    }

    private bool IsOurs(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            ? string.Equals(origin, site.Origin, StringComparison.OrdinalIgnoreCase)
            : request.Headers["Sec-Fetch-Site"] == "same-origin";
    }
}

internal static class PersonFilterSetup
{
    public static RouteGroupBuilder RequirePerson(this RouteGroupBuilder group) => group.AddEndpointFilter<RouteGroupBuilder, PersonFilter>();
}
