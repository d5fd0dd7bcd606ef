using System.Globalization;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;
using QRCoder;

namespace Bot.Simulator.Api;

/// <summary>QR codes (wechat-protocol.md §6.9).</summary>
internal static class AccountApi
{
    private const int LongestTemporarySeconds = 2_592_000;

    public static void MapAccount(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/qrcode/create", CreateCodeAsync);
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
}
