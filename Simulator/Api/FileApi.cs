using System.Text;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Files that are uploaded for three days, and pictures for articles (wechat-protocol.md §6.7).</summary>
internal static class FileApi
{
    private const int LargestUpload = 10 * 1024 * 1024;
    private const string Multipart = "multipart/form-data; boundary=";

    private static readonly TimeSpan Temporary = TimeSpan.FromDays(3);

    public static void MapFiles(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/media/upload", UploadAsync);
        api.MapGet("/cgi-bin/media/get", (string? media_id, FakeWeChat wechat, Kept kept)
            => kept.FindFile(media_id, lasting: false, wechat.Clock.GetUtcNow()) is not { } file ? Answers.No(40007)
                : file.Kind == "video" ? Answers.Ok(new JsonObject { ["video_url"] = "http://mp.weixin.qq.com/" + file.MediaId })
                : Results.Bytes(file.Bytes, file.ContentType));
        api.MapPost("/cgi-bin/media/uploadimg", async (HttpRequest request, CancellationToken ct)
            => await ReadAsync(request, ct) is { } ? Answers.Ok(new JsonObject { ["url"] = "http://mmbiz.qpic.cn/" + Chance.Text(64) }) : Answers.No(41005));
    }

    /// <summary>Takes only the form that WeChat takes: boundary without quotes, names with them, an ASCII file name, a type for the part.</summary>
    /// <returns>The first part's bytes and type; null for another form.</returns>
    public static async Task<(byte[] Bytes, string ContentType)?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory, ct);
        var all = memory.ToArray();
        var contentType = request.ContentType ?? "";
        var head = Encoding.Latin1.GetString(all, 0, (int)Math.Min(all.Length, 1024)).Split("\r\n\r\n")[0];
        var boundary = contentType.StartsWith(Multipart, StringComparison.Ordinal) ? contentType[Multipart.Length..] : "";
        const string Type = "\r\nContent-Type: ";
        if (boundary.Length == 0 || boundary.Contains('"', StringComparison.Ordinal)
            || !head.StartsWith("--" + boundary + "\r\n", StringComparison.Ordinal)
            || !head.Contains("name=\"media\"; filename=\"", StringComparison.Ordinal)
            || !head.Contains(Type, StringComparison.Ordinal)
            || !head.All(char.IsAscii))
        {
            return null;
        }

        var rest = all.AsSpan(head.Length + 4);
        var end = rest.IndexOf(Encoding.ASCII.GetBytes("\r\n--" + boundary));
        return end < 0 ? null : (rest[..end].ToArray(), head[(head.IndexOf(Type, StringComparison.Ordinal) + Type.Length)..].Split("\r\n")[0]);
    }

    private static async Task<IResult> UploadAsync(HttpRequest request, string? type, FakeWeChat wechat, Kept kept, CancellationToken ct)
    {
        if (type is not ("image" or "voice" or "video" or "thumb"))
        {
            return Answers.No(40004);
        }

        if (await ReadAsync(request, ct) is not var (bytes, contentType) || bytes.Length > LargestUpload)
        {
            return Answers.No(request.ContentLength > LargestUpload ? 45002 : 41005);
        }

        var now = wechat.Clock.GetUtcNow();
        var file = new KeptFile(Chance.Text(64), type, bytes, contentType, "", now, now + Temporary);
        kept.Add(file);
        return Answers.Ok(new JsonObject
        {
            ["type"] = type,
            [type == "thumb" ? "thumb_media_id" : "media_id"] = file.MediaId,
            ["created_at"] = now.ToUnixTimeSeconds(),
        });
    }
}
