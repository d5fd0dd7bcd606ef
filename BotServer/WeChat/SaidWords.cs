using Bot.Core.Content;

namespace Bot.Server.WeChat;

/// <summary>Answers that a dialogue understands; their words are entries of Content/replies.yaml.</summary>
internal static class SaidWords
{
    /// <param name="key">An entry whose words are parted by blanks.</param>
    public static bool IsOneOf(this ContentLibrary content, string key, string said)
        => content.Reply(key).Split(' ').Contains(Spoken.Normalise(said), StringComparer.Ordinal);

    /// <summary>Whether a text, however long, has in it what somebody says who needs help at once.</summary>
    public static bool IsCry(this ContentLibrary content, string said)
    {
        var text = string.Concat(Spoken.Normalise(said).Where(c => !char.IsWhiteSpace(c)));
        foreach (var harmless in content.Reply("words.no-cries").Split(' '))
        {
            text = text.Replace(harmless, "", StringComparison.Ordinal);
        }

        return Array.Exists(content.Reply("words.cries").Split(' '), cry => text.Contains(cry, StringComparison.Ordinal));
    }
}
