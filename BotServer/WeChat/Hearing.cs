using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.HelpLine;
using Bot.Server.Privacy;
using Bot.Server.Roster;

namespace Bot.Server.WeChat;

internal sealed record Called(string Command, string Words);

internal enum HeardAs
{
    /// <summary>A sentence, and nothing more.</summary>
    Sentence,

    /// <summary>A command that has no dialogue open.</summary>
    Command,

    /// <summary>A dialogue's last word that comes too late.</summary>
    LateWord,

    /// <summary>Shaped like a join code.</summary>
    Code,
}

/// <param name="Sentence">The key, for <see cref="HeardAs.Sentence"/>; else "".</param>
/// <param name="Near">The word that was perhaps meant.</param>
internal sealed record Heard(HeardAs As, string Command, string Words, string Sentence = "", string? Near = null)
{
    /// <summary>No command was meant, as far as we know.</summary>
    public bool IsUnanswered => As == HeardAs.Sentence && Sentence.StartsWith(Hearing.NotUnderstood, StringComparison.Ordinal);
}

/// <summary>What a text means by its words alone; the same for the chat and for whoever tries a change at the console.</summary>
internal static class Hearing
{
    public const string NotUnderstood = "not-understood";

    /// <summary>What the privacy dialogue is asked for works without it, too.</summary>
    private static readonly string[] PrivacyWords = ["words.copy", "words.correct", "words.withdraw", "words.erase"];

    /// <summary>A cry for help, or a command's word.</summary>
    public static Called? Call(ContentLibrary content, WordIndex words, string text)
        => content.IsCry(text) ? new Called(HelpLineCommand.Name, "")
            : words.Find(text) is { } found ? new Called(found.Command, found.Words)
            : null;

    /// <summary>What is left when no command is called and no dialogue wants it: a dialogue's last word, a bare join code, and so on.</summary>
    public static Heard Rest(ContentLibrary content, WordIndex words, string text)
        => LateFor(content, text) is { } late ? new Heard(HeardAs.LateWord, late, text.Trim())
            : BareCode(text) is { } code ? new Heard(HeardAs.Code, JoinCommand.Name, code)
            : RestWithoutCode(content, words, text);

    /// <summary>The same of a text that is no branch's code.</summary>
    public static Heard RestWithoutCode(ContentLibrary content, WordIndex words, string text)
        => PrivacyWords.Any(list => content.IsOneOf(list, text)) ? new Heard(HeardAs.Command, PrivacyCommand.Name, text)
            : content.IsOneOf("words.thanks", text) ? new Heard(HeardAs.Sentence, "", "", "thanks")
            : words.Near(text) is { } near ? new Heard(HeardAs.Sentence, "", "", NotUnderstood + ".near", near)
            : new Heard(HeardAs.Sentence, "", "", NotUnderstood);

    /// <summary>Eight characters and no more, in one or in two halves as posters print them; marks around them are forgiven.</summary>
    public static string? BareCode(string text)
    {
        var typed = Spoken.Normalise(text);
        var halves = typed.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var code = halves is [{ Length: JoinCodes.Length / 2 } first, { Length: JoinCodes.Length / 2 } second] ? first + second : typed;
        return code.Length == JoinCodes.Length ? JoinCodes.Parse(code) : null;
    }

    /// <summary>The command whose dialogue ends with this word.</summary>
    private static string? LateFor(ContentLibrary content, string text)
        => content.IsOneOf("words.agree", text) ? JoinCommand.Name
            : content.IsOneOf("words.confirm-withdraw", text) || content.IsOneOf("words.confirm-erase", text) ? PrivacyCommand.Name
            : null;
}
