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
    public void More_than_200_000_rows_are_refused()
    {
        Cell[] row = [Text("示例市"), Text("")];
        var fault = Assert.Single(RosterFile.Read(Workbook([[.. Header.Select(Text)], .. Enumerable.Repeat(row, 200_001)]), Today).Faults);

        Assert.Equal((200_002, RosterFaults.TooManyRows), (fault.Line, fault.Code));
    }

    private static Cell Text(string text) => new(new InlineString(new Text(text))) { DataType = CellValues.InlineString };

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
