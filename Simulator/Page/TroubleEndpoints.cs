using System.ComponentModel.DataAnnotations;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Page;

/// <summary>Plans what shall go wrong with the bot's next calls, and how many calls it has.</summary>
internal static class TroubleEndpoints
{
    public static void MapTroubles(this IEndpointRouteBuilder page)
    {
        page.MapGet("/troubles", (PlannedTroubles troubles) => Results.Json(troubles.All, Json.Page));
        page.MapPost("/troubles", (NewTrouble body, PlannedTroubles troubles) =>
        {
            if (!body.Path.StartsWith('/') || body.Times is < 1 or > 100_000 || !Enum.IsDefined(body.Kind))
            {
                return Results.BadRequest();
            }

            troubles.Plan(new PlannedTrouble(body.Path, body.Kind, body.Value, body.Times));
            return Results.NoContent();
        });
        page.MapDelete("/troubles", (PlannedTroubles troubles) =>
        {
            troubles.Clear();
            return Results.NoContent();
        });
        page.MapPost("/quotas", (NewQuota body, CallQuotas quotas) =>
        {
            quotas.Limit(body.Path, new CallLimit(body.Daily, body.PerMinute));
            return Results.NoContent();
        });
    }
}

/// <param name="Value">errcode, HTTP status or milliseconds.</param>
public sealed record NewTrouble([Required] string Path, TroubleKind Kind, int Value, int Times);

/// <param name="PerMinute">Null: none.</param>
public sealed record NewQuota([Required] string Path, long Daily, int? PerMinute);
