namespace Bot.Core.WeChat;

/// <summary>
/// No answer that says yes or no: a time-out, a dropped connection, an HTTP error, or something that is not what WeChat answers.
/// The message holds no token, no openid and no text.
/// </summary>
/// <param name="method">The path called, without its query.</param>
/// <param name="mayHaveArrived">False only where nothing was sent: no connection came about.</param>
/// <param name="what">How it was silent, in words without content.</param>
public sealed class WeChatSilenceException(string method, bool mayHaveArrived, string what = "no answer")
    : Exception($"WeChat gave no usable answer to {method}: {what}.")
{
    public string Method => method;

    public bool MayHaveArrived => mayHaveArrived;

    internal string What => what;
}
