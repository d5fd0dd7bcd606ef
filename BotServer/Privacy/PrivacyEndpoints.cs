using Bot.Core.Privacy;
using Bot.Server.Entry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.Privacy;

internal static class PrivacyEndpoints
{
    public static void MapPrivacy(this IEndpointRouteBuilder app)
    {
        var privacy = app.MapGroup("/y/privacy").ExcludeFromDescription().RequirePerson();
        privacy.MapGet("/copy.json", CopyAsync);
    }

    /// <summary>Everything stored about the caller, and about nobody else, as a file to keep.</summary>
    private static async Task<ContentHttpResult> CopyAsync(HttpContext http, CurrentPerson me, PersonalCopy copy, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(await copy.MakeAsync(me.Account, ct), "application/json; charset=utf-8");
    }
}
