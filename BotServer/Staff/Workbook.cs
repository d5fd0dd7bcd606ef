using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;

namespace Bot.Server.Staff;

/// <summary>
/// An XLSX of one sheet, written straight into the answer (ECMA-376, SpreadsheetML): a package writer would hold a large sheet in memory
/// first. All text is inline strings, which no program computes, whatever they begin with.
/// </summary>
internal static class Workbook
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Packages = "http://schemas.openxmlformats.org/package/2006";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    private const string Head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    private const int BufferChars = 32 * 1024;

    /// <summary>Of what Excel shows in one cell.</summary>
    private const int MaxText = 32_767;

    // Styles: 0 plain, 1 the title and the headings, 2 percent, 3 the small line.
    private static readonly (string Path, string Xml)[] Parts =
    [
        ("[Content_Types].xml", $"""{Head}<Types xmlns="{Packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{Types}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{Types}worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="{Types}styles+xml"/></Types>"""),
        ("_rels/.rels", $"""{Head}<Relationships xmlns="{Packages}/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""),
        ("xl/workbook.xml", $"""{Head}<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="导出" sheetId="1" r:id="rId1"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", $"""{Head}<Relationships xmlns="{Packages}/relationships"><Relationship Id="rId1" Type="{Relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{Relations}/styles" Target="styles.xml"/></Relationships>"""),
        ("xl/styles.xml", $"""{Head}<styleSheet xmlns="{Main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><fonts count="3"><font><sz val="11"/></font><font><b/><sz val="11"/></font><font><sz val="9"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="2" applyFont="1"/></cellXfs></styleSheet>"""),
    ];

    public static async Task WriteAsync(PipeWriter body, Sheet sheet, CancellationToken ct)
    {
        using (var package = new ZipArchive(new PipeBuffer(body), ZipArchiveMode.Create))
        {
            foreach (var (path, xml) in Parts)
            {
                using var part = package.CreateEntry(path).Open();
                part.Write(Encoding.UTF8.GetBytes(xml));
            }

            using var rows = package.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
            await WriteRowsAsync(rows, body, sheet, ct);
        }

        await body.FlushAsync(ct);
    }

    private static async Task WriteRowsAsync(Stream part, PipeWriter body, Sheet sheet, CancellationToken ct)
    {
        var text = new StringBuilder(BufferChars * 2);
        var above = new[] { (Text: sheet.Title, Style: 1), (Text: sheet.AsOf, Style: 3) }.Where(l => l.Text.Length > 0).ToList();
        var top = above.Count + 1;
        text.Append(CultureInfo.InvariantCulture, $"""{Head}<worksheet xmlns="{Main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>""");
        for (var i = 1; i <= sheet.Headings.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""<col min="{i}" max="{i}" width="{(i == 1 ? 32 : 14)}" customWidth="1"/>""");
        }

        text.Append("</cols><sheetData>");
        foreach (var (line, style) in above)
        {
            Append(text, [line], style);
        }

        Append(text, [.. sheet.Headings.Select(h => (SheetCell)h)], 1);
        foreach (var row in sheet.Rows)
        {
            Append(text, row, 0);
            if (text.Length > BufferChars)
            {
                await FlushAsync();
            }
        }

        text.Append("</sheetData></worksheet>");
        await FlushAsync();

        async Task FlushAsync()
        {
            part.Write(Encoding.UTF8.GetBytes(text.ToString()));
            text.Clear();
            await body.FlushAsync(ct);
        }
    }

    private static void Append(StringBuilder text, IReadOnlyList<SheetCell> row, int style)
    {
        text.Append("<row>");
        foreach (var cell in row)
        {
            if (cell.Number is { } number)
            {
                text.Append(CultureInfo.InvariantCulture, $"""<c s="{(cell.IsShare ? 2 : style)}"><v>{number}</v></c>""");
            }
            else if (string.IsNullOrEmpty(cell.Text))
            {
                text.Append("<c/>");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"""<c s="{style}" t="inlineStr"><is><t xml:space="preserve">""");
                AppendEscaped(text, cell.Text.AsSpan(0, Math.Min(cell.Text.Length, MaxText)));
                text.Append("</t></is></c>");
            }
        }

        text.Append("</row>");
    }

    /// <summary>What XML cannot hold is left out: one such character would make the whole file unreadable.</summary>
    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<char> raw)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (char.IsHighSurrogate(c) && i + 1 < raw.Length && char.IsLowSurrogate(raw[i + 1]))
            {
                text.Append(c).Append(raw[++i]);
            }
            else if (c is '<' or '>' or '&')
            {
                text.Append(c switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            }
            else if ((c is '\t' or '\n' or '\r' || c >= ' ') && !char.IsSurrogate(c) && c < '\uFFFE')
            {
                text.Append(c);
            }
        }
    }
}
