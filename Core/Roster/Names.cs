using System.Text;

namespace Bot.Core.Roster;

/// <summary>Names as written by hand, made comparable.</summary>
public static class Names
{
    /// <summary>Full width to half width (NFKC), all white space and the middle dots of names in other scripts unified, letters upper case.</summary>
    public static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormKC))
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && c != '\u200b' && c != '\ufeff')
            {
                key.Append(c is '•' or '‧' or '・' or '．' or '.' ? '·' : char.ToUpperInvariant(c));
            }
        }

        return key.ToString();
    }
}
