using System.Text.RegularExpressions;
using Bot.Core.Roster;
using Bot.Core.WeChat;

namespace Bot.Core.Content;

/// <param name="Detail">What exactly is wrong, as it was typed; "" where the sentence says all.</param>
public sealed record ContentFault(Refusal Refusal, string Detail = "");

/// <summary>What a text must fulfil that is put in place of one of Content/. The code relies on it: placeholders are filled in, words call commands.</summary>
public static partial class ContentRules
{
    public static readonly Refusal Empty = new(RefusalKind.Invalid, "reply.empty", "Nothing is left to say.");
    public static readonly Refusal TooLong = new(RefusalKind.Invalid, "reply.too-long", "A text in the chat has less than 2,000 bytes.");
    public static readonly Refusal PlaceholderMissing = new(RefusalKind.Invalid, "reply.placeholder-missing", "A placeholder of the default is missing.");
    public static readonly Refusal PlaceholderUnknown = new(RefusalKind.Invalid, "reply.placeholder-unknown", "A placeholder that the default has not, or a brace that does not close.");
    public static readonly Refusal BadLink = new(RefusalKind.Invalid, "reply.bad-link", "Links lead to https or to where the default's lead; no other tag is shown.");
    public static readonly Refusal BadCharacter = new(RefusalKind.Invalid, "reply.bad-character", "Characters that cannot be sent.");
    public static readonly Refusal NoWords = new(RefusalKind.Invalid, "reply.no-words", "At least one word.");
    public static readonly Refusal TooManyWords = new(RefusalKind.Invalid, "reply.too-many-words", "At most 50 words of at most 20 characters.");
    public static readonly Refusal WordBad = new(RefusalKind.Invalid, "reply.word-bad", "Marks or digits alone, or shaped like a join code.");
    public static readonly Refusal WordTwice = new(RefusalKind.Invalid, "reply.word-twice", "The word stands there twice.");
    public static readonly Refusal WordTaken = new(RefusalKind.Conflict, "reply.word-taken", "The word calls another command, or is an answer in a dialogue.");
    public static readonly Refusal WordNeeded = new(RefusalKind.Invalid, "reply.word-needed", "Other sentences tell people to type this word.");
    public static readonly Refusal WordDistress = new(RefusalKind.Invalid, "reply.word-distress", "Holds a word of distress, which leads to the help line always.");
    public static readonly Refusal MenuShape = new(RefusalKind.Invalid, "reply.menu-shape", "One to three buttons, each a command or with one to five below it.");
    public static readonly Refusal MenuName = new(RefusalKind.Invalid, "reply.menu-name", "A name is missing or longer than phones show.");
    public static readonly Refusal MenuCommand = new(RefusalKind.Invalid, "reply.menu-command", "A button calls no command.");

    public static readonly Refusal HelpMissing = new(RefusalKind.Invalid, "reply.help-missing", "The default names the help line here.");
    public static readonly Refusal MenuHelp = new(RefusalKind.Invalid, "reply.menu-help", "The default menu has a button for the help line.");
    public static readonly Refusal MenuHelpName = new(RefusalKind.Invalid, "reply.menu-help-name", "What is called like the help line has to lead there.");

    /// <summary>The command whose words are cries for help; nothing may take them away.</summary>
    public const string HelpLine = "help-line";

    /// <summary>UTF-8; WeChat takes text below 2,000.</summary>
    public const int MaxBytes = 1999;

    public const int MaxWords = 50;
    public const int MaxWordLength = 20;
    public const int MaxButtons = 3;
    public const int MaxBelow = 5;

    /// <summary>Chinese characters of a button's name that every phone shows; two Latin letters or digits are as wide as one.</summary>
    public const int MaxButtonName = 4;

    public const int MaxBelowName = 7;

    /// <param name="now">What holds beside it.</param>
    /// <param name="defaults">What Content/ says.</param>
    /// <param name="key">Of something that there is.</param>
    /// <param name="text">Already by <see cref="Tidy"/>.</param>
    /// <returns>Null when it may be said.</returns>
    public static ContentFault? Check(ContentSet now, ContentSet defaults, ContentKey key, string text) => key.Kind switch
    {
        ContentKind.Reply => IsList(key) ? CheckList(now, key.Name, text) ?? CheckSentence(defaults, key.Name, text) : CheckSentence(defaults, key.Name, text),
        ContentKind.Words => CheckWords(now, defaults, key.Name, text),
        _ => CheckMenu(now, defaults, text),
    };

