using System.Globalization;
using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Server.Health;

/// <summary>Whether the process lives, and whether it can serve. Says which parts are off for want of secrets.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("ok")).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> ReadyAsync(
        BotDb db, WriteQueue queue, WeChatApi api, IOptions<WeChatOptions> options, CancellationToken ct)
    {
        var database = "ok";
        try
        {
            await db.Lessons.AnyAsync(ct);
            database = await queue.CanWriteAsync(ct) ? "ok" : "not writable";
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            database = "unavailable";
        }

        var readiness = new Readiness(
            database,
            options.Value.Mp.Token.Length > 0 ? "on" : "off: WeChat:Mp:Token is empty",
            ApiState(api, WeChatAccount.Mp),
            options.Value.Mini.Token.Length > 0 ? "on" : "off: WeChat:Mini:Token is empty",
            ApiState(api, WeChatAccount.Mini),
            queue.Depth);
        return database == "ok" ? TypedResults.Ok(readiness) : TypedResults.Json(readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>What WeChat refuses is told and makes nobody take this node out of service: another would be refused, too.</summary>
    private static string ApiState(WeChatApi api, WeChatAccount account)
        => !api.IsOn(account) ? $"off: WeChat:{account}:AppId or AppSecret is empty"
            : api.Trouble(account) is { } trouble ? string.Create(CultureInfo.InvariantCulture, $"degraded: errcode {trouble.Code} at {trouble.Method}, {trouble.At:yyyy-MM-ddTHH:mm:ssZ}")
            : api.SilentTime(account) is { } silent ? string.Create(CultureInfo.InvariantCulture, $"degraded: no token ({silent.What}), since {silent.Since:yyyy-MM-ddTHH:mm:ssZ}")
            : "on";
}

/// <param name="MpApi">on, off with the missing setting, or degraded with what stands in the way; the same for MiniApi.</param>
/// <param name="WaitingWrites">Items in the write queue.</param>
internal sealed record Readiness(string Database, string MpWebhook, string MpApi, string MiniWebhook, string MiniApi, int WaitingWrites);
