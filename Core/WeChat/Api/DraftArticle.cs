using System.Text;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>One article of a draft (§6.6).</summary>
/// <param name="Title">1–32 characters.</param>
/// <param name="Content">HTML under 20,000 characters and 1 MB; its pictures from <see cref="MediaApi.UploadImageAsync"/>, its scripts are removed.</param>
/// <param name="CoverMediaId">Of a permanent picture.</param>
public sealed record DraftArticle(string Title, string Content, string CoverMediaId)
{
    private const int LongestTitle = 32;
    private const int ContentEnd = 20_000;
    private const int ContentBytesEnd = 1024 * 1024;

    public string Author { get; init; } = "";

    /// <summary>"": WeChat takes the beginning of the content.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Where 阅读原文 leads; "" for nowhere.</summary>
    public string SourceUrl { get; init; } = "";

    public bool Comments { get; init; }

    /// <summary>With <see cref="Comments"/>: of followers only.</summary>
    public bool CommentsOfFollowersOnly { get; init; }

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Title, nameof(Title));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Title.Length, LongestTitle, nameof(Title));
        ArgumentException.ThrowIfNullOrEmpty(Content, nameof(Content));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Content.Length, ContentEnd, nameof(Content));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Encoding.UTF8.GetByteCount(Content), ContentBytesEnd, nameof(Content));
        ArgumentException.ThrowIfNullOrEmpty(CoverMediaId, nameof(CoverMediaId));
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteText("article_type", "news");
        json.WriteText("title", Title);
        json.WriteText("author", Author);
        json.WriteText("digest", Digest);
        json.WriteText("content", Content);
        json.WriteText("content_source_url", SourceUrl);
        json.WriteText("thumb_media_id", CoverMediaId);
        json.WriteNumber("need_open_comment", Comments ? 1 : 0);
        json.WriteNumber("only_fans_can_comment", CommentsOfFollowersOnly ? 1 : 0);
    }

    internal static DraftArticle Read(JsonElement article) => new(article.Text("title") ?? "", article.Text("content") ?? "", article.Id("thumb_media_id"))
    {
        Author = article.Text("author") ?? "",
        Digest = article.Text("digest") ?? "",
        SourceUrl = article.Text("content_source_url") ?? "",
        Comments = article.Number("need_open_comment") == 1,
        CommentsOfFollowersOnly = article.Number("only_fans_can_comment") == 1,
    };
}

/// <param name="Id">media_id of a draft, article_id of what is published.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record KeptArticles(string Id, IReadOnlyList<DraftArticle> Articles, DateTimeOffset? UpdatedAt);

/// <param name="Total">How many there are in all.</param>
public sealed record KeptArticlesPage(int Total, IReadOnlyList<KeptArticles> Items);

public enum PublishState
{
    Published = 0,
    Running = 1,

    /// <summary>WeChat holds it to be a copy.</summary>
    NotOriginal = 2,
    Failed = 3,

    /// <summary>WeChat's review refused it.</summary>
    Rejected = 4,
    DeletedByUser = 5,
    Banned = 6,
}

/// <param name="ArticleId">Once published; "" before.</param>
public sealed record Publication(PublishState State, string ArticleId);
