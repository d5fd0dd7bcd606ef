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
            api.IsOn(WeChatAccount.Mp) ? "on" : "off: WeChat:Mp:AppId or AppSecret is empty",
            options.Value.Mini.Token.Length > 0 ? "on" : "off: WeChat:Mini:Token is empty",
            api.IsOn(WeChatAccount.Mini) ? "on" : "off: WeChat:Mini:AppId or AppSecret is empty",
            queue.Depth);
        return database == "ok" ? TypedResults.Ok(readiness) : TypedResults.Json(readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <param name="WaitingWrites">Items in the write queue.</param>
internal sealed record Readiness(string Database, string MpWebhook, string MpApi, string MiniWebhook, string MiniApi, int WaitingWrites);
