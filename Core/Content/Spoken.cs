using Bot.Core.Roster;

namespace Bot.Core.Content;

/// <summary>What people type, made comparable with the words of commands.</summary>
public static class Spoken
{
    private const string Edges = "。.,，!！?？~～、:：;；“”\"'‘’《》【】[]()（）#";

    /// <summary>Usual width, lower case, without the marks and blanks around it; a text of nothing but marks keeps them.</summary>
    public static string Normalise(string text)
    {
        var plain = Names.Narrow(text).Trim();
        var bare = plain.Trim(Edges.ToCharArray()).Trim();
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
