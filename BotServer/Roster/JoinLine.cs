using Bot.Core.Content;
using Bot.Core.Roster;

namespace Bot.Server.Roster;

/// <summary>Join code, name and number as typed in one line; the code may stand anywhere.</summary>
/// <param name="HasCode">Whether a word is shaped like a code; if not, the first word is taken for it.</param>
/// <param name="Name">Empty when it was not given, as is the number.</param>
internal sealed record JoinLine(string Code, bool HasCode, string Name, string Number)
{
    /// <summary>Four digits of a phone number; what is shorter and glued to a name belongs to the name.</summary>
    private const int ShortestNumber = 4;

    /// <summary>Digits with which names of namesakes end (学生021) when a number that begins with a letter follows.</summary>
    private const int MaxNameDigits = 3;

    public static JoinLine Read(string text)
    {
        var words = Spoken.Words(text).ToList();
        var (at, count) = FindCode(words);
        var code = string.Concat(words.Skip(at).Take(count));
        words.RemoveRange(at, Math.Min(count, words.Count));

        // A code may be glued to the name that follows it.
        if (code.Length > JoinCodes.Length && StartsWithCode(code))
        {
            words.Insert(at, code[JoinCodes.Length..]);
            code = code[..JoinCodes.Length];
        }

        // Names in other scripts have blanks; a number has a digit.
        var hasNumber = words.Count > 1 && words[^1].Any(char.IsDigit);
        var name = string.Join(' ', hasNumber ? words[..^1] : words);
        var cut = hasNumber ? name.Length : NameEnd(name);
        return new JoinLine(code, JoinCodes.Parse(code) is not null, name[..cut], hasNumber ? words[^1] : name[cut..]);
    }

    /// <summary>Index and number of the words that are the code: one, or two halves of it.</summary>
    private static (int At, int Count) FindCode(List<string> words)
    {
        var whole = words.FindIndex(word => JoinCodes.Parse(word) is not null || StartsWithCode(word));
        if (whole >= 0)
        {
            return (whole, 1);
        }

        var half = Enumerable.Range(0, Math.Max(words.Count - 1, 0)).FirstOrDefault(i => words[i].Length == JoinCodes.Length / 2 && JoinCodes.Parse(words[i] + words[i + 1]) is not null, -1);
        return half >= 0 ? (half, 2) : (0, 1);
    }

    private static bool StartsWithCode(string word)
        => word.Length > JoinCodes.Length && !char.IsAscii(word[JoinCodes.Length]) && word[..JoinCodes.Length].All(char.IsAsciiLetterOrDigit)
            && JoinCodes.Parse(word[..JoinCodes.Length]) is not null;

    /// <summary>Where a name in another script than Latin ends and a number glued to it begins; the text's length when none is.</summary>
    private static int NameEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && (char.IsAsciiLetterOrDigit(text[end - 1]) || text[end - 1] == '-'))
        {
            end--;
        }

        if (end == 0 || !(char.IsLetter(text[end - 1]) || char.IsLowSurrogate(text[end - 1])))
        {
            return text.Length;
        }

        var digits = text.Skip(end).TakeWhile(char.IsAsciiDigit).Count();
        if (digits <= MaxNameDigits && end + digits < text.Length && char.IsAsciiLetter(text[end + digits]))
        {
            end += digits;
        }

        return text.Length - end >= ShortestNumber && text[end..].Any(char.IsAsciiDigit) ? end : text.Length;
    }
}
