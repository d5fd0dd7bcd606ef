using Bot.Core.Content;

namespace Bot.Server.WeChat;

/// <summary>Which command a text calls.</summary>
public sealed class WordIndex
{
    private readonly Dictionary<string, string> _commands;

    public WordIndex(ContentLibrary content)
        => _commands = content.CommandWords.SelectMany(c => c.Value.Select(word => (word, command: c.Key)))
            .ToDictionary(w => Spoken.Normalise(w.word), w => w.command);

    /// <summary>The whole text is a word, or its first word is, or a word stands right before letters or digits (绑定ABCD2345).</summary>
    /// <returns>Command and what followed; null when nothing is called.</returns>
    public (string Command, string Words)? Find(string text)
    {
        if (_commands.TryGetValue(Spoken.Normalise(text), out var command))
        {
            return (command, "");
        }

        var (first, others) = Spoken.Split(text);
        if (others.Length > 0 && _commands.TryGetValue(Spoken.Normalise(first), out command))
        {
            return (command, others);
        }

        var glued = _commands.Keys.Where(word => text.StartsWith(word, StringComparison.OrdinalIgnoreCase) && text.Length > word.Length && char.IsAsciiLetterOrDigit(text[word.Length]) && !char.IsAsciiLetterOrDigit(word[^1]))
            .MaxBy(word => word.Length);
        return glued is null ? null : (_commands[glued], text[glued.Length..].Trim());
    }

    /// <summary>The word that a short text misses by one character; null when there is none.</summary>
    public string? Near(string text)
    {
        var typed = Spoken.Normalise(text);
        return typed.Length is < 2 or > 6 ? null
            : _commands.Keys.FirstOrDefault(word => word.Length >= 2 && Math.Abs(word.Length - typed.Length) <= 1 && DiffersByOne(word, typed));
    }

    private static bool DiffersByOne(string a, string b)
    {
        var head = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = a.Reverse().Zip(b.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return head + tail >= Math.Max(a.Length, b.Length) - 1;
    }
}
