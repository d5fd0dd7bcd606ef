using System.Globalization;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;
using QRCoder;

namespace Bot.Simulator.Api;

/// <summary>Menu, QR codes and followers (wechat-protocol.md §6.8 and §6.9).</summary>
internal static class AccountApi
{
    private const int LongestTemporarySeconds = 2_592_000;

    public static void MapAccount(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/menu/create", CreateMenuAsync);
        api.MapGet("/cgi-bin/menu/get", GetMenu);
        api.MapGet("/cgi-bin/menu/delete", DeleteMenu);
        api.MapPost("/cgi-bin/qrcode/create", CreateCodeAsync);
        api.MapGet("/cgi-bin/user/info", Follower);
        api.MapGet("/cgi-bin/getcallbackip", () => Answers.Ok(new JsonObject { ["ip_list"] = new JsonArray("127.0.0.1") }));
    }

    /// <summary>The picture of a QR code; no token, as on WeChat's own host.</summary>
    public static void MapCodePictures(this IEndpointRouteBuilder app)
        => app.MapGet("/cgi-bin/showqrcode", (string? ticket, FakeWeChat wechat) =>
        {
            var code = wechat.Codes.FirstOrDefault(c => c.Ticket == ticket);
            if (code is null || code.Until <= wechat.Clock.GetUtcNow())
            {
                return Results.NotFound();
            }

            using var data = new QRCodeGenerator().CreateQrCode(code.Url, QRCodeGenerator.ECCLevel.M);
            return Results.Text(new SvgQRCode(data).GetGraphic(8), "image/svg+xml");
        });

    private static async Task<IResult> CreateMenuAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, menu) = await http.Request.JsonAsync(ct);
        code = code != 0 ? code : PublishedMenu.Check(menu);
        if (code == 0)
        {
            wechat.Change(() => http.Account().Menu = menu);
        }

        return Answers.No(code);
    }

    private static IResult GetMenu(HttpContext http)
        => http.Account().Menu is { } menu ? Answers.Ok(new JsonObject { ["menu"] = menu.DeepClone() }) : Answers.No(46003);

    private static IResult DeleteMenu(HttpContext http, FakeWeChat wechat)
    {
        wechat.Change(() => http.Account().Menu = null);
        return Answers.Ok();
    }

    private static async Task<IResult> CreateCodeAsync(HttpRequest request, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        if (code != 0)
        {
            return Answers.No(code);
        }

        var action = body.Text("action_name");
        var scene = Scene(action, body["action_info"]?["scene"]);
        if (scene is null)
        {
            return Answers.No(40053);
        }

        int? seconds = action!.StartsWith("QR_LIMIT", StringComparison.Ordinal) ? null : Math.Clamp(body.Number("expire_seconds") ?? 60, 1, LongestTemporarySeconds);
        var made = wechat.AddCode(scene, seconds);
        var answer = new JsonObject { ["ticket"] = made.Ticket, ["url"] = made.Url };
        if (seconds is not null)
        {
            answer["expire_seconds"] = seconds;
        }

        return Answers.Ok(answer);
    }

    private static string? Scene(string? action, JsonNode? scene) => action switch
    {
        "QR_STR_SCENE" or "QR_LIMIT_STR_SCENE" => scene.Text("scene_str") is { Length: >= 1 and <= 64 } text ? text : null,
        "QR_SCENE" => scene.Number("scene_id") is > 0 and var id ? id.ToString(CultureInfo.InvariantCulture) : null,
        "QR_LIMIT_SCENE" => scene.Number("scene_id") is >= 1 and <= 100_000 and var id ? id.ToString(CultureInfo.InvariantCulture) : null,
        _ => null,
    };

    private static IResult Follower(HttpContext http, string? openid, FakeWeChat wechat)
    {
        if (wechat.FindByOpenId(http.Account(), openid) is not { } person)
        {
            return Answers.No(40003);
        }

        return Answers.Ok(person.Follows
            ? new JsonObject
            {
                ["subscribe"] = 1,
                ["openid"] = openid,
                ["language"] = "zh_CN",
                ["subscribe_time"] = person.FollowedAt,
                ["remark"] = "",
                ["groupid"] = 0,
                ["tagid_list"] = new JsonArray(),
                ["subscribe_scene"] = "ADD_SCENE_SEARCH",
                ["qr_scene"] = 0,
                ["qr_scene_str"] = "",
            }
            : new JsonObject { ["subscribe"] = 0, ["openid"] = openid, ["tagid_list"] = new JsonArray() });
    }
}
