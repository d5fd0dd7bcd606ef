using System.IO.Compression;
using Bot.Core.Roster;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Bot.Tests.Roster;

public sealed class RosterWorkbookTests
{
    private const uint General = 0;
    private const uint Date = 1;
    private const uint TwelveDigits = 2;

    private static readonly string[] Header = ["组织路径", "组织类型", "姓名", "出生日期", "手机号", "团员编号", "人员类别"];
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void Cells_are_read_as_people_see_them()
    {
        var file = RosterFile.Read(Workbook(
            [.. Header.Select(Text)],
            [Text("示例市"), Text(""), Text("学生001"), Number("39569", Date), Number("13800000001", General), Number("42", TwelveDigits), Text("团员")],
            [Text("示例市"), Text(""), Text("学生002"), Text("2008/5/2"), Text("13800000002"), Number("123456789012", General), Text("团员")]), Today);

        Assert.Empty(file.Faults);
        Assert.Equal(
            [("学生001", new DateOnly(2008, 5, 1), "13800000001", "000000000042"), ("学生002", new DateOnly(2008, 5, 2), "13800000002", "123456789012")],
            file.Rows.Select(r => (r.Name, r.BirthDate!.Value, r.Phone!, r.MemberNumber!)));
    }

    [Fact]
    public void A_number_of_which_Excel_has_lost_digits_is_a_fault_of_its_line()
    {
        var file = RosterFile.Read(Workbook(
            [.. Header.Select(Text)],
            [],
            [Text("示例市"), Text(""), Text("学生001"), Text(""), Text(""), Number("123456789012345678", General), Text("团员")]), Today);

        var fault = Assert.Single(file.Faults);
        Assert.Equal((3, "团员编号", RosterFaults.Exponent), (fault.Line, fault.Column, fault.Code));
    }

    [Fact]
    public void A_formula_is_refused_with_its_cell_whatever_it_shows()
    {
        var formula = new Cell(new CellFormula("VLOOKUP(A2,另一表!A:B,2,0)"), new CellValue("学生001")) { DataType = CellValues.String, CellReference = "C2" };

        var fault = Assert.Single(RosterFile.Read(Workbook([.. Header.Select(Text)], [Text("示例市"), Text(""), formula, Text(""), Text(""), Text(""), Text("团员")]), Today).Faults);

        Assert.Equal((2, "C2", RosterFaults.Formula), (fault.Line, fault.Column, fault.Code));
    }

    [Fact]
    public void What_Excel_shows_where_a_formula_failed_is_a_fault_of_its_cell()
    {
        var error = new Cell(new CellValue("#REF!")) { DataType = CellValues.Error, CellReference = "F2" };

        var fault = Assert.Single(RosterFile.Read(Workbook([.. Header.Select(Text)], [Text("示例市"), Text(""), Text("学生001"), Text(""), Text(""), error, Text("团员")]), Today).Faults);

        Assert.Equal((2, "F2", RosterFaults.ErrorValue), (fault.Line, fault.Column, fault.Code));
    }

    [Fact]
    public void A_date_that_lost_its_format_is_a_fault_and_not_a_guess()
    {
        var fault = Assert.Single(RosterFile.Read(Workbook(
            [.. Header.Select(Text)], [Text("示例市"), Text(""), Text("学生001"), Number("39569", General), Text(""), Text(""), Text("团员")]), Today).Faults);

        Assert.Equal((2, "出生日期", RosterFaults.NoDate), (fault.Line, fault.Column, fault.Code));
    }

    [Fact]
    public void A_sheet_of_300_columns_is_refused()
        => Assert.Equal(RosterFaults.TooManyColumns, Assert.Single(RosterFile.Read(Workbook([.. Enumerable.Range(0, 300).Select(n => Text($"列{n}"))]), Today).Faults).Code);

    [Theory]
    [InlineData(1, "BZ1")]
    [InlineData(2, "BZ2")]
    public void A_word_far_right_in_a_sparse_sheet_is_refused_with_its_cell(int line, string at)
    {
        var far = new Cell(new InlineString(new Text("别处"))) { DataType = CellValues.InlineString, CellReference = at };
        Cell[][] rows = [At(1, Header), At(2, ["示例市", "", "学生001", "", "", "", "团员"])];
        rows[line - 1] = [.. rows[line - 1], far];

        var fault = Assert.Single(RosterFile.Read(Workbook(rows), Today).Faults);

        Assert.Equal((line, at, RosterFaults.TooManyColumns, "50"), (fault.Line, fault.Column, fault.Code, fault.Values.Single().Value));
    }

