using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Who follows the account (wechat-protocol.md §6.9).</summary>
internal static class FollowerApi
{
    private const int MostInfos = 100;

    public static void MapFollowers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/cgi-bin/user/get", (string? next_openid, FakeWeChat wechat) => Page(wechat, p => p.Follows, next_openid));
        api.MapGet("/cgi-bin/user/info", (HttpContext http, string? openid, FakeWeChat wechat)
            => wechat.FindByOpenId(http.Account(), openid) is { } person ? Answers.Ok(Info(person, openid!)) : Answers.No(40003));
        api.MapPost("/cgi-bin/user/info/batchget", InfosAsync);
    }

    /// <summary>Openids of those who fit, behind <paramref name="after"/>.</summary>
    public static IResult Page(FakeWeChat wechat, Func<Person, bool> fits, string? after)
    {
        var all = wechat.People.Where(fits).Select(p => p.OpenIdAt(wechat.Mp)).ToList();
        var rest = string.IsNullOrEmpty(after) ? all : all.Skip(all.IndexOf(after) + 1).ToList();
        var page = new JsonObject { ["total"] = all.Count, ["count"] = rest.Count, ["next_openid"] = rest.LastOrDefault() ?? "" };
        if (rest.Count > 0)
        {
            page["data"] = new JsonObject { ["openid"] = new JsonArray([.. rest.Select(o => (JsonNode)o)]) };
        }

        return Answers.Ok(page);
    }

    private static async Task<IResult> InfosAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        if (code != 0 || body["user_list"] is not JsonArray { Count: <= MostInfos } list)
        {
            return Answers.No(code != 0 ? code : 40032);
        }

        var found = list.Select(l => (OpenId: l.Text("openid") ?? "", Person: wechat.FindByOpenId(http.Account(), l.Text("openid")))).ToList();
        return found.Exists(f => f.Person is null) ? Answers.No(40003)
            : Answers.Ok(new JsonObject { ["user_info_list"] = new JsonArray([.. found.Select(f => (JsonNode)Info(f.Person!, f.OpenId))]) });
    }

    private static JsonObject Info(Person person, string openId) => person.Follows
        ? new JsonObject
        {
            ["subscribe"] = 1,
            ["openid"] = openId,
            ["language"] = "zh_CN",
            ["subscribe_time"] = person.FollowedAt,
            ["remark"] = "",
            ["groupid"] = 0,
            ["tagid_list"] = new JsonArray([.. person.TagIds.Select(id => (JsonNode)id)]),
            ["subscribe_scene"] = "ADD_SCENE_SEARCH",
            ["qr_scene"] = 0,
            ["qr_scene_str"] = "",
        }
        : new JsonObject { ["subscribe"] = 0, ["openid"] = openId, ["tagid_list"] = new JsonArray() };
}
