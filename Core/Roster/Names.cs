using System.Text;

namespace Bot.Core.Roster;

/// <summary>Names as written by hand, made comparable.</summary>
public static class Names
{
    /// <summary>Full width to half width, white space and what nobody sees left out, the middle dots of names in other scripts unified, letters upper case.</summary>
    public static string Key(string name)
    {
        if (IsKey(name))
        {
            return name;
        }

        var key = new StringBuilder(name.Length);
        foreach (var wide in name)
        {
            var c = Narrow(wide);
            if (!char.IsWhiteSpace(c) && !IsUnseen(c))
            {
                key.Append(IsDot(c) ? '·' : char.ToUpperInvariant(c));
            }
        }

        return key.ToString();
    }

    /// <summary>
    /// Full-width letters, digits and signs as Chinese keyboards type them, in their usual width. string.Normalize leaves them as they
    /// are in a program that runs without ICU, as this one does.
    /// </summary>
    public static string Narrow(string text) => string.Create(text.Length, text, (narrow, wide) =>
    {
        for (var i = 0; i < wide.Length; i++)
        {
            narrow[i] = Narrow(wide[i]);
        }
    });

    /// <summary>Control and format characters, and those that only choose among shapes of the letter before, in Mongolian too.</summary>
    private static bool IsUnseen(char c)
        => char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
            || c is (>= '\ufe00' and <= '\ufe0f') or (>= '\u180b' and <= '\u180f');

    private static bool IsDot(char c) => c is '•' or '‧' or '・' or '･' or '.' or '∙' or '⋅' or '˙' or '﹒' or '\u0387' or '●';

    /// <summary>Most names are their own key.</summary>
    private static bool IsKey(string name)
    {
        foreach (var c in name)
        {
            if (c is not ((>= '\u4e00' and <= '\u9fff') or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or '·'))
            {
                return false;
            }
        }

        return true;
    }

    private static char Narrow(char c) => c switch
    {
        >= '！' and <= '～' => (char)(c - '！' + '!'),
        '\u3000' => ' ',
        _ => c,
    };
}
