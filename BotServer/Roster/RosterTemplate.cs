using System.Text;
using Bot.Core.Roster;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Bot.Server.Roster;

/// <summary>An empty roster file to fill in; as XLSX with a second sheet that says what each column means.</summary>
internal static class RosterTemplate
{
    private static readonly IReadOnlyList<string> Columns = [.. RosterColumns.Required, .. RosterColumns.Optional];

    private static readonly Dictionary<string, string> Meanings = new()
    {
        [RosterColumns.Path] = "从最上级到本组织，用 / 隔开，例如 示例市/第一中学/一班团支部",
        [RosterColumns.Kind] = $"只写组织、不写人的行用；可以是：{string.Join('、', OrganisationKinds.All)}。空着就是支部",
        [RosterColumns.Name] = "空着表示这一行只说组织",
        [RosterColumns.BirthDate] = "例如 2008-05-01",
        [RosterColumns.Phone] = "11 位数字；可以空着",
        [RosterColumns.MemberNumber] = "按文本填写，保留前面的 0；可以空着",
        [RosterColumns.Category] = $"必填，可以是：{string.Join('、', RosterWords.Categories.Keys)}。只有团员计入应学",
        [RosterColumns.RosterId] = "名册系统里不会变的编号；有它，改名、换支部也认得出。可以没有这一列",
        [RosterColumns.Duty] = $"可以是：{string.Join('、', RosterWords.Duties.Keys)}。有这一列而空着，表示没有职务",
    };

    /// <summary>With a byte order mark, so that Excel takes it for UTF-8.</summary>
    public static byte[] Csv() => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(string.Join(',', Columns) + "\r\n")];

    public static byte[] Workbook()
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            book.AddNewPart<WorksheetPart>("r1").Worksheet = Sheet([Columns]);
            book.AddNewPart<WorksheetPart>("r2").Worksheet = Sheet([["列", "怎么填"], .. Columns.Select(c => new[] { c, Meanings[c] })]);
            book.Workbook = new Workbook(new Sheets(
                new Sheet { Name = "名册", SheetId = 1, Id = "r1" },
                new Sheet { Name = "说明", SheetId = 2, Id = "r2" }));
        }

        return stream.ToArray();
    }

    private static Worksheet Sheet(IEnumerable<IReadOnlyList<string>> rows) => new(new SheetData(rows.Select(row => new Row(row.Select(
        cell => new Cell(new InlineString(new Text(cell))) { DataType = CellValues.InlineString })))));
}
