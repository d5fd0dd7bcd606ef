using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace Bot.Core.Roster;

/// <summary>
/// Finds formulas in the first sheet of an XLSX file (ECMA-376 part 1, 18.3.1.40) and what Excel shows where one failed (18.18.11): what such
/// a cell shows was computed by whoever saved it, from cells that may not be in the file.
/// </summary>
internal static class WorkbookLeftovers
{
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <returns>Null when there is none.</returns>
    public static RosterFault? First(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        return FirstSheet(zip) is { } sheet ? FirstIn(sheet) : null;
    }

    private static ZipArchiveEntry? FirstSheet(ZipArchive zip)
    {
        var id = Attribute(zip, "xl/workbook.xml", "sheet", reader => reader.GetAttribute("id", Relations));
        var target = id is null ? null : Attribute(zip, "xl/_rels/workbook.xml.rels", "Relationship", reader => reader.GetAttribute("Id") == id ? reader.GetAttribute("Target") : null);
        return target is null ? null : zip.GetEntry(target.StartsWith('/') ? target[1..] : "xl/" + target);
    }

    private static string? Attribute(ZipArchive zip, string part, string element, Func<XmlReader, string?> attribute)
    {
        if (zip.GetEntry(part) is not { } entry)
        {
            return null;
        }

        using var reader = XmlReader.Create(entry.Open(), new XmlReaderSettings { CloseInput = true });
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == element && attribute(reader) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static RosterFault? FirstIn(ZipArchiveEntry sheet)
    {
        using var reader = XmlReader.Create(sheet.Open(), new XmlReaderSettings { CloseInput = true });
        var (line, cell) = (0, "");
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (reader.LocalName == "row")
            {
                line = int.TryParse(reader.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : line + 1;
            }
            else if (reader.LocalName == "c")
            {
                cell = reader.GetAttribute("r") ?? "";
                if (reader.GetAttribute("t") == "e")
                {
                    return new RosterFault(line, cell, RosterFaults.ErrorValue);
                }
            }
            else if (reader.LocalName == "f")
            {
                return new RosterFault(line, cell, RosterFaults.Formula);
            }
        }

        return null;
    }
}
