using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>What goes to many at once (§6.5).</summary>
public sealed class MassMessage
{
    private readonly string _type;
    private readonly Action<Utf8JsonWriter, bool> _write;

    /// <param name="write">Gets whether it is for a preview.</param>
    private MassMessage(string type, Action<Utf8JsonWriter, bool> write) => (_type, _write) = (type, write);

    /// <summary>Articles.</summary>
    /// <param name="mediaId">Of a draft; it is gone once sent.</param>
    /// <param name="evenIfReprint">Send also what WeChat holds to be a copy of another account's article.</param>
    public static MassMessage Articles(string mediaId, bool evenIfReprint = false) => new("mpnews", (json, isPreview) =>
    {
        json.WriteObject("mpnews", news => news.WriteText("media_id", mediaId));
        if (!isPreview)
        {
            json.WriteNumber("send_ignore_reprint", evenIfReprint ? 1 : 0);
        }
    });

    public static MassMessage Text(string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(content);
        return new("text", (json, _) => json.WriteObject("text", text => text.WriteText("content", content)));
    }

    public static MassMessage Voice(string mediaId) => new("voice", (json, _) => json.WriteObject("voice", voice => voice.WriteText("media_id", mediaId)));

    public static MassMessage Video(string mediaId) => new("mpvideo", (json, _) => json.WriteObject("mpvideo", video => video.WriteText("media_id", mediaId)));

    /// <summary>A preview shows the first.</summary>
    public static MassMessage Images(IReadOnlyList<string> mediaIds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(mediaIds.Count);
        return new("image", (json, isPreview) =>
        {
            if (isPreview)
            {
                json.WriteObject("image", image => image.WriteText("media_id", mediaIds[0]));
            }
            else
            {
                json.WriteObject("images", images => images.WriteTexts("media_ids", mediaIds));
            }
        });
    }

    public override string ToString() => nameof(MassMessage);

    internal void Write(Utf8JsonWriter json, bool isPreview)
    {
        json.WriteText("msgtype", _type);
        _write(json, isPreview);
    }
}

/// <param name="MsgId">For status and deletion; the outcome's event names it.</param>
/// <param name="MsgDataId">Of the figures; 0 where WeChat gives none.</param>
/// <param name="AlreadySent">The id of ours had been used before: this is what was sent then.</param>
public sealed record MassSent(long MsgId, long MsgDataId, bool AlreadySent);

public enum MassStatus
{
    /// <summary>Under way; also what §6.5 does not name.</summary>
    Sending,

    Sent,

    Failed,

    Deleted,
}
