using System.Text.Json;

namespace Bot.Core.WeChat;

public enum MediaKind
{
    /// <summary>Under 2 MB.</summary>
    Image,

    /// <summary>AMR or MP3, under 2 MB and 60 s.</summary>
    Voice,

    /// <summary>MP4, up to 10 MB.</summary>
    Video,

    /// <summary>JPG, up to 64 KB.</summary>
    Thumb,
}

/// <param name="CreatedAt">UTC; temporary media live three days from then on.</param>
public sealed record UploadedMedia(string MediaId, DateTimeOffset? CreatedAt);

/// <param name="Url">Of pictures; "" else.</param>
public sealed record UploadedMaterial(string MediaId, string Url);

/// <summary>A file, or where a video is.</summary>
public sealed record FoundMedia(WeChatFile? File, string? VideoUrl);

public sealed record MaterialCount(int Voices, int Videos, int Images, int Articles);

/// <param name="Name">As it was uploaded; of articles "".</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record Material(string MediaId, string Name, string Url, DateTimeOffset? UpdatedAt);

/// <param name="Total">How many there are in all.</param>
public sealed record MaterialPage(int Total, IReadOnlyList<Material> Items);

/// <summary>Files that messages, drafts and menus refer to (§6.7).</summary>
public sealed class MediaApi
{
    private const int Megabyte = 1024 * 1024;
    private static readonly TimeSpan ForFiles = TimeSpan.FromSeconds(60);

    private readonly WeChatCalls _calls;

    internal MediaApi(WeChatCalls calls) => _calls = calls;

    /// <summary>For three days, as often as wanted; account by account.</summary>
    public async Task<UploadedMedia> UploadAsync(WeChatAccount account, MediaKind kind, WeChatFile file, CancellationToken ct)
    {
        Check(kind, file);
        const string Method = "/cgi-bin/media/upload";
        var answer = await UploadAsync(account, Method, "type=" + Word(kind), MediaForm.Of(file), ct);
        return new UploadedMedia(answer.Text("thumb_media_id") ?? WeChatCalls.Required(answer, "media_id", Method), answer.Instant("created_at"));
    }

    public async Task<FoundMedia> GetAsync(WeChatAccount account, string mediaId, CancellationToken ct)
        => Found(await _calls.AnswerAsync(WeChatCall.Get(account, "/cgi-bin/media/get", "media_id=" + Uri.EscapeDataString(mediaId)) with { TimeAllowed = ForFiles }, ct));

    /// <summary>A picture for the content of drafts.</summary>
    /// <param name="file">JPG or PNG up to 1 MB.</param>
    /// <returns>Its address.</returns>
    public async Task<string> UploadImageAsync(WeChatFile file, CancellationToken ct)
    {
        const string Method = "/cgi-bin/media/uploadimg";
        if (file.ContentType is not ("image/jpeg" or "image/png"))
        {
            throw new ArgumentException("Only JPG and PNG.", nameof(file));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(file.Bytes.Length, Megabyte, nameof(file));
        return WeChatCalls.Required(await UploadAsync(WeChatAccount.Mp, Method, "", MediaForm.Of(file), ct), "url", Method);
    }

    /// <summary>For ever; an account has room for 100,000 pictures and articles and 1,000 others.</summary>
    /// <param name="title">Of videos; null else.</param>
    /// <param name="introduction">Of videos; null else.</param>
    public async Task<UploadedMaterial> AddMaterialAsync(MediaKind kind, WeChatFile file, string? title, string? introduction, CancellationToken ct)
    {
        Check(kind, file);
        if (kind == MediaKind.Video != title is not null)
        {
            throw new ArgumentException("Videos have a title, others have none.", nameof(title));
        }

        const string Method = "/cgi-bin/material/add_material";
        var form = MediaForm.Of(file);
        if (title is not null)
        {
            form.AddJson("description", JsonBody.Of(json =>
            {
                json.WriteText("title", title);
                json.WriteText("introduction", introduction ?? "");
            }));
        }

        var answer = await UploadAsync(WeChatAccount.Mp, Method, "type=" + Word(kind), form, ct);
        return new UploadedMaterial(WeChatCalls.Required(answer, "media_id", Method), answer.Text("url") ?? "");
    }

    public async Task<FoundMedia> GetMaterialAsync(string mediaId, CancellationToken ct)
        => Found(await _calls.AnswerAsync(Post("get_material", true, json => json.WriteText("media_id", mediaId)) with { TimeAllowed = ForFiles }, ct));

    public Task DeleteMaterialAsync(string mediaId, CancellationToken ct) => _calls.SendAsync(Post("del_material", true, json => json.WriteText("media_id", mediaId)), ct);

    public async Task<MaterialCount> CountMaterialsAsync(CancellationToken ct)
    {
        var answer = await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/material/get_materialcount"), ct);
        return new MaterialCount(answer.Number("voice_count"), answer.Number("video_count"), answer.Number("image_count"), answer.Number("news_count"));
    }

    /// <param name="kind">No thumbs.</param>
    /// <param name="offset">From 0.</param>
    /// <param name="count">1–20.</param>
    public async Task<MaterialPage> MaterialsAsync(MediaKind kind, int offset, int count, CancellationToken ct)
    {
        Page.Check(offset, count);
        ArgumentOutOfRangeException.ThrowIfEqual((int)kind, (int)MediaKind.Thumb, nameof(kind));
        var answer = await _calls.SendAsync(Post("batchget_material", true, json =>
        {
            json.WriteText("type", Word(kind));
            json.WriteNumber("offset", offset);
            json.WriteNumber("count", count);
        }), ct);
        return new MaterialPage(
            answer.Number("total_count"),
            [.. answer.Items("item").Select(item => new Material(item.Id("media_id"), item.Text("name") ?? "", item.Text("url") ?? "", item.Instant("update_time")))]);
    }

    private Task<JsonElement> UploadAsync(WeChatAccount account, string method, string query, MediaForm form, CancellationToken ct)
        => _calls.SendAsync(
            new WeChatCall(account, method) { Query = query, Body = form.ToArray(), ContentType = form.ContentType, TimeAllowed = ForFiles }, ct);

    private static WeChatCall Post(string name, bool mayRepeat, Action<Utf8JsonWriter> members)
        => WeChatCall.Post(WeChatAccount.Mp, "/cgi-bin/material/" + name, members, mayRepeat);

    private static FoundMedia Found(WeChatAnswer answer)
        => answer.Json is { } json ? new FoundMedia(null, json.Text("video_url") ?? json.Text("down_url")) : new FoundMedia(new WeChatFile(answer.Bytes, answer.ContentType), null);

    private static void Check(MediaKind kind, WeChatFile file)
    {
        var (types, most) = kind switch
        {
            MediaKind.Image => (["image/jpeg", "image/png", "image/gif"], (2 * Megabyte) - 1),
            MediaKind.Voice => (["audio/amr", "audio/mpeg"], 2 * Megabyte),
            MediaKind.Video => (["video/mp4"], 10 * Megabyte),
            _ => ((string[])["image/jpeg"], 64 * 1024),
        };
        if (!types.Contains(file.ContentType))
        {
            throw new ArgumentException($"{file.ContentType} is no {kind}.", nameof(file));
        }

        ArgumentOutOfRangeException.ThrowIfZero(file.Bytes.Length, nameof(file));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(file.Bytes.Length, most, nameof(file));
    }

    private static string Word(MediaKind kind) => kind switch
    {
        MediaKind.Image => "image",
        MediaKind.Voice => "voice",
        MediaKind.Video => "video",
        _ => "thumb",
    };
}
