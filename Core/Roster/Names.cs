using System.Text;

namespace Bot.Core.Roster;

/// <summary>Names as written by hand, made comparable.</summary>
public static class Names
{
    /// <summary>Full width to half width, all white space left out, the middle dots of names in other scripts unified, letters upper case.</summary>
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
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('\u200b' or '\ufeff'))
            {
                key.Append(c is '•' or '‧' or '・' or '･' or '.' ? '·' : char.ToUpperInvariant(c));
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
