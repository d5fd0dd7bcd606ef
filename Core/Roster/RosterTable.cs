using System.Text;
using System.Text.Unicode;

namespace Bot.Core.Roster;

/// <summary>One line of a table, cells trimmed.</summary>
internal readonly record struct TableLine(int Line, string[] Cells);

/// <summary>The file as a whole cannot be read.</summary>
internal sealed class TableException(RosterFault fault) : Exception(fault.Code)
{
    public RosterFault Fault => fault;
}

/// <summary>Reads the lines of a CSV or XLSX file, told apart by their first bytes. Empty lines are left out.</summary>
internal static class RosterTable
{
    /// <summary>Of a CSV, which is never held as a whole: some twenty million rows.</summary>
    public const long MaxText = 2L * 1024 * 1024 * 1024;

    /// <summary>Of an XLSX as it is packed.</summary>
    public const long MaxWorkbook = 64 * 1024 * 1024;

    /// <param name="file">Can seek; is left open.</param>
    /// <exception cref="TableException">The file as a whole cannot be read, found while reading.</exception>
    public static IEnumerable<TableLine> Read(Stream file, bool asWorkbook)
    {
        Span<byte> first = stackalloc byte[4];
        file.Position = 0;
        first = first[..file.ReadAtLeast(first, 4, throwOnEndOfStream: false)];
        file.Position = 0;
        return first switch
        {
            [(byte)'P', (byte)'K', 3, 4] when file.Length <= MaxWorkbook => RosterWorkbook.Read(file),
            [(byte)'P', (byte)'K', 3, 4] => throw Fault(RosterFaults.TooLarge),
            [0xd0, 0xcf, 0x11, 0xe0] => throw Fault(RosterFaults.OldWorkbook),
            _ when asWorkbook => throw Fault(RosterFaults.NotWorkbook),
            _ when file.Length > MaxText => throw Fault(RosterFaults.TooLarge),
            _ => ReadCsv(file, EncodingOf(file)),
        };
    }

    /// <summary>Blanks, among them the ones that Excel and chat programs leave behind, and byte order marks.</summary>
    public static string Clean(ReadOnlySpan<char> cell)
    {
        var clean = cell.Trim();
        return clean.Length > 0 && (clean[0] >= '\u00a0' || clean[^1] >= '\u00a0') ? clean.Trim("\ufeff\u200b\u00a0").Trim().ToString() : clean.ToString();
    }

    /// <summary>Excel in China saves plain CSV as GB18030; whatever is not wholly UTF-8 is taken for that, unless its first line is Chinese in UTF-8.</summary>
    private static Encoding EncodingOf(Stream file)
    {
        var buffer = new byte[1 << 16];
        var (kept, isUtf8) = (0, true);
        while (file.Read(buffer, kept, buffer.Length - kept) is > 0 and var read)
        {
            var bytes = buffer.AsSpan(0, kept + read);
            if (bytes[kept..].Contains((byte)0))
            {
                throw Fault(RosterFaults.NotText);
            }

            var whole = isUtf8 ? bytes[..^Unfinished(bytes)] : default;
            isUtf8 = isUtf8 && Utf8.IsValid(whole);
            kept = isUtf8 ? bytes.Length - whole.Length : 0;
            bytes[^kept..].CopyTo(buffer);
        }

        isUtf8 = isUtf8 && kept == 0;
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding encoding = isUtf8 ? new UTF8Encoding(false, throwOnInvalidBytes: true) : Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        if (!isUtf8 && TextLines.Of(file).FirstOrDefault() is { } first && Utf8.IsValid(first) && !Ascii.IsValid(first))
        {
            throw Broken(file, Utf8.IsValid);
        }

        file.Position = 0;
        return encoding;
    }

    /// <summary>Says in which line the file stops being text.</summary>
    private static TableException Broken(Stream file, Func<ReadOnlySpan<byte>, bool> isValid)
    {
        var line = 1 + TextLines.Of(file).TakeWhile(l => isValid(l)).Count();
        return new TableException(new RosterFault(line, "", RosterFaults.BrokenText));
    }

    /// <summary>How many bytes at the end begin a character whose rest has not been read.</summary>
    private static int Unfinished(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if (b >= 0xc0)
            {
                return back < (b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2) ? back : 0;
            }

            if (b < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }

    private static IEnumerable<TableLine> ReadCsv(Stream file, Encoding encoding)
    {
        using var lines = new CsvLines(new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, 1 << 16, leaveOpen: true));
        while (Next(lines, file, encoding) is { } cells)
        {
            if (Array.Exists(cells, c => c.Length > 0))
            {
                yield return new TableLine(lines.Line, cells);
            }
        }
    }

    private static string[]? Next(CsvLines lines, Stream file, Encoding encoding)
    {
        try
        {
            return lines.Read();
        }
        catch (DecoderFallbackException)
        {
            throw Broken(file, line => CanDecode(encoding, line));
        }
    }

    private static bool CanDecode(Encoding encoding, ReadOnlySpan<byte> line)
    {
        try
        {
            return encoding.GetCharCount(line) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static TableException Fault(string code) => new(new RosterFault(0, "", code));
}
