using System.Text.Json.Serialization;

namespace Bot.Core.WeChat;

/// <summary>The one passive answer to a push (§5); it survives being written as JSON, for the retry guard.</summary>
[JsonDerivedType(typeof(NothingReply), "nothing")]
[JsonDerivedType(typeof(TextReply), "text")]
[JsonDerivedType(typeof(ImageReply), "image")]
[JsonDerivedType(typeof(VoiceReply), "voice")]
[JsonDerivedType(typeof(VideoReply), "video")]
[JsonDerivedType(typeof(MusicReply), "music")]
[JsonDerivedType(typeof(NewsReply), "news")]
[JsonDerivedType(typeof(TransferReply), "transfer")]
public abstract record Reply
{
    /// <summary>Acknowledged, and the person sees nothing.</summary>
    public static Reply Nothing { get; } = new NothingReply();

    /// <summary>Sent whole: keep it under 2,000 bytes, see <see cref="OutgoingText.Cut"/>. Empty text is <see cref="Nothing"/>.</summary>
    public static Reply Text(string content) => new TextReply(content);

    public static Reply Image(string mediaId) => new ImageReply(mediaId);

    public static Reply Voice(string mediaId) => new VoiceReply(mediaId);

    public static Reply Video(string mediaId, string title, string description) => new VideoReply(mediaId, title, description);

    public static Reply Music(string title, string description, string musicUrl, string hqMusicUrl, string thumbMediaId)
        => new MusicReply(title, description, musicUrl, hqMusicUrl, thumbMediaId);

    /// <summary>Always one article: more are refused in answer to a message.</summary>
    public static Reply News(string title, string description, string picUrl, string url)
        => new NewsReply(title, description, picUrl, url);

    /// <summary>Hands the chat to WeChat's own agent console: not where counsellors are relayed through this server.</summary>
    public static Reply Transfer(string? kfAccount = null) => new TransferReply(kfAccount);

    /// <summary>The kind only: answers hold names and links.</summary>
    public sealed override string ToString() => GetType().Name;
}

public sealed record NothingReply : Reply;

public sealed record TextReply(string Content) : Reply;

public sealed record ImageReply(string MediaId) : Reply;

public sealed record VoiceReply(string MediaId) : Reply;

public sealed record VideoReply(string MediaId, string Title, string Description) : Reply;

public sealed record MusicReply(string Title, string Description, string MusicUrl, string HqMusicUrl, string ThumbMediaId) : Reply;

public sealed record NewsReply(string Title, string Description, string PicUrl, string Url) : Reply;

public sealed record TransferReply(string? KfAccount) : Reply;
