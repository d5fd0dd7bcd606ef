using System.Globalization;
using CsvHelper.Configuration;

namespace Bot.Server.Operator;

/// <summary>CSV that people open in a spreadsheet: no cell of it is executed.</summary>
internal static class CsvFiles
{
    /// <summary>What a formula begins with; full-width signs are taken for the narrow ones, and what a spreadsheet trims does not protect.</summary>
    private static readonly char[] FormulaBegins = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

    /// <param name="newLine">CR LF for people, LF for a terminal.</param>
    public static CsvConfiguration Settings(string newLine = "\r\n")
        => new(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape, InjectionCharacters = FormulaBegins, NewLine = newLine };
}
