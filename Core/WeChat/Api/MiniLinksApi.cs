using System.Buffers;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Ways into the mini program from outside.</summary>
public sealed class MiniLinksApi
{
    private const int LongestScene = 32;
    private const int LongestQuery = 1024;
    private const int LongestDays = 30;

    private static readonly SearchValues<char> SceneAlphabet
        = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~");

    private readonly WeChatCalls _calls;

    internal MiniLinksApi(WeChatCalls calls) => _calls = calls;

    /// <summary>A round code with a scene, as a picture; any number of them.</summary>
    /// <param name="scene">1–32 of <c>0-9A-Za-z!#$&amp;'()*+,/:;=?@-._~</c>: a short id.</param>
    /// <param name="page">Without leading slash and query; "" for the first page.</param>
    /// <param name="width">280–1280 pixels.</param>
    public async Task<WeChatFile> CodeAsync(string scene, string page, int width, MiniVersion version, CancellationToken ct)
    {
        const string Method = "/wxa/getwxacodeunlimit";
        ArgumentException.ThrowIfNullOrEmpty(scene);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scene.Length, LongestScene, nameof(scene));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 280);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 1280);
        if (scene.AsSpan().ContainsAnyExcept(SceneAlphabet))
        {
            throw new ArgumentException("The scene has a character that WeChat does not take.", nameof(scene));
        }

        CheckPage(page);
        var answer = await _calls.AnswerAsync(WeChatCall.Post(WeChatAccount.Mini, Method, mayRepeat: true, members: json =>
        {
            json.WriteText("scene", scene);
            json.WriteTextIfAny("page", page);
            json.WriteBoolean("check_path", version == MiniVersion.Release);
            json.WriteText("env_version", Word(version));
            json.WriteNumber("width", width);
        }), ct);
        return answer.Json is null && answer.Bytes.Length > 0 ? new WeChatFile(answer.Bytes, answer.ContentType) : throw WeChatCalls.Unusable(Method);
    }

    /// <summary>weixin://… for short messages and pages outside WeChat.</summary>
    /// <param name="page">Without leading slash; "" for the first page.</param>
    /// <param name="query">Up to 1,024 characters.</param>
    /// <param name="days">1–30 until it ends.</param>
    public async Task<string> SchemeAsync(string page, string query, int days, MiniVersion version, CancellationToken ct)
    {
        const string Method = "/wxa/generatescheme";
        CheckLink(page, query, days);
        return WeChatCalls.Required(await PostAsync(Method, json =>
        {
            json.WriteObject("jump_wxa", jump => WriteTarget(jump, page, query, version));
            WriteEnd(json, days);
        }, ct), "openlink", Method);
    }

    /// <summary>https://wxaurl.cn/… for the same.</summary>
    /// <inheritdoc cref="SchemeAsync" path="/param"/>
    public async Task<string> UrlLinkAsync(string page, string query, int days, MiniVersion version, CancellationToken ct)
    {
        const string Method = "/wxa/generate_urllink";
        CheckLink(page, query, days);
        return WeChatCalls.Required(await PostAsync(Method, json =>
        {
            WriteTarget(json, page, query, version);
            WriteEnd(json, days);
        }, ct), "url_link", Method);
    }

    private static void WriteTarget(Utf8JsonWriter json, string page, string query, MiniVersion version)
    {
        json.WriteText("path", page);
        json.WriteText("query", query);
        json.WriteText("env_version", Word(version));
    }

    /// <summary>expire_type 1: after so many days.</summary>
    private static void WriteEnd(Utf8JsonWriter json, int days)
    {
        json.WriteNumber("expire_type", 1);
        json.WriteNumber("expire_interval", days);
    }

    private static void CheckLink(string page, string query, int days)
    {
        CheckPage(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Length, LongestQuery, nameof(query));
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, LongestDays);
    }

    private static void CheckPage(string page)
    {
        if (page.StartsWith('/') || page.Contains('?', StringComparison.Ordinal))
        {
            throw new ArgumentException("A page has no leading slash and no query.", nameof(page));
        }
    }

    private static string Word(MiniVersion version) => version switch
    {
        MiniVersion.Release => "release",
        MiniVersion.Trial => "trial",
        _ => "develop",
    };

    private Task<JsonElement> PostAsync(string method, Action<Utf8JsonWriter> members, CancellationToken ct)
        => _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mini, method, members, mayRepeat: true), ct);
}
