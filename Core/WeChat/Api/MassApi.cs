using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Mass sending of the official account (§6.5): each person receives four a calendar month at most.</summary>
public sealed class MassApi
{
    public const int MostReceivers = 10_000;
    private const int LongestClientId = 32;
    private const int SentBefore = 45065;

    private readonly WeChatCalls _calls;

    internal MassApi(WeChatCalls calls) => _calls = calls;

    /// <summary>To all followers: once a day and four times a month at most, the console's included.</summary>
    /// <param name="clientId">One stable id a job, 1–32 letters and digits: a second call with it sends nothing.</param>
    public Task<MassSent> SendToAllAsync(MassMessage message, string clientId, CancellationToken ct)
        => SendAsync("/cgi-bin/message/mass/sendall", clientId, message, json => json.WriteObject("filter", filter => filter.WriteBoolean("is_to_all", true)), ct);

    /// <inheritdoc cref="SendToAllAsync" path="/param"/>
    public Task<MassSent> SendToTagAsync(int tagId, MassMessage message, string clientId, CancellationToken ct)
        => SendAsync("/cgi-bin/message/mass/sendall", clientId, message, json => json.WriteObject("filter", filter =>
        {
            filter.WriteBoolean("is_to_all", false);
            filter.WriteNumber("tag_id", tagId);
        }), ct);

    /// <param name="openIds">2–10,000.</param>
    /// <inheritdoc cref="SendToAllAsync" path="/param"/>
    public Task<MassSent> SendAsync(IReadOnlyCollection<string> openIds, MassMessage message, string clientId, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(openIds.Count, 2, nameof(openIds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(openIds.Count, MostReceivers, nameof(openIds));
        return SendAsync("/cgi-bin/message/mass/send", clientId, message, json => json.WriteTexts("touser", openIds), ct);
    }

    /// <summary>To one person's chat, to look at; 100 a day.</summary>
    public Task PreviewAsync(string openId, MassMessage message, CancellationToken ct) => PreviewAsync("touser", openId, message, ct);

    /// <param name="weChatName">What the person is called at WeChat (微信号).</param>
    public Task PreviewToNameAsync(string weChatName, MassMessage message, CancellationToken ct) => PreviewAsync("towxname", weChatName, message, ct);

    public async Task<MassStatus> StatusAsync(long msgId, CancellationToken ct)
        => (await PostAsync("get", true, json => json.WriteNumber("msg_id", msgId), ct)).Text("msg_status") switch
        {
            "SEND_SUCCESS" => MassStatus.Sent,
            "SEND_FAIL" => MassStatus.Failed,
            "DELETE" => MassStatus.Deleted,
            _ => MassStatus.Sending,
        };

    /// <summary>Articles and videos only; whoever has it keeps the card without content. Affects all sends of that material.</summary>
    /// <param name="article">From 1; 0: all of them.</param>
    public Task DeleteAsync(long msgId, int article, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(article);
        return PostAsync("delete", true, json =>
        {
            json.WriteNumber("msg_id", msgId);
            json.WriteNumber("article_idx", article);
        }, ct);
    }

    /// <returns>0 (fastest) to 4.</returns>
    public async Task<int> SpeedAsync(CancellationToken ct) => (await PostAsync("speed/get", true, _ => { }, ct)).Number("speed");

    /// <param name="speed">0 (fastest) to 4.</param>
    public Task SetSpeedAsync(int speed, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(speed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 4);
        return PostAsync("speed/set", true, json => json.WriteNumber("speed", speed), ct);
    }

    private async Task<MassSent> SendAsync(string method, string clientId, MassMessage message, Action<Utf8JsonWriter> receivers, CancellationToken ct)
    {
        if (clientId.Length is 0 or > LongestClientId || !clientId.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException("The id is 1 to 32 ASCII letters and digits.", nameof(clientId));
        }

        var answer = await _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mp, method, mayRepeat: true, members: json =>
        {
            receivers(json);
            message.Write(json, isPreview: false);
            json.WriteText("clientmsgid", clientId);
        }) with
        {
            AlsoGood = [SentBefore],
        }, ct);
        return new MassSent(answer.Long("msg_id"), answer.Long("msg_data_id"), answer.Number("errcode") == SentBefore);
    }

    private Task PreviewAsync(string to, string who, MassMessage message, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(who);
        return PostAsync("preview", false, json =>
        {
            json.WriteText(to, who);
            message.Write(json, isPreview: true);
        }, ct);
    }

    private Task<JsonElement> PostAsync(string name, bool mayRepeat, Action<Utf8JsonWriter> members, CancellationToken ct)
        => _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mp, "/cgi-bin/message/mass/" + name, members, mayRepeat), ct);
}
