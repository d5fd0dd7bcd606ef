namespace Bot.Core.WeChat;

/// <summary>Checks of what people write and upload: an aid beside a human's look.</summary>
public sealed class MiniChecksApi
{
    private const int LongestContent = 2500;

    private readonly WeChatCalls _calls;

    internal MiniChecksApi(WeChatCalls calls) => _calls = calls;

    /// <summary>4,000 a minute, 2 million a day.</summary>
    /// <param name="openId">Of somebody who used the mini program within two hours (61010: a person has to look).</param>
    /// <param name="content">1–2,500 characters.</param>
    public async Task<ContentVerdict> TextAsync(string openId, ContentScene scene, string content, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(content);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, LongestContent, nameof(content));
        var answer = await _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mini, "/wxa/msg_sec_check", mayRepeat: true, members: json =>
        {
            json.WriteNumber("version", 2);
            json.WriteText("openid", openId);
            json.WriteNumber("scene", (int)scene);
            json.WriteText("content", content);
        }), ct);
        var result = answer.Member("result");
        return new ContentVerdict(result.Text("suggest") ?? "", result.Number("label"), answer.Id("trace_id"));
    }

    /// <summary>The verdict comes as the event wxa_media_check within 30 minutes; nothing is shown before. 2,000 a minute, 200,000 a day.</summary>
    /// <param name="url">Up to 10 MB; anybody who has it can fetch it, so let it end soon.</param>
    /// <returns>trace_id, which the event names.</returns>
    public async Task<string> MediaAsync(string openId, ContentScene scene, CheckedMedia kind, Uri url, CancellationToken ct)
    {
        const string Method = "/wxa/media_check_async";
        return WeChatCalls.Required(await _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mini, Method, mayRepeat: true, members: json =>
        {
            json.WriteText("media_url", url.AbsoluteUri);
            json.WriteNumber("media_type", (int)kind);
            json.WriteNumber("version", 2);
            json.WriteText("openid", openId);
            json.WriteNumber("scene", (int)scene);
        }), ct), "trace_id", Method);
    }
}
