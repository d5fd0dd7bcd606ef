using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>Makes text fit to be sent: WeChat shows an error page instead of an answer that is not valid XML.</summary>
public static class OutgoingText
{
    private const string AnchorEnd = "</a>";

    /// <summary>Surrogates, which may be half of something, and what is not to be sent.</summary>
    private static readonly SearchValues<char> Suspects
        = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => c == '\r' || !IsAllowed(c))]);

    /// <summary>Without lone surrogates and characters that XML forbids, line breaks as LF; the same instance when nothing was wrong.</summary>
    public static string Clean(string text)
    {
        var good = GoodPrefix(text);
        if (good == text.Length)
        {
            return text;
        }

        var clean = new StringBuilder(text, 0, good, text.Length);
        for (var i = good; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                clean.Append('\n');
                i += i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (IsAllowed(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    /// <summary>In UTF-8, which is what WeChat's limits count.</summary>
    public static int ByteCount(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>At most <paramref name="maxBytes"/> with <paramref name="ending"/>, cut between whole visible characters and never inside an &lt;a&gt;.</summary>
    public static string Cut(string text, int maxBytes, string ending = "…")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        if (ByteCount(text) <= maxBytes)
        {
            return text;
        }

        var room = maxBytes - ByteCount(ending);
        if (room < 0)
        {
            return "";
        }

        return string.Concat(text.AsSpan(0, Fitting(text, room, out _)), ending);
    }

    /// <summary>In parts of at most <paramref name="maxBytes"/>, cut as <see cref="Cut"/> does, after a line break where one is in the part's second half.</summary>
    /// <param name="maxBytes">The default is 600 Chinese characters.</param>
    /// <exception cref="ArgumentException">One visible character or link alone is longer.</exception>
    public static IReadOnlyList<string> Split(string text, int maxBytes = 1800)
    {
        var parts = new List<string>();
        var rest = text.AsSpan();
        while (Encoding.UTF8.GetByteCount(rest) > maxBytes)
        {
            var end = Fitting(rest, maxBytes, out var lineEnd);
            if (end == 0)
            {
                throw new ArgumentException($"There is something in the text that is longer than {maxBytes} bytes and cannot be cut.", nameof(text));
            }

            end = lineEnd > end / 2 ? lineEnd : end;
            parts.Add(rest[..end].TrimEnd('\n').ToString());
            rest = rest[end..];
        }

        if (rest.Length > 0)
        {
            parts.Add(rest.ToString());
        }

        return parts;
    }

    /// <summary>How much of the text has room, in whole visible characters and links.</summary>
    /// <param name="lineEnd">After the last line break among it; 0 when there is none.</param>
    private static int Fitting(ReadOnlySpan<char> text, int room, out int lineEnd)
    {
        var end = 0;
        lineEnd = 0;
        while (end < text.Length)
        {
            var length = AnchorLength(text[end..]) is var anchor and > 0 ? anchor : StringInfo.GetNextTextElementLength(text[end..]);
            room -= Encoding.UTF8.GetByteCount(text.Slice(end, length));
            if (room < 0)
            {
                break;
            }

            end += length;
            lineEnd = length == 1 && text[end - 1] == '\n' ? end : lineEnd;
        }

        return end;
    }

    /// <summary>How much of the text needs no change.</summary>
    private static int GoodPrefix(string text)
    {
        var i = 0;
        while (text.AsSpan(i).IndexOfAny(Suspects) is var next and >= 0)
        {
            i += next;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return i;
            }

            i += 2;
        }

        return text.Length;
    }

    /// <summary>XML 1.0's characters, surrogates apart.</summary>
    private static bool IsAllowed(char c) => c is >= ' ' and < '\uD800' or > '\uDFFF' and < '\uFFFE' or '\t' or '\n' or '\r';

    /// <summary>The length of the whole &lt;a …&gt;…&lt;/a&gt; that begins here, or 0.</summary>
    private static int AnchorLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !text.StartsWith("<a", StringComparison.OrdinalIgnoreCase) || !char.IsWhiteSpace(text[2]))
        {
            return 0;
        }

        var end = text.IndexOf(AnchorEnd, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? 0 : end + AnchorEnd.Length;
    }
}
