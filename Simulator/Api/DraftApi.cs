using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Drafts and publishing (wechat-protocol.md §6.6).</summary>
internal static class DraftApi
{
    public static void MapDrafts(this IEndpointRouteBuilder api)
    {
        var draft = api.MapGroup("/cgi-bin/draft");
        draft.MapPost("/add", (HttpRequest request, FakeWeChat wechat, Kept kept, CancellationToken ct) => DoAsync(request, body => Add(body, wechat, kept), ct));
        draft.MapPost("/update", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Update(body, kept), ct));
        draft.MapPost("/get", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Articles(kept.Drafts, body.Text("media_id")), ct));
        draft.MapPost("/delete", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Answers.No(kept.RemoveDraft(body.Text("media_id")) ? 0 : 40007), ct));
        draft.MapPost("/batchget", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Page(kept.Drafts, body, "media_id"), ct));
        draft.MapGet("/count", (Kept kept) => Answers.Ok(new JsonObject { ["total_count"] = kept.Drafts.Count }));
        var published = api.MapGroup("/cgi-bin/freepublish");
        published.MapPost("/submit", (HttpContext http, FakeWeChat wechat, Kept kept, CancellationToken ct) => DoAsync(http.Request, body => Publish(http, body, wechat, kept), ct));
        published.MapPost("/get", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Publication(body, kept), ct));
        published.MapPost("/getarticle", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Articles(kept.Published, body.Text("article_id")), ct));
        published.MapPost("/batchget", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Page(kept.Published, body, "article_id"), ct));
        published.MapPost("/delete", (HttpRequest request, Kept kept, CancellationToken ct) => DoAsync(request, body => Answers.No(kept.RemovePublished(body.Text("article_id")) ? 0 : 53600), ct));
    }

    private static IResult Add(JsonObject body, FakeWeChat wechat, Kept kept)
    {
        if (body["articles"] is not JsonArray { Count: > 0 } articles || articles.Any(a => string.IsNullOrEmpty(a.Text("title")) || a.Text("title")!.Length > 64))
        {
            return Answers.No(47001);
        }

        var id = Chance.Text(64);
        kept.AddDraft(new KeptArticles(id, (JsonArray)articles.DeepClone(), wechat.Clock.GetUtcNow()));
        return Answers.Ok(new JsonObject { ["media_id"] = id });
    }

    private static IResult Update(JsonObject body, Kept kept)
    {
        var draft = kept.Drafts.FirstOrDefault(d => d.Id == body.Text("media_id"));
        if (draft is null || body.Number("index") is not { } index || index < 0 || index >= draft.Articles.Count || body["articles"] is not JsonObject article)
        {
            return Answers.No(draft is null ? 40007 : 47001);
        }

        draft.Articles[index] = article.DeepClone();
        return Answers.Ok();
    }

    /// <summary>Accepted is not published: the event says what became of it.</summary>
    private static IResult Publish(HttpContext http, JsonObject body, FakeWeChat wechat, Kept kept)
    {
        var id = wechat.NextId().ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!kept.TryPublish(body.Text("media_id"), id, wechat.Clock.GetUtcNow()))
        {
            return Answers.No(40007);
        }

        Events.Tell(http, wechat.People[0], http.Account(), Push.Published(id, body.Text("media_id")!));
        return Answers.Ok(new JsonObject { ["errcode"] = 0, ["errmsg"] = "ok", ["publish_id"] = id });
    }

    private static IResult Publication(JsonObject body, Kept kept)
    {
        var id = body["publish_id"]?.ToString() ?? "";
        return kept.ArticleOf(id) is { } article
            ? Answers.Ok(new JsonObject { ["publish_id"] = id, ["publish_status"] = kept.Published.Any(p => p.Id == article) ? 0 : 5, ["article_id"] = article })
            : Answers.No(53600);
    }

    private static IResult Articles(IReadOnlyList<KeptArticles> all, string? id)
        => all.FirstOrDefault(a => a.Id == id) is { } found ? Answers.Ok(new JsonObject { ["news_item"] = found.Articles.DeepClone() }) : Answers.No(40007);

    private static IResult Page(IReadOnlyList<KeptArticles> all, JsonObject body, string id)
    {
        var page = all.Skip(body.Number("offset") ?? 0).Take(Math.Clamp(body.Number("count") ?? 20, 1, 20)).ToList();
        return Answers.Ok(new JsonObject
        {
            ["total_count"] = all.Count,
            ["item_count"] = page.Count,
            ["item"] = new JsonArray([.. page.Select(p => (JsonNode)new JsonObject
            {
                [id] = p.Id,
                ["content"] = new JsonObject { ["news_item"] = p.Articles.DeepClone() },
                ["update_time"] = p.At.ToUnixTimeSeconds(),
            })]),
        });
    }

    private static async Task<IResult> DoAsync(HttpRequest request, Func<JsonObject, IResult> answer, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        return code != 0 ? Answers.No(code) : answer(body);
    }
}
