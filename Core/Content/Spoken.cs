using Bot.Core.Roster;

namespace Bot.Core.Content;

/// <summary>What people type, made comparable with the words of commands.</summary>
public static class Spoken
{
    private static readonly char[] Edges = [.. " \t\n\u3000。.,，!！?？~～、:：;；“”\"'‘’《》【】[]()（）#"];

    /// <summary>Usual width, lower case, without the marks and blanks around it; marks alone stay as they are.</summary>
    public static string Normalise(string text)
    {
        var plain = Names.Narrow(text).Trim();
        var bare = plain.Trim(Edges).Trim();
        return (bare.Length > 0 ? bare : plain).ToLowerInvariant();
    }

    /// <summary>First word and what follows, as typed; white space and the marks between words part them.</summary>
    public static (string First, string Others) Split(string text)
    {
        var trimmed = text.Trim();
        var start = 0;
        while (start < trimmed.Length && Parts(trimmed[start]))
        {
            start++;
        }

        var end = start;
        while (end < trimmed.Length && !Parts(trimmed[end]))
        {
            end++;
        }

        var next = end;
        while (next < trimmed.Length && Parts(trimmed[next]))
        {
            next++;
        }

        return (trimmed[start..end], trimmed[next..]);
    }

    /// <summary>All words, in their usual width.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        for (var (first, others) = Split(Names.Narrow(text)); first.Length > 0; (first, others) = Split(others))
        {
            words.Add(first);
        }

        return words;
    }

    /// <summary>White space, the ideographic one included, and what phones put between words. Not the dots within names.</summary>
    private static bool Parts(char c) => char.IsWhiteSpace(c) || c is '，' or '、' or ',' or '：' or ':' or '+' or '＋';
}
