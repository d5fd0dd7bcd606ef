using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Files that stay (wechat-protocol.md §6.7).</summary>
internal static class MaterialApi
{
    public static void MapMaterials(this IEndpointRouteBuilder api)
    {
        var material = api.MapGroup("/cgi-bin/material");
        material.MapPost("/add_material", AddAsync);
        material.MapPost("/get_material", async (HttpRequest request, FakeWeChat wechat, Kept kept, CancellationToken ct) =>
        {
            var (code, body) = await request.JsonAsync(ct);
            return code != 0 ? Answers.No(code)
                : kept.FindFile(body.Text("media_id"), lasting: true, wechat.Clock.GetUtcNow()) is not { } file ? Answers.No(40007)
                : file.Kind == "video" ? Answers.Ok(new JsonObject { ["title"] = file.Title, ["description"] = "", ["down_url"] = "http://mp.weixin.qq.com/" + file.MediaId })
                : Results.Bytes(file.Bytes, file.ContentType);
        });
        material.MapPost("/del_material", async (HttpRequest request, Kept kept, CancellationToken ct) =>
        {
            var (code, body) = await request.JsonAsync(ct);
            return Answers.No(code != 0 ? code : kept.RemoveFile(body.Text("media_id")) ? 0 : 40007);
        });
        material.MapGet("/get_materialcount", (Kept kept) => Answers.Ok(new JsonObject
        {
            ["voice_count"] = kept.Lasting("voice").Count,
            ["video_count"] = kept.Lasting("video").Count,
            ["image_count"] = kept.Lasting("image").Count,
            ["news_count"] = kept.Published.Count,
        }));
        material.MapPost("/batchget_material", ListAsync);
    }

    private static async Task<IResult> AddAsync(HttpRequest request, string? type, FakeWeChat wechat, Kept kept, CancellationToken ct)
    {
        if (type is not ("image" or "voice" or "video" or "thumb"))
        {
            return Answers.No(40004);
        }

        if (await FileApi.ReadAsync(request, ct) is not var (bytes, contentType))
        {
            return Answers.No(41005);
        }

        var file = new KeptFile(Chance.Text(64), type, bytes, contentType, "", wechat.Clock.GetUtcNow(), null);
        kept.Add(file);
        var answer = new JsonObject { ["media_id"] = file.MediaId };
        if (type == "image")
        {
            answer["url"] = "http://mmbiz.qpic.cn/" + file.MediaId;
        }

        return Answers.Ok(answer);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, Kept kept, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        if (code != 0 || body.Text("type") is not ("image" or "voice" or "video"))
        {
            return Answers.No(code != 0 ? code : 40004);
        }

        var all = kept.Lasting(body.Text("type"));
        var page = all.Skip(body.Number("offset") ?? 0).Take(Math.Clamp(body.Number("count") ?? 20, 1, 20)).ToList();
        return Answers.Ok(new JsonObject
        {
            ["total_count"] = all.Count,
            ["item_count"] = page.Count,
            ["item"] = new JsonArray([.. page.Select(f => (JsonNode)new JsonObject
            {
                ["media_id"] = f.MediaId,
                ["name"] = f.Title,
                ["url"] = f.Kind == "image" ? "http://mmbiz.qpic.cn/" + f.MediaId : "",
                ["update_time"] = f.At.ToUnixTimeSeconds(),
            })]),
        });
    }
}
