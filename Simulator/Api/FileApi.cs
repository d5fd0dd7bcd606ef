using System.Text;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Uploads and quotas (wechat-protocol.md §6.7 and §6.11).</summary>
internal static class FileApi
{
    private const long DailyLimit = 500_000;
    private const int LargestUpload = 10 * 1024 * 1024;

    public static void MapFiles(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/media/upload", UploadAsync);
        api.MapPost("/cgi-bin/openapi/quota/get", QuotaAsync);
    }

    /// <summary>Takes only the form that WeChat takes: boundary without quotes, names with them, an ASCII file name, a type for the part.</summary>
    private static async Task<IResult> UploadAsync(HttpRequest request, string? type, FakeWeChat wechat, CancellationToken ct)
    {
        if (type is not ("image" or "voice" or "video" or "thumb"))
        {
            return Answers.No(40004);
        }

        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory, ct);
        const string Multipart = "multipart/form-data; boundary=";
        var contentType = request.ContentType ?? "";
        var head = Encoding.Latin1.GetString(memory.ToArray(), 0, (int)Math.Min(memory.Length, 1024)).Split("\r\n\r\n")[0];
        var boundary = contentType.StartsWith(Multipart, StringComparison.Ordinal) ? contentType[Multipart.Length..] : "";
        var isGood = boundary.Length > 0 && !boundary.Contains('"', StringComparison.Ordinal)
            && head.StartsWith("--" + boundary + "\r\n", StringComparison.Ordinal)
            && head.Contains("name=\"media\"; filename=\"", StringComparison.Ordinal)
            && head.Contains("\r\nContent-Type: ", StringComparison.Ordinal)
            && head.All(char.IsAscii);
        return !isGood ? Answers.No(41005)
            : memory.Length > LargestUpload ? Answers.No(45002)
            : Answers.Ok(new JsonObject
            {
                ["type"] = type,
                [type == "thumb" ? "thumb_media_id" : "media_id"] = Chance.Text(64),
                ["created_at"] = wechat.Clock.GetUtcNow().ToUnixTimeSeconds(),
            });
    }

    private static async Task<IResult> QuotaAsync(HttpRequest request, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        if (code != 0)
        {
            return Answers.No(code);
        }

        // Of the calls that the drawer still shows.
        var used = wechat.Calls.LongCount(call => call.Path == body.Text("cgi_path"));
        return Answers.Ok(new JsonObject
        {
            ["errcode"] = 0,
            ["quota"] = new JsonObject { ["daily_limit"] = DailyLimit, ["used"] = used, ["remain"] = DailyLimit - used },
        });
    }
}