    [Fact]
    public void What_is_only_formatted_far_right_says_nothing()
        => Assert.Single(RosterFile.Read(Workbook([.. At(1, Header), new Cell { CellReference = "BZ1", StyleIndex = Date }], At(2, ["示例市", "", "学生001", "", "", "", "团员"])), Today).Rows);

    [Theory]
    [InlineData("xl/worksheets/", "xl/Worksheets/")]
    [InlineData("xl/workbook.xml", "xl/Workbook.xml")]
    [InlineData("xl/_rels/workbook.xml.rels", "xl/_rels/Workbook.xml.rels")]
    public void A_workbook_whose_first_sheet_is_not_found_in_its_place_is_refused_whatever_another_reader_finds(string part, string other)
    {
        var formula = new Cell(new CellFormula("A1"), new CellValue("学生001")) { DataType = CellValues.String, CellReference = "C2" };
        using var stream = new MemoryStream();
        stream.Write(Workbook([.. Header.Select(Text)], [Text("示例市"), Text(""), formula, Text(""), Text(""), Text(""), Text("团员")]));
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var found = zip.Entries.Single(e => e.FullName.StartsWith(part, StringComparison.Ordinal));
            using var content = new MemoryStream();
            using (var from = found.Open())
            {
                from.CopyTo(content);
            }

            var name = other + found.FullName[part.Length..];
            found.Delete();
            using var to = zip.CreateEntry(name).Open();
            to.Write(content.ToArray());
        }

        Assert.Equal(RosterFaults.NotWorkbook, Assert.Single(RosterFile.Read(stream.ToArray(), Today).Faults).Code);
    }

    [Fact]
    public void A_document_type_with_entities_is_not_read()
    {
        using var stream = new MemoryStream(Workbook([.. Header.Select(Text)]).ToArray());
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var part = zip.Entries.Single(e => e.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal));
            var name = part.FullName;
            part.Delete();
            using var text = new StreamWriter(zip.CreateEntry(name).Open());
            text.Write("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>");
        }

        Assert.Equal(RosterFaults.NotWorkbook, Assert.Single(RosterFile.Read(stream.ToArray(), Today).Faults).Code);
    }

    [Fact]
    public void More_than_200_000_rows_are_refused()
    {
        Cell[] row = [Text("示例市"), Text("")];
        var fault = Assert.Single(RosterFile.Read(Workbook([[.. Header.Select(Text)], .. Enumerable.Repeat(row, 200_001)]), Today).Faults);

        Assert.Equal((200_002, RosterFaults.TooManyRows), (fault.Line, fault.Code));
    }

    private static Cell Text(string text) => new(new InlineString(new Text(text))) { DataType = CellValues.InlineString };

    /// <summary>Cells that say where they stand.</summary>
    private static Cell[] At(int line, string[] texts)
        => [.. texts.Select((text, n) => new Cell(new InlineString(new Text(text))) { DataType = CellValues.InlineString, CellReference = $"{(char)('A' + n)}{line}" })];

    private static Cell Number(string number, uint style) => new(new CellValue(number)) { StyleIndex = style };

    private static byte[] Workbook(params Cell[][] rows)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "名册", SheetId = 1, Id = "r1" }));
            workbook.AddNewPart<WorkbookStylesPart>("r2").Stylesheet = new Stylesheet(
                new NumberingFormats(new NumberingFormat { NumberFormatId = 164, FormatCode = "000000000000" }),
                new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()),
                new CellFormats(new CellFormat { NumberFormatId = 0 }, new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true }, new CellFormat { NumberFormatId = 164, ApplyNumberFormat = true }));
            var sheet = workbook.AddNewPart<WorksheetPart>("r1");
            using var writer = OpenXmlWriter.Create(sheet);
            writer.WriteStartElement(new Worksheet());
            writer.WriteStartElement(new SheetData());
            for (var i = 0; i < rows.Length; i++)
            {
                writer.WriteStartElement(new Row { RowIndex = (uint)i + 1 });
                foreach (var cell in rows[i])
                {
                    writer.WriteElement(cell);
                }

                writer.WriteEndElement();
            }

            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        return stream.ToArray();
    }
}
