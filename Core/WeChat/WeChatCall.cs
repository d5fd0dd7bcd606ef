using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>One call: what goes to WeChat, and what may be done when it fails.</summary>
/// <param name="Account">Whose token, quota and circuit.</param>
/// <param name="Method">The path.</param>
internal sealed record WeChatCall(WeChatAccount Account, string Method)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    /// <summary>Without access_token and without "?"; escaped.</summary>
    public string Query { get; init; } = "";

    /// <summary>Null for a GET.</summary>
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>False for calls that carry appid and secret themselves.</summary>
    public bool WithToken { get; init; } = true;

    /// <summary>Whether WeChat doing it twice is as good as once: a reading call, or one with an id of ours.</summary>
    public bool MayRepeat { get; init; }

    public TimeSpan TimeAllowed { get; init; } = Usual;

    /// <summary>errcodes that are as good as 0.</summary>
    public int[] AlsoGood { get; init; } = [];

    public override string ToString() => Method;

    public static WeChatCall Get(WeChatAccount account, string method, string query = "") => new(account, method) { Query = query, MayRepeat = true };

    public static WeChatCall Post(WeChatAccount account, string method, Action<Utf8JsonWriter> members, bool mayRepeat)
        => new(account, method) { Body = JsonBody.Of(members), MayRepeat = mayRepeat };
}

/// <param name="Json">Null when the answer is not JSON.</param>
internal sealed record WeChatAnswer(JsonElement? Json, byte[] Bytes, string ContentType)
{
    public override string ToString() => nameof(WeChatAnswer);
}
