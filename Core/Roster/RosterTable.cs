using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

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
    private const int MaxCell = 4000;

    /// <exception cref="TableException">The file as a whole cannot be read, found while reading.</exception>
    public static IEnumerable<TableLine> Read(byte[] file, bool asWorkbook) => file switch
    {
        { Length: > RosterFile.MaxBytes } => throw new TableException(new RosterFault(0, "", RosterFaults.TooLarge)),
        [(byte)'P', (byte)'K', 3, 4, ..] => RosterWorkbook.Read(file),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => throw new TableException(new RosterFault(0, "", RosterFaults.OldWorkbook)),
        _ when asWorkbook => throw new TableException(new RosterFault(0, "", RosterFaults.NotWorkbook)),
        _ => ReadCsv(Decode(file)),
    };

    /// <summary>Blanks, among them the ones that Excel and chat programs leave behind, and byte order marks.</summary>
    public static string Clean(string cell) => cell.Trim().Trim('\ufeff', '\u200b', '\u00a0').Trim();

    private static string Decode(byte[] file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        }
        catch (ArgumentException)
        {
            // Excel in China saves plain CSV as GB18030.
            return DecodeChinese(file);
        }
    }

    private static string DecodeChinese(byte[] file)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(file);
        }
        catch (ArgumentException)
        {
            throw new TableException(new RosterFault(0, "", RosterFaults.NotText));
        }
    }

    private static IEnumerable<TableLine> ReadCsv(string text)
    {
        if (text.Contains('\0'))
        {
            throw new TableException(new RosterFault(0, "", RosterFaults.NotText));
        }

        var bad = false;
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => bad = true,
            MaxFieldSize = MaxCell,
        });
        while (Read(parser))
        {
            var cells = parser.Record!;
            var line = parser.RawRow - cells.Sum(c => c.Count(letter => letter == '\n'));
            if (bad)
            {
                throw new TableException(new RosterFault(line, "", RosterFaults.Quotes));
            }

            if (Array.Exists(cells, c => !string.IsNullOrWhiteSpace(c)))
            {
                yield return new TableLine(line, Array.ConvertAll(cells, Clean));
            }
        }
    }

    private static bool Read(CsvParser parser)
    {
        var before = parser.RawRow;
        try
        {
            return parser.Read();
        }
        catch (MaxFieldSizeException)
        {
            // A quote that is never closed swallows the rest of the file.
            throw new TableException(new RosterFault(before + 1, "", RosterFaults.Quotes));
        }
    }
}