    /// <summary>Lists of words among the sentences.</summary>
    internal const string WordLists = "words.";

    /// <summary>Line breaks as LF, no blanks at the ends; of words, one a line without empty ones; of a list of words, parted by one blank.</summary>
    public static string Tidy(ContentKey key, string text)
    {
        var plain = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim();
        return key.Kind == ContentKind.Words
            ? string.Join('\n', plain.Split(['\n', '，', '、', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            : IsList(key) ? string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(w => w.Split(['，', '、', ','], StringSplitOptions.RemoveEmptyEntries)))
            : plain;
    }

    private static bool IsList(ContentKey key) => key.Kind == ContentKind.Reply && key.Name.StartsWith(WordLists, StringComparison.Ordinal);

    /// <summary>The names in braces.</summary>
    public static IReadOnlyList<string> Placeholders(string text) => [.. Placeholder().Matches(text).Select(m => m.Value).Distinct()];

    private static ContentFault? CheckSentence(ContentSet defaults, string key, string text)
    {
        var byDefault = defaults.Replies[key];
        if (text.Length == 0)
        {
            return new(Empty);
        }

        if (OutgoingText.ByteCount(text) > MaxBytes)
        {
            return new(TooLong, $"{OutgoingText.ByteCount(text)}");
        }

        if (OutgoingText.Clean(text) != text)
        {
            return new(BadCharacter);
        }

        var (expected, found) = (Placeholders(byDefault), Placeholders(text));
        return expected.Except(found).ToList() is { Count: > 0 } missing ? new(PlaceholderMissing, string.Join('、', missing))
            : found.Except(expected).Concat(Brace().Matches(Placeholder().Replace(text, "")).Select(m => m.Value)).ToList() is { Count: > 0 } unknown ? new(PlaceholderUnknown, string.Join('、', unknown))
            : BadLinkIn(byDefault, text) is { } bad ? new(BadLink, bad)
            : defaults.Words[HelpLine].FirstOrDefault(w => byDefault.Contains(w, StringComparison.Ordinal) && !text.Contains(w, StringComparison.Ordinal)) is { } help ? new(HelpMissing, help)
            : null;
    }

    /// <summary>Only &lt;a href="…"&gt;…&lt;/a&gt; is a tag in the chat; where it leads is https, or is filled in, or is the default's.</summary>
    private static string? BadLinkIn(string byDefault, string text)
    {
        var known = Address().Matches(byDefault).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        var anchors = Anchor().Matches(text).ToList();
        var rest = Anchor().Replace(text, "");
        return anchors.Select(a => a.Groups["to"].Value).FirstOrDefault(to => !IsAllowed(to))
            ?? (Tag().Match(rest) is { Success: true } tag ? tag.Value : null)
            ?? Address().Matches(rest).Select(m => m.Value).FirstOrDefault(to => !IsAllowed(to));

        bool IsAllowed(string to) => (to.Length > 0 && Placeholder().Match(to).Length == to.Length) || known.Contains(to)
            || (to.StartsWith("https://", StringComparison.Ordinal) && Uri.TryCreate(to, UriKind.Absolute, out var uri) && uri.Host.Contains('.', StringComparison.Ordinal) && uri.UserInfo.Length == 0);
    }

    private static ContentFault? CheckWords(ContentSet now, ContentSet defaults, string command, string text)
    {
        var words = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return new(NoWords);
        }

        if (words.Length > MaxWords || Array.Find(words, w => w.Length > MaxWordLength) is not null)
        {
            return new(TooManyWords, Array.Find(words, w => w.Length > MaxWordLength) ?? $"{words.Length}");
        }

        var spoken = words.Select(Spoken.Normalise).ToList();
        var first = defaults.Words[command][0];
        return words.Where((_, i) => IsBad(spoken[i], defaults.Words[command])).FirstOrDefault() is { } bad ? new(WordBad, bad)
            : words.Where((_, i) => spoken.IndexOf(spoken[i]) < i).FirstOrDefault() is { } twice ? new(WordTwice, twice)
            : !spoken.Contains(Spoken.Normalise(first)) ? new(WordNeeded, first)
            : words.Select((word, i) => (word, owner: Owner(now, command, spoken[i]))).FirstOrDefault(w => w.owner is not null) is { owner: { } owner, word: var taken } ? new(WordTaken, $"“{taken}”已经是“{owner}”")
            : words.FirstOrDefault(word => Distress(now, command, word)) is { } cry ? new(WordDistress, cry)
            : null;
    }

    /// <summary>Digits are answers in dialogues, eight characters a join code; what Content/ itself has may stay.</summary>
    private static bool IsBad(string word, IReadOnlyList<string> byDefault)
        => !byDefault.Any(d => Spoken.Normalise(d) == word) && (!word.Any(char.IsLetter) || JoinCodes.Parse(word) is not null || word.Any(char.IsControl));

    private static bool Distress(ContentSet now, string command, string word)
        => now.Crisis.LooksLike(word) || (command == HelpLine ? [] : now.Words[HelpLine])
            .Any(cry => Spoken.Normalise(word).Replace(" ", "", StringComparison.Ordinal).Contains(Spoken.Normalise(cry), StringComparison.Ordinal));

    /// <returns>What the word calls already, by its first word, or the answer in a dialogue that it is.</returns>
    private static string? Owner(ContentSet now, string except, string word)
        => now.Words.Where(w => w.Key != except && w.Value.Any(v => Spoken.Normalise(v) == word)).Select(w => w.Value[0]).FirstOrDefault()
            ?? (IsAnswer(now, "", word) ? "填写时的回答" : null);

    private static bool IsAnswer(ContentSet now, string exceptList, string word)
        => now.Replies.Any(r => r.Key.StartsWith(WordLists, StringComparison.Ordinal) && r.Key != exceptList && r.Key is not "words.not-near"
            && r.Value.Split(' ').Contains(word, StringComparer.Ordinal));

    private static ContentFault? CheckList(ContentSet now, string list, string text)
        => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } words ? new(NoWords)
            : Array.Find(words, w => Spoken.Normalise(w) != w || !w.Any(char.IsLetter)) is { } bad ? new(WordBad, bad)
            : Array.Find(words, w => now.Words.Values.Any(v => v.Any(x => Spoken.Normalise(x) == w)) || IsAnswer(now, list, w)) is { } taken ? new(WordTaken, $"“{taken}”已经有别的意思")
            : Array.Find(words, w => Distress(now, "", w)) is { } cry ? new(WordDistress, cry)
            : null;

