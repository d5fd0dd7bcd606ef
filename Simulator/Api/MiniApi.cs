using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>The mini program: session, phone number, codes, links and checks (wechat-protocol.md §7).</summary>
internal static class MiniApi
{
    private const int Normal = 100;
    private const int Advertising = 10001;

    /// <summary>What makes a text be refused here, to try it out.</summary>
    private const string Risky = "违规";

    /// <summary>One grey pixel.</summary>
    private static readonly byte[] Picture = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mOsbwAAAgQBgeYQ8DkAAAAASUVORK5CYII=");

    public static void MapMini(this IEndpointRouteBuilder api)
    {
        api.MapGet("/wxa/checksession", (string? openid, string? signature, MiniSessions sessions) => Answers.No(sessions.Holds(openid, signature) ? 0 : 87009));
        api.MapGet("/wxa/resetusersessionkey", (string? openid, string? signature, MiniSessions sessions) => sessions.Holds(openid, signature)
            ? Answers.Ok(new JsonObject { ["errcode"] = 0, ["openid"] = openid, ["session_key"] = sessions.Begin(openid!) })
            : Answers.No(87009));
        api.MapPost("/wxa/business/getuserphonenumber", PhoneAsync);
        api.MapPost("/wxa/getwxacodeunlimit", (HttpContext http, CancellationToken ct) => DoAsync(http, body =>
            body.Text("scene") is { Length: >= 1 and <= 32 } ? Results.Bytes(Picture, "image/png") : Answers.No(40169), ct));
        api.MapPost("/wxa/generatescheme", (HttpContext http, CancellationToken ct)
            => DoAsync(http, _ => Answers.Ok(new JsonObject { ["errcode"] = 0, ["openlink"] = "weixin://dl/business/?t=" + Chance.Text(11) }), ct));
        api.MapPost("/wxa/generate_urllink", (HttpContext http, CancellationToken ct)
            => DoAsync(http, _ => Answers.Ok(new JsonObject { ["errcode"] = 0, ["url_link"] = "https://wxaurl.cn/" + Chance.Text(11) }), ct));
        api.MapPost("/wxa/msg_sec_check", (HttpContext http, FakeWeChat wechat, CancellationToken ct) => DoAsync(http, body => CheckText(body, http, wechat), ct));
        api.MapPost("/wxa/media_check_async", (HttpContext http, FakeWeChat wechat, CancellationToken ct) => DoAsync(http, body => CheckMedia(body, http, wechat), ct));
    }

    /// <summary>The code is one of <see cref="LoginCodes"/>; the number belongs to nobody.</summary>
    private static Task<IResult> PhoneAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct) => DoAsync(http, body =>
    {
        var code = wechat.Logins.Redeem(body.Text("code"), http.Account().AppId, out var openId);
        return code != 0 || (body.Text("openid") is { } named && named != openId) ? Answers.No(code != 0 ? code : 40029)
            : Answers.Ok(new JsonObject
            {
                ["errcode"] = 0,
                ["phone_info"] = new JsonObject
                {
                    ["phoneNumber"] = "13000000000",
                    ["purePhoneNumber"] = "13000000000",
                    ["countryCode"] = 86,
                    ["watermark"] = new JsonObject { ["timestamp"] = wechat.Clock.GetUtcNow().ToUnixTimeSeconds(), ["appid"] = http.Account().AppId },
                },
            });
    }, ct);

    private static IResult CheckText(JsonObject body, HttpContext http, FakeWeChat wechat)
    {
        if (wechat.FindByOpenId(http.Account(), body.Text("openid")) is null || body.Text("content") is not { Length: >= 1 and <= 2500 } content)
        {
            return Answers.No(body.Text("content") is null ? 44002 : 61010);
        }

        var isRisky = content.Contains(Risky, StringComparison.Ordinal);
        return Answers.Ok(new JsonObject
        {
            ["errcode"] = 0,
            ["result"] = new JsonObject { ["suggest"] = isRisky ? "risky" : "pass", ["label"] = isRisky ? Advertising : Normal },
            ["trace_id"] = Chance.Hex(16),
        });
    }

    /// <summary>The verdict comes as an event; here everything passes.</summary>
    private static IResult CheckMedia(JsonObject body, HttpContext http, FakeWeChat wechat)
    {
        if (wechat.FindByOpenId(http.Account(), body.Text("openid")) is not { } person)
        {
            return Answers.No(61010);
        }

        var trace = Chance.Hex(16);
        Events.Tell(http, person, http.Account(), Push.MediaChecked(http.Account().AppId, trace));
        return Answers.Ok(new JsonObject { ["errcode"] = 0, ["trace_id"] = trace });
    }

    private static async Task<IResult> DoAsync(HttpContext http, Func<JsonObject, IResult> answer, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        return code != 0 ? Answers.No(code) : !http.Account().IsMini ? Answers.No(48001) : answer(body);
    }
}
