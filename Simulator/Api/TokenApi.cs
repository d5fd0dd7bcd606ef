using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>API tokens (wechat-protocol.md §6.1).</summary>
internal static class TokenApi
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/stable_token", StableAsync);
        api.MapGet("/cgi-bin/token", Ordinary);
    }

    /// <returns>0 and the account, or 41002, 40013, 41004, 40125.</returns>
    public static int Identify(FakeWeChat wechat, string? appId, string? secret, out Account account)
    {
        account = wechat.FindAccount(appId)!;
        return string.IsNullOrEmpty(appId) ? 41002
            : account is null ? 40013
            : string.IsNullOrEmpty(secret) ? 41004
            : account.Secret != secret ? 40125
            : 0;
    }

    private static async Task<IResult> StableAsync(HttpRequest request, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        if (code != 0)
        {
            return Answers.No(code);
        }

        if (body.Text("grant_type") != "client_credential")
        {
            return Answers.No(40002);
        }

        code = Identify(wechat, body.Text("appid"), body.Text("secret"), out var account);
        return code != 0 ? Answers.No(code) : Issued(wechat.TokensOf(account).Stable(body["force_refresh"] is JsonValue force && force.TryGetValue<bool>(out var on) && on));
    }

    private static IResult Ordinary(string? grant_type, string? appid, string? secret, FakeWeChat wechat)
    {
        if (grant_type != "client_credential")
        {
            return Answers.No(40002);
        }

        var code = Identify(wechat, appid, secret, out var account);
        return code != 0 ? Answers.No(code) : Issued(wechat.TokensOf(account).Ordinary());
    }

    private static IResult Issued((string Token, int ExpiresIn) token)
        => Answers.Ok(new JsonObject { ["access_token"] = token.Token, ["expires_in"] = token.ExpiresIn });
}
