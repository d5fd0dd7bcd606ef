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

    /// <summary>First word and what follows; any white space, the ideographic one included, parts words.</summary>
    public static (string First, string Others) Split(string text)
    {
        var trimmed = text.Trim();
        for (var i = 0; i < trimmed.Length; i++)
        {
            if (char.IsWhiteSpace(trimmed[i]))
            {
                return (trimmed[..i], trimmed[i..].Trim());
            }
        }

        return (trimmed, "");
    }
}
