using System.Globalization;

namespace Bot.Core.WeChat;

/// <summary>One push from WeChat: a message or an event (wechat-protocol.md §3, §4).</summary>
public abstract record Inbound(Fields Fields)
{
    /// <summary>The account's original id, gh_….</summary>
    public string ToUserName => Fields.Text("ToUserName");

    /// <summary>The sender's openid; in privacy events the platform's push service.</summary>
    public string FromUserName => Fields.Text("FromUserName");

    /// <summary>Unix seconds; milliseconds are understood; 0 when it is no number.</summary>
    public long CreateTime
    {
        get
        {
            var number = Fields.Number("CreateTime");
            return number is >= 100_000_000_000 or < 0 ? Math.Max(0, number / 1000) : number;
        }
    }

    /// <summary>In lower case.</summary>
    public string MsgType => Fields.Text("MsgType").ToLowerInvariant();

    /// <summary>Null in events. Not unique over users: see <see cref="RetryKey"/>.</summary>
    public string? MsgId => Fields.Find("MsgId") is { Length: > 0 } id ? id : null;

    /// <summary>The same for every delivery of one push and for nothing else (§2). Holds the openid: hash it before it is stored or logged.</summary>
    public string RetryKey => MsgId is { } id
        ? $"{ToUserName}|{FromUserName}|{id}"
        : string.Create(CultureInfo.InvariantCulture, $"{ToUserName}|{FromUserName}|{CreateTime}|{MsgType}|{EventRetryKey}");

    /// <summary>WeChat still used the key before the rotation; the answer must too.</summary>
    internal bool UnderPreviousKey { get; init; }

    private protected virtual string EventRetryKey => FieldsHash.Of(Fields);

    /// <summary>The record for these fields; unknown kinds are <see cref="UnknownMessage"/> and <see cref="UnknownEvent"/>.</summary>
    public static Inbound From(Fields fields) => InboundKinds.Of(fields);

    /// <summary>The kind only: what people typed stays out of logs.</summary>
    public sealed override string ToString() => GetType().Name;
}
