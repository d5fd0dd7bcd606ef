using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace Bot.Core.Roster;

/// <summary>Reads the first sheet of an XLSX file; cells come out as people see them.</summary>
internal static class RosterWorkbook
{
    public const int MaxRows = 200_000;

    /// <summary>All parts together, unpacked; 200,000 honest rows need about half of it.</summary>
    private const long MaxUnpacked = 256L * 1024 * 1024;

    /// <summary>Of the texts, which are in memory all at once.</summary>
    private const long MaxTexts = 64L * 1024 * 1024;

    private const int MaxParts = 1000;

    /// <summary>Excel's own limit. What a careless selection formats below the last row is skipped, but not without end.</summary>
    private const int MaxLines = 1_048_576;

    /// <summary>Excel keeps 15 digits of a number; the others are lost before we see them.</summary>
    private const double FirstLossy = 1e15;

    public static IEnumerable<TableLine> Read(Stream file)
    {
        if (!IsBounded(file))
        {
            throw new TableException(new RosterFault(0, "", RosterFaults.TooLarge));
        }

        return OrFault(() => WorkbookLeftovers.First(file)) is { } leftover ? throw new TableException(leftover) : ReadLines(file);
    }

    private static IEnumerable<TableLine> ReadLines(Stream file)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = OrFault(() => ExcelReaderFactory.CreateOpenXmlReader(file, new ExcelReaderConfiguration { LeaveOpen = true }));
        var rows = 0;
        for (var line = 1; line <= MaxLines && OrFault(reader.Read); line++)
        {
            var cells = new string[Math.Min(reader.FieldCount, RosterReader.MaxColumns + 1)];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = RosterTable.Clean(AsSeen(reader.GetValue(i), reader.GetNumberFormatString(i)));
            }

            for (var i = cells.Length; i < reader.FieldCount; i++)
            {
                if (RosterTable.Clean(AsSeen(reader.GetValue(i), reader.GetNumberFormatString(i))).Length > 0)
                {
                    throw new TableException(new RosterFault(
                        line, CellAt(i, line), RosterFaults.TooManyColumns, ("limit", RosterReader.MaxColumns.ToString(CultureInfo.InvariantCulture))));
                }
            }

            if (!Array.Exists(cells, c => c.Length > 0))
            {
                continue;
            }

            if (rows++ > MaxRows) // the header is one more
            {
                throw new TableException(new RosterFault(line, "", RosterFaults.TooManyRows, ("limit", MaxRows.ToString(CultureInfo.InvariantCulture))));
            }

            yield return new TableLine(line, cells);
        }
    }

    /// <summary>Such as BZ7.</summary>
    /// <param name="column">From 0.</param>
    private static string CellAt(int column, int line)
    {
        var letters = "";
        for (var left = column + 1; left > 0; left = (left - 1) / 26)
        {
            letters = (char)('A' + ((left - 1) % 26)) + letters;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{letters}{line}");
    }

    internal static string AsSeen(object? value, string? format) => value switch
    {
        null => "",
        string text => text,
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime instant => instant.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= FirstLossy => number.ToString("0.#####E+0", CultureInfo.InvariantCulture),
        double number when IsPadded(format) => number.ToString(format, CultureInfo.InvariantCulture),
        double number => number.ToString("0.###############", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A format such as 00000000, which shows leading zeros that the number has not.</summary>
    private static bool IsPadded(string? format) => format is { Length: > 0 and <= 30 } && format.All(c => c == '0');

    /// <summary>Unpacks everything once into nothing: what a part says of its size may be a lie.</summary>
    private static bool IsBounded(Stream file)
    {
        return OrFault(() =>
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > MaxParts)
            {
                return false;
            }

            var left = MaxUnpacked;
            var buffer = new byte[81920];
            foreach (var part in zip.Entries)
            {
                using var stream = part.Open();
                var most = part.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase) ? left - MaxTexts : 0;
                for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
                {
                    left -= read;
                    if (left < Math.Max(0, most))
                    {
                        return false;
                    }
                }
            }

            return true;
        });
    }

    private static T OrFault<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or ExcelReaderException or XmlException or IOException or NotSupportedException
            or FormatException or OverflowException or NullReferenceException or IndexOutOfRangeException or ArgumentException or InvalidOperationException)
        {
            // ExcelDataReader answers a damaged file with whatever its parser stumbles over.
            throw new TableException(new RosterFault(0, "", RosterFaults.NotWorkbook));
        }
    }
}
