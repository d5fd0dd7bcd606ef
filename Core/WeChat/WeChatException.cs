namespace Bot.Core.WeChat;

/// <summary>WeChat answered with an error code (§8). The message holds no token, no openid and no text.</summary>
/// <param name="code">errcode.</param>
/// <param name="method">The path called, without its query.</param>
/// <param name="rid">WeChat's id of the request, for their support; empty when none came.</param>
public sealed class WeChatException(int code, string method, string rid)
    : Exception($"WeChat answered {method} with errcode {code}{(rid.Length > 0 ? ", rid " + rid : "")}.")
{
    public int Code => code;

    public string Method => method;

    public string Rid => rid;

    /// <summary>The address of ours that WeChat refuses (40164), for the list in its console; null with other codes.</summary>
    public string? RefusedAddress { get; init; }

    /// <summary>The value of a template that WeChat complains of (47003), such as thing1; null where it names none.</summary>
    public string? Field { get; init; }

    /// <summary>What to do now.</summary>
    public WeChatVerdict Verdict { get; internal init; } = WeChatErrors.Of(code);

    /// <summary>The same, to be thrown for another caller.</summary>
    internal WeChatException Again() => new(code, method, rid) { Verdict = Verdict, RefusedAddress = RefusedAddress, Field = Field };
}
