using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>How WeChat's API says yes and no: always HTTP 200.</summary>
internal static class Answers
{
    private static readonly Dictionary<int, string> Texts = new()
    {
        [0] = "ok",
        [40001] = "invalid credential, access_token is invalid or not latest",
        [40002] = "invalid grant_type",
        [40003] = "invalid openid",
        [-1] = "system error",
        [40004] = "invalid media type",
        [40007] = "invalid media_id",
        [40008] = "invalid message type",
        [40013] = "invalid appid",
        [40014] = "invalid access_token",
        [40016] = "invalid button size",
        [40017] = "invalid button type",
        [40018] = "invalid button name size",
        [40019] = "invalid button key size",
        [40020] = "invalid button url size",
        [40023] = "invalid sub button size",
        [40025] = "invalid sub button name size",
        [40029] = "invalid code",
        [40033] = "invalid charset. please check your request, if include \\uxxxx will create fail!",
        [40037] = "invalid template_id",
        [40053] = "invalid action info",
        [40066] = "invalid url",
        [40125] = "invalid appsecret",
        [40163] = "code been used",
        [41001] = "access_token missing",
        [41002] = "appid missing",
        [41004] = "appsecret missing",
        [41005] = "media data missing",
        [41008] = "missing code",
        [42001] = "access_token expired",
        [43004] = "require subscribe",
        [43101] = "user refuse to accept the msg",
        [44002] = "empty post data",
        [44004] = "empty content",
        [43019] = "require remove blacklist",
        [45002] = "content size out of limit",
        [45008] = "article size out of limit",
        [45009] = "reach max api daily quota limit",
        [45011] = "api minute-quota reach limit, must slower, retry next minute",
        [45015] = "response out of time limit or subscription is canceled",
        [45028] = "has no masssend quota",
        [45047] = "out of response count limit",
        [45056] = "too many tags",
        [45059] = "too many tags on this user",
        [45065] = "clientmsgid exist",
        [45066] = "same clientmsgid retry too fast",
        [45072] = "invalid command",
        [45080] = "no message within 30 seconds",
        [45081] = "already in typing status",
        [45157] = "invalid tag name",
        [45158] = "tag name too long",
        [45159] = "invalid tag id",
        [46003] = "menu no exist",
        [47001] = "data format error",
        [47003] = "argument invalid!",
        [48001] = "api unauthorized",
        [48006] = "forbid to clear quota because of reaching the limit",
        [53600] = "article id invalid",
        [61010] = "user access record timeout",
        [65301] = "no such menu",
        [65303] = "no default menu",
        [76021] = "rid not found",
        [87009] = "invalid signature",
    };

    public static IResult Ok() => No(0);

    public static IResult Ok(JsonObject fields) => Results.Text(fields.ToJsonString(Json.AsIs), "application/json");

    /// <summary>As the /sns endpoints answer: the same JSON, called plain text.</summary>
    public static IResult PlainOk(JsonObject fields) => Results.Text(fields.ToJsonString(Json.AsIs), "text/plain");

    /// <param name="words">In place of the usual errmsg, where it names something.</param>
    public static IResult No(int code, string? words = null) => new Verdict(code, "application/json", words);

    public static IResult PlainNo(int code) => new Verdict(code, "text/plain", null);

    /// <summary>Carries the errcode to the drawer's list of calls.</summary>
    public sealed class Verdict(int code, string contentType, string? words) : IResult
    {
        public int Code => code;

        public Task ExecuteAsync(HttpContext http)
            => Results.Text(new JsonObject { ["errcode"] = code, ["errmsg"] = Text(code, words) }.ToJsonString(Json.AsIs), contentType).ExecuteAsync(http);
    }

    private static string Text(int code, string? words) => code == 0 ? "ok" : $"{words ?? Texts.GetValueOrDefault(code, "error")} rid: {Chance.Hex(8)}-{Chance.Hex(8)}-{Chance.Hex(8)}";
}
