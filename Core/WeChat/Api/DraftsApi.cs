using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Drafts and publishing of the official account (§6.6). Followers are not told of what is published. Not for personal and unverified accounts.</summary>
public sealed class DraftsApi
{
    private readonly WeChatCalls _calls;

    internal DraftsApi(WeChatCalls calls) => _calls = calls;

    /// <returns>media_id; gone once the draft is sent or published.</returns>
    public async Task<string> AddAsync(IReadOnlyList<DraftArticle> articles, CancellationToken ct)
    {
        const string Method = "/cgi-bin/draft/add";
        ArgumentOutOfRangeException.ThrowIfZero(articles.Count);
        foreach (var article in articles)
        {
            article.Check();
        }

        return WeChatCalls.Required(await PostAsync(Method, false, json => json.WriteList("articles", articles, (list, article) =>
        {
            list.WriteStartObject();
            article.Write(list);
            list.WriteEndObject();
        }), ct), "media_id", Method);
    }

    /// <param name="index">From 0.</param>
    public Task UpdateAsync(string mediaId, int index, DraftArticle article, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        article.Check();
        return PostAsync("/cgi-bin/draft/update", true, json =>
        {
            json.WriteText("media_id", mediaId);
            json.WriteNumber("index", index);
            json.WriteObject("articles", article.Write);
        }, ct);
    }

    public async Task<IReadOnlyList<DraftArticle>> GetAsync(string mediaId, CancellationToken ct)
        => Articles(await PostAsync("/cgi-bin/draft/get", true, json => json.WriteText("media_id", mediaId), ct));

    public Task DeleteAsync(string mediaId, CancellationToken ct) => PostAsync("/cgi-bin/draft/delete", true, json => json.WriteText("media_id", mediaId), ct);

    /// <inheritdoc cref="PageAsync"/>
    public Task<KeptArticlesPage> ListAsync(int offset, int count, CancellationToken ct) => PageAsync("/cgi-bin/draft/batchget", "media_id", offset, count, ct);

    public async Task<int> CountAsync(CancellationToken ct)
        => (await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/draft/count"), ct)).Number("total_count");

    /// <summary>Accepted is not published: ask <see cref="PublicationAsync"/>, or wait for the event.</summary>
    /// <returns>publish_id.</returns>
    public async Task<string> PublishAsync(string mediaId, CancellationToken ct)
        => (await PostAsync("/cgi-bin/freepublish/submit", false, json => json.WriteText("media_id", mediaId), ct)).Id("publish_id") is { Length: > 0 } id
            ? id : throw WeChatCalls.Unusable("/cgi-bin/freepublish/submit");

    public async Task<Publication> PublicationAsync(string publishId, CancellationToken ct)
    {
        var answer = await PostAsync("/cgi-bin/freepublish/get", true, json => json.WriteText("publish_id", publishId), ct);
        return new Publication((PublishState)answer.Number("publish_status"), answer.Text("article_id") ?? "");
    }

    public async Task<IReadOnlyList<DraftArticle>> PublishedArticlesAsync(string articleId, CancellationToken ct)
        => Articles(await PostAsync("/cgi-bin/freepublish/getarticle", true, json => json.WriteText("article_id", articleId), ct));

    /// <inheritdoc cref="PageAsync"/>
    public Task<KeptArticlesPage> PublishedAsync(int offset, int count, CancellationToken ct)
        => PageAsync("/cgi-bin/freepublish/batchget", "article_id", offset, count, ct);

    /// <summary>For ever.</summary>
    /// <param name="index">From 1; 0: all of them.</param>
    public Task DeletePublishedAsync(string articleId, int index, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return PostAsync("/cgi-bin/freepublish/delete", true, json =>
        {
            json.WriteText("article_id", articleId);
            json.WriteNumber("index", index);
        }, ct);
    }

    /// <summary>Without the articles' contents.</summary>
    /// <param name="offset">From 0.</param>
    /// <param name="count">1–20.</param>
    private async Task<KeptArticlesPage> PageAsync(string method, string id, int offset, int count, CancellationToken ct)
    {
        Page.Check(offset, count);
        var answer = await PostAsync(method, true, json =>
        {
            json.WriteNumber("offset", offset);
            json.WriteNumber("count", count);
            json.WriteNumber("no_content", 1);
        }, ct);
        return new KeptArticlesPage(
            answer.Number("total_count"),
            [.. answer.Items("item").Select(item => new KeptArticles(item.Id(id), Articles(item.Member("content")), item.Instant("update_time")))]);
    }

    private static IReadOnlyList<DraftArticle> Articles(JsonElement parent) => [.. parent.Items("news_item").Select(DraftArticle.Read)];

    private Task<JsonElement> PostAsync(string method, bool mayRepeat, Action<Utf8JsonWriter> members, CancellationToken ct)
        => _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mp, method, members, mayRepeat), ct);
}

/// <summary>Bounds of WeChat's lists.</summary>
internal static class Page
{
    private const int Longest = 20;

    public static void Check(int offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Longest);
    }
}
