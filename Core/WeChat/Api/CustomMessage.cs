using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>A customer-service message (§6.2), for somebody who has written within 48 hours.</summary>
public sealed class CustomMessage
{
    /// <summary>UTF-8, as measured in passive replies (§5).</summary>
    private const int LongestText = 2048;

    private readonly Action<Utf8JsonWriter> _members;

    private CustomMessage(string type, bool forMp, bool forMini, Action<Utf8JsonWriter> members)
        => (Type, ForMp, ForMini, _members) = (type, forMp, forMini, members);

    /// <summary>WeChat's word, such as text.</summary>
    public string Type { get; }

    public bool ForMp { get; }

    public bool ForMini { get; }

    /// <param name="content">1–2,048 bytes of UTF-8; may hold links. Longer ones: <see cref="OutgoingText.Split"/>.</param>
    public static CustomMessage Text(string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(content);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutgoingText.ByteCount(content), LongestText, nameof(content));
        return new("text", true, true, json => json.WriteText("content", content));
    }

    public static CustomMessage Image(string mediaId) => new("image", true, true, json => json.WriteText("media_id", mediaId));

    public static CustomMessage Voice(string mediaId) => new("voice", true, false, json => json.WriteText("media_id", mediaId));

    public static CustomMessage Video(string mediaId, string thumbMediaId, string title, string description) => new("video", true, false, json =>
    {
        json.WriteText("media_id", mediaId);
        json.WriteText("thumb_media_id", thumbMediaId);
        json.WriteText("title", title);
        json.WriteText("description", description);
    });

    /// <param name="betterUrl">For Wi-Fi.</param>
    public static CustomMessage Music(string title, string description, string url, string betterUrl, string thumbMediaId) => new("music", true, false, json =>
    {
        json.WriteText("title", title);
        json.WriteText("description", description);
        json.WriteText("musicurl", url);
        json.WriteText("hqmusicurl", betterUrl);
        json.WriteText("thumb_media_id", thumbMediaId);
    });

    /// <summary>A card with a link; one a message (45008).</summary>
    public static CustomMessage News(string title, string description, string url, string pictureUrl)
        => new("news", true, false, json => json.WriteList("articles", [(title, description, url, pictureUrl)], (list, article) =>
        {
            list.WriteStartObject();
            list.WriteText("title", article.title);
            list.WriteText("description", article.description);
            list.WriteText("url", article.url);
            list.WriteText("picurl", article.pictureUrl);
            list.WriteEndObject();
        }));

    /// <summary>A card of an article that has been published (<see cref="DraftsApi.PublishAsync"/>).</summary>
    public static CustomMessage Article(string articleId) => new("mpnewsarticle", true, false, json => json.WriteText("article_id", articleId));

    /// <summary>Lines to tap; the answer carries the id. A tap counts as one on the menu, not as a message.</summary>
    public static CustomMessage Choices(string head, IReadOnlyList<(string Id, string Content)> list, string tail)
    {
        ArgumentOutOfRangeException.ThrowIfZero(list.Count);
        return new("msgmenu", true, false, json =>
        {
            json.WriteText("head_content", head);
            json.WriteList("list", list, (items, choice) =>
            {
                items.WriteStartObject();
                items.WriteText("id", choice.Id);
                items.WriteText("content", choice.Content);
                items.WriteEndObject();
            });
            json.WriteText("tail_content", tail);
        });
    }

    /// <param name="appId">Ignored by the mini program's own messages; null there.</param>
    public static CustomMessage MiniProgramPage(string title, string? appId, string pagePath, string thumbMediaId)
        => new("miniprogrampage", appId is not null, true, json =>
        {
            json.WriteText("title", title);
            json.WriteTextIfAny("appid", appId);
            json.WriteText("pagepath", pagePath);
            json.WriteText("thumb_media_id", thumbMediaId);
        });

    /// <summary>The mini program's card with a link.</summary>
    public static CustomMessage Link(string title, string description, string url, string thumbUrl) => new("link", false, true, json =>
    {
        json.WriteText("title", title);
        json.WriteText("description", description);
        json.WriteText("url", url);
        json.WriteText("thumb_url", thumbUrl);
    });

    public override string ToString() => nameof(CustomMessage);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteText("msgtype", Type);
        json.WriteObject(Type, _members);
    }
}
