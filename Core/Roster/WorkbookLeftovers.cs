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

    /// <summary>Of what Excel saves as strict Open XML.</summary>
    private const string StrictRelations = "http://purl.oclc.org/ooxml/officeDocument/relationships";

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">The first sheet is not where Excel puts it: another reader might find one there that was not looked at here.</exception>
    public static RosterFault? First(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.GroupBy(e => e.FullName, StringComparer.OrdinalIgnoreCase).Any(same => same.Count() > 1))
        {
            throw new InvalidDataException();
        }

        return FirstSheet(zip) is { } sheet ? FirstIn(sheet) : throw new InvalidDataException();
    }

    private static ZipArchiveEntry? FirstSheet(ZipArchive zip)
    {
        var id = First(zip, "xl/workbook.xml", "sheet", _ => true, reader => reader.GetAttribute("id", Relations) ?? reader.GetAttribute("id", StrictRelations));
        var target = id is null ? null : First(zip, "xl/_rels/workbook.xml.rels", "Relationship", reader => reader.GetAttribute("Id") == id, reader => reader.GetAttribute("Target"));
        return target is null ? null : zip.GetEntry(target.StartsWith('/') ? target[1..] : "xl/" + target);
    }

    /// <summary>An attribute of the first element that is meant, and of no later one.</summary>
    private static string? First(ZipArchive zip, string part, string element, Predicate<XmlReader> isMeant, Func<XmlReader, string?> attribute)
    {
        if (zip.GetEntry(part) is not { } entry)
        {
            return null;
        }

        using var reader = XmlReader.Create(entry.Open(), new XmlReaderSettings { CloseInput = true });
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == element && isMeant(reader))
            {
                return attribute(reader);
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