    private static ContentFault? CheckMenu(ContentSet now, ContentSet defaults, string text)
    {
        if (MenuText.Read(text) is not { Buttons.Count: > 0 and <= MaxButtons } menu || menu.Buttons.Any(b => b.Children.Count > MaxBelow || b.Children.Any(c => c.Children.Count > 0)))
        {
            return new(MenuShape);
        }

        return menu.Buttons.FirstOrDefault(b => !Fits(b.Name, MaxButtonName)) is { } top ? new(MenuName, top.Name)
            : menu.Buttons.SelectMany(b => b.Children).FirstOrDefault(b => !Fits(b.Name, MaxBelowName)) is { } below ? new(MenuName, below.Name)
            : menu.Buttons.SelectMany(b => b.Children.Count > 0 ? b.Children : [b]).FirstOrDefault(b => !now.Words.ContainsKey(b.Key)) is { } idle ? new(MenuCommand, idle.Name)
            : defaults.Menu.Buttons.Any(LeadsToHelp) && !menu.Buttons.Any(LeadsToHelp) ? new(MenuHelp)
            : menu.Buttons.SelectMany(b => b.Children.Prepend(b)).FirstOrDefault(b => Distress(now, "", b.Name) && !LeadsToHelp(b)) is { } wrong ? new(MenuHelpName, wrong.Name)
            : null;
    }

    private static bool LeadsToHelp(MenuButton button) => button.Children.Count > 0 ? button.Children.Any(LeadsToHelp) : button.Key == HelpLine;

    private static bool Fits(string name, int most)
        => name.Trim().Length > 0 && OutgoingText.Clean(name) == name && !name.Contains('\n') && name.Sum(c => char.IsAscii(c) ? 1 : 2) <= most * 2;

    [GeneratedRegex(@"\{[a-z][A-Za-z]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[{}]")]
    private static partial Regex Brace();

    [GeneratedRegex("""<a href="(?<to>[^"<>]*)">[^<>]+</a>""")]
    private static partial Regex Anchor();

    [GeneratedRegex("</?[A-Za-z][^>]*>?")]
    private static partial Regex Tag();

    [GeneratedRegex("""[A-Za-z][A-Za-z0-9+.-]*://[^\s"<>，。；）”]*""")]
    private static partial Regex Address();
}
