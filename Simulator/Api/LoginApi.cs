using System.Text.Json.Nodes;
using Bot.Simulator.Page;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Mini-program login and web OAuth2 (wechat-protocol.md §7 and §6.10).</summary>
internal static class LoginApi
{
    public static void MapLogins(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sns/jscode2session", Session);
        api.MapGet("/sns/oauth2/access_token", OAuthToken);
    }

    /// <summary>The page that sends a person back with a code; silently, as snsapi_base does.</summary>
    public static void MapAuthorize(this IEndpointRouteBuilder app)
    {
        app.MapGet("/connect/oauth2/authorize", (HttpRequest request, FakeWeChat wechat) => Authorize(request, wechat, WebAddress.PersonOf(request)));
        app.MapGet("/web/{person}/connect/oauth2/authorize", (HttpRequest request, FakeWeChat wechat, string person) => Authorize(request, wechat, person));
    }

    /// <summary>Where the authorize page sends this person.</summary>
    /// <returns>The address, or a refusal as WeChat shows it.</returns>
    public static (Uri? Target, string? Refusal) Redirect(IQueryCollection query, FakeWeChat wechat, Person? person)
    {
        if (person is null)
        {
            return (null, "请在手机里打开链接");
        }

        if (query["appid"] != wechat.Mp.AppId)
        {
            return (null, "appid 参数错误 (40013)");
        }

        if (query["response_type"] != "code" || query["scope"] is not [("snsapi_base" or "snsapi_userinfo")])
        {
            return (null, "scope 参数错误或没有 scope 权限 (10005)");
        }

        if (!Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var target) || target.Authority != wechat.WebDomain)
        {
            return (null, "redirect_uri 域名与后台配置不一致 (10003)");
        }

        var code = wechat.Logins.Issue(wechat.Mp.AppId, person.OpenIdAt(wechat.Mp));
        var joint = target.Query.Length > 0 ? "&" : "?";
        var state = Uri.EscapeDataString(query["state"].ToString());
        return (new Uri($"{target.GetLeftPart(UriPartial.Query)}{joint}code={code}&state={state}"), null);
    }

    private static IResult Authorize(HttpRequest request, FakeWeChat wechat, string? personId)
    {
        var person = personId is not null && wechat.TryGetPerson(personId, out var found) ? found : null;
        var (target, refusal) = Redirect(request.Query, wechat, person);
        return target is not null
            ? Results.Redirect($"/web/{personId}{target.PathAndQuery}")
            : Results.Text(refusal, "text/plain; charset=utf-8", statusCode: 400);
    }

    private static IResult Session(string? appid, string? secret, string? js_code, string? grant_type, FakeWeChat wechat, MiniSessions sessions)
    {
        var code = Redeem(wechat, appid, secret, js_code, grant_type, mini: true, out var openId);
        return code != 0
            ? Answers.PlainNo(code)
            : Answers.PlainOk(new JsonObject { ["session_key"] = sessions.Begin(openId), ["openid"] = openId });
    }

    private static IResult OAuthToken(string? appid, string? secret, string? code, string? grant_type, FakeWeChat wechat)
    {
        var wrong = Redeem(wechat, appid, secret, code, grant_type, mini: false, out var openId);
        return wrong != 0
            ? Answers.PlainNo(wrong)
            : Answers.PlainOk(new JsonObject
            {
                ["access_token"] = Chance.Text(107),
                ["expires_in"] = 7200,
                ["refresh_token"] = Chance.Text(107),
                ["openid"] = openId,
                ["scope"] = "snsapi_base",
            });
    }

    private static int Redeem(FakeWeChat wechat, string? appId, string? secret, string? code, string? grantType, bool mini, out string openId)
    {
        openId = "";
        var wrong = TokenApi.Identify(wechat, appId, secret, out var account);
        return wrong != 0 ? wrong
            : account != (mini ? wechat.Mini : wechat.Mp) ? 40013
            : grantType != "authorization_code" ? 40002
            : string.IsNullOrEmpty(code) ? 41008
            : wechat.Logins.Redeem(code, account.AppId, out openId);
    }
}
