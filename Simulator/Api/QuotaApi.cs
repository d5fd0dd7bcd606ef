using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Quotas, diagnosis and the ticket of pages (wechat-protocol.md §6.10 and §6.11).</summary>
internal static class QuotaApi
{
    private const int TicketLives = 7200;

    public static void MapQuotas(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/openapi/quota/get", (HttpContext http, CallQuotas quotas, CancellationToken ct) => DoAsync(http, body =>
        {
            var (daily, used) = quotas.Of(http.Account().AppId, body.Text("cgi_path") ?? "");
            return Answers.Ok(new JsonObject { ["errcode"] = 0, ["quota"] = new JsonObject { ["daily_limit"] = daily, ["used"] = used, ["remain"] = daily - used } });
        }, ct));
        api.MapPost("/cgi-bin/openapi/quota/clear", (HttpContext http, CallQuotas quotas, CancellationToken ct)
            => DoAsync(http, body => Answers.No(quotas.Clear(http.Account().AppId, body.Text("cgi_path") ?? "")), ct));
        api.MapPost("/cgi-bin/clear_quota", (HttpContext http, CallQuotas quotas, CancellationToken ct)
            => DoAsync(http, body => Answers.No(body.Text("appid") == http.Account().AppId ? quotas.Clear(http.Account().AppId, null) : 40013), ct));
        api.MapPost("/cgi-bin/openapi/rid/get", (HttpContext http, FakeWeChat wechat, CancellationToken ct) => DoAsync(http, body =>
            body.Text("rid") is not { Length: > 0 } ? Answers.No(76021)
                : Answers.Ok(new JsonObject
                {
                    ["errcode"] = 0,
                    ["request"] = new JsonObject { ["invoke_time"] = wechat.Clock.GetUtcNow().ToUnixTimeSeconds(), ["cost_in_ms"] = 1, ["client_ip"] = "127.0.0.1" },
                }), ct));
        api.MapPost("/cgi-bin/callback/check", (HttpContext http, CancellationToken ct) => DoAsync(http, _ => Answers.Ok(new JsonObject
        {
            ["dns"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1", ["real_operator"] = "DEFAULT" }),
            ["ping"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1", ["from_operator"] = "DEFAULT", ["package_loss"] = "0%", ["time"] = "1.000ms" }),
        }), ct));
        api.MapGet("/cgi-bin/ticket/getticket", (string? type) => type == "jsapi"
            ? Answers.Ok(new JsonObject { ["errcode"] = 0, ["errmsg"] = "ok", ["ticket"] = Chance.Text(86), ["expires_in"] = TicketLives })
            : Answers.No(40097));
    }

    private static async Task<IResult> DoAsync(HttpContext http, Func<JsonObject, IResult> answer, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        return code != 0 ? Answers.No(code) : answer(body);
    }
}
