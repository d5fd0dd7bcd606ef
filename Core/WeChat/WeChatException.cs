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
}
