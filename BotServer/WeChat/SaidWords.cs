using Bot.Core.Content;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>Answers that a dialogue understands; their words are entries of Content/replies.yaml.</summary>
internal static class SaidWords
{
    /// <param name="key">An entry whose words are parted by blanks.</param>
    public static bool IsOneOf(this ContentLibrary content, string key, string said)
        => content.Reply(key).Split(' ').Contains(Spoken.Normalise(said), StringComparer.Ordinal);

    /// <summary>Whether a text, however long, has in it what somebody says who needs help.</summary>
    public static bool IsCry(this ContentLibrary content, string said) => content.Crisis.Find(said) is not null;

    /// <summary>A text, or a voice by what WeChat heard in it.</summary>
    public static bool IsCry(this ContentLibrary content, Inbound inbound) => SaidIn(inbound) is { } said && content.IsCry(said);

    /// <returns>Null for what holds no words.</returns>
    public static string? SaidIn(Inbound inbound) => inbound switch
    {
        TextMessage text => text.Content,
        VoiceMessage voice => voice.Recognition,
        _ => null,
    };
}
