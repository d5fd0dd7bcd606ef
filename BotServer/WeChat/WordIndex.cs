using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.HelpLine;

namespace Bot.Server.WeChat;

/// <summary>Which command a text calls.</summary>
public sealed class WordIndex(ContentLibrary content)
{
    /// <summary>Characters of a text in which a cry for help is heard wherever it stands; shorter than a line with a join code and a number.</summary>
    private const int MaxCry = 16;

    /// <summary>Characters of a text that is searched for a command's word.</summary>
    private const int MaxShort = 10;

    /// <summary>Made anew with the first message after a change.</summary>
    private volatile Built _built = new(content.Current);

    /// <summary>The whole text is a word, or its first word is, or a word stands right before letters or digits (绑定ABCD2345).</summary>
    /// <returns>Command and what followed; null when nothing is called.</returns>
    public (string Command, string Words)? Find(string text)
    {
        var (typed, built) = (Spoken.Normalise(text), Current());
        var commands = built.Commands;
        if (commands.TryGetValue(typed, out var command))
        {
            return (command, "");
        }

        if (IsForHelp(built.Help, typed))
        {
            return (HelpLineCommand.Name, text.Trim());
        }

        var (first, others) = Spoken.Split(text);
        if (others.Length > 0 && commands.TryGetValue(Spoken.Normalise(first), out command))
        {
            return (command, others);
        }

        var line = Names.Narrow(text).Trim();
        var glued = commands.Keys.Where(word => line.StartsWith(word, StringComparison.OrdinalIgnoreCase) && line.Length > word.Length && char.IsAsciiLetterOrDigit(line[word.Length]) && !char.IsAsciiLetterOrDigit(word[^1]))
            .MaxBy(word => word.Length);
        return glued is null ? null : (commands[glued], line[glued.Length..].Trim());
    }

    /// <summary>
    /// The longest word that a short text contains, the last of equally long ones; else the word that it misses by one character. Null when
    /// there is none, and for words that mean something else.
    /// </summary>
    public string? Near(string text)
    {
        var typed = Spoken.Normalise(text);
        if (typed.Length is < 2 or > MaxShort || content.IsOneOf("words.not-near", typed))
        {
            return null;
        }

        var words = Current().Commands.Where(c => c.Value != HelpLineCommand.Name && c.Key.Length >= 2).Select(c => c.Key).ToList();
        return words.Where(word => StandsIn(typed, word)).MaxBy(word => (word.Length, typed.LastIndexOf(word, StringComparison.Ordinal)))
            ?? words.Find(word => typed.Length <= 6 && Math.Abs(word.Length - typed.Length) <= 1 && DiffersByOne(word, typed));
    }

    private Built Current()
    {
        var built = _built;
        if (!ReferenceEquals(built.Of, content.Current))
        {
            _built = built = new Built(content.Current);
        }

        return built;
    }

    private static bool IsForHelp(List<string> help, string typed) => typed.Length <= MaxCry && help.Exists(word => StandsIn(typed, word));

    /// <summary>Contained; Latin letters and digits not within a longer run of them.</summary>
    private static bool StandsIn(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && !(char.IsAsciiLetterOrDigit(word[0]) && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
            && !(char.IsAsciiLetterOrDigit(word[^1]) && at + word.Length < text.Length && char.IsAsciiLetterOrDigit(text[at + word.Length]));
    }

    private static bool DiffersByOne(string a, string b)
    {
        var head = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = a.Reverse().Zip(b.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return head + tail >= Math.Max(a.Length, b.Length) - 1;
    }

    private sealed class Built
    {
        public Built(ContentSet of)
        {
            Of = of;
            Help = [.. (of.Words.GetValueOrDefault(HelpLineCommand.Name) ?? []).Select(Spoken.Normalise)];

            // A word of another command that holds one of the help line's is a cry, too: settled here, so that an exact hit stays one look.
            Commands = of.Words.SelectMany(c => c.Value.Select(word => (Word: Spoken.Normalise(word), Command: c.Key)))
                .ToDictionary(w => w.Word, w => IsForHelp(Help, w.Word) ? HelpLineCommand.Name : w.Command);
        }

        public ContentSet Of { get; }

        public List<string> Help { get; }

        /// <summary>Words, as normalised, to the commands they call.</summary>
        public Dictionary<string, string> Commands { get; }
    }
}
