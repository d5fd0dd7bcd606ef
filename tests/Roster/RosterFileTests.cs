using System.Text;
using Bot.Core.Roster;

namespace Bot.Tests.Roster;

public sealed class RosterFileTests
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务";
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void Columns_may_stand_in_any_order()
    {
        var file = Read("姓名,人员类别,团员编号,手机号,出生日期,组织类型,组织路径\n学生001,团员,0012,13800000001,2008-05-01,,示例市/一中\n");

        var row = Assert.Single(file.Rows);
        Assert.Equal(("学生001", "0012", "13800000001", new DateOnly(2008, 5, 1)), (row.Name, row.MemberNumber, row.Phone, row.BirthDate!.Value));
        Assert.Equal(["示例市", "一中"], file.Organisations.Select(o => o.Name));
    }

    [Fact]
    public void Columns_that_are_unknown_missing_or_doubled_are_refused_by_name()
    {
        var file = Read("组织路径,组织类型,姓名,姓名,出生日期,手机号,团员编号,民族\n");

        Assert.Equal(
            [("民族", RosterFaults.UnknownColumn), ("姓名", RosterFaults.DoubleColumn), ("人员类别", RosterFaults.MissingColumn)],
            file.Faults.Select(f => (f.Column, f.Code)));
        Assert.All(file.Faults, f => Assert.Equal(1, f.Line));
    }

    [Fact]
    public void Every_fault_of_every_row_is_reported_with_line_and_column()
    {
        var file = Read($"""
            {Header}
            示例市,盟市,,,,,,,
            示例市//支部,,学生001,,,,团员,,
            示例市/一中,中学,学生002,2027-01-01,1380000,,群众,,班长
            示例市/一中,学校,,,,,,,
            示例市/一中,国企,,,,,,,
            示例市/一中,,,2008-01-01,,,,,

            示例市/一中,,学生003,1899-12-31,,N1,团员,A,
            示例市/一中,,学生004,二〇〇八年,,N1,团员,A,
            示例市/一中,,学生005,2008-02-30,,1.39E+17,,,
            ,,学生006,,,,团员,,
            """);

        Assert.Empty(file.Rows);
        Assert.Equal(
            [
                (3, "组织路径", RosterFaults.EmptyPart),
                (4, "组织类型", RosterFaults.UnknownKind), (4, "出生日期", RosterFaults.DateRange), (4, "手机号", RosterFaults.NoPhone),
                (4, "人员类别", RosterFaults.UnknownCategory), (4, "职务", RosterFaults.UnknownDuty),
                (6, "组织类型", RosterFaults.TwoKinds),
                (7, "姓名", RosterFaults.WithoutName),
                (9, "出生日期", RosterFaults.DateRange),
                (10, "出生日期", RosterFaults.NoDate),
                (11, "出生日期", RosterFaults.NoDate), (11, "团员编号", RosterFaults.Exponent), (11, "人员类别", RosterFaults.Missing),
                (12, "组织路径", RosterFaults.Missing),
            ],
            file.Faults.Select(f => (f.Line, f.Column, f.Code)));
    }

    [Theory]
    [InlineData("2008-05-01")]
    [InlineData("2008/5/1")]
    [InlineData("20080501")]
    [InlineData("2008年5月1日")]
    public void Birth_dates_are_read_as_people_write_them(string written)
        => Assert.Equal(new DateOnly(2008, 5, 1), Assert.Single(Read($"{Header}\n示例市,,学生001,{written},,,团员,,\n").Rows).BirthDate);

    [Theory]
    [InlineData("138-0000-0001")]
    [InlineData("+86 138 0000 0001")]
    [InlineData("１３８００００００００１", false)]
    [InlineData("１３８０００００００１")]
    [InlineData("23800000001", false)]
    [InlineData("1380000000１")]
    public void Phones_are_eleven_digits_however_they_are_grouped(string written, bool fits = true)
    {
        var file = Read($"{Header}\n示例市,,学生001,,{written},,团员,,\n");

        Assert.Equal(fits ? "13800000001" : null, file.Rows.Count == 0 ? null : file.Rows[0].Phone);
        Assert.Equal(fits, file.Faults.Count == 0);
    }

    [Fact]
    public void What_is_not_declared_is_a_committee_above_others_and_a_branch_below()
    {
        var file = Read($"{Header}\n示例市/一中/一班,,学生001,,,,团员,,\n示例市,盟市,,,,,,,\n");

        Assert.Equal(
            [OrganisationKind.City, OrganisationKind.Committee, OrganisationKind.Branch],
            file.Organisations.Select(o => o.KindIfNew));
    }

    [Fact]
    public void Line_numbers_count_as_an_editor_does_over_quoted_line_breaks_and_empty_lines()
    {
        var file = Read($"{Header}\n\n\"示例市\",,\"学生\n001\",,,,团员,,\n,,,,,,,,\n示例市,,学生002,,,,群众,,\n");

        Assert.Equal([(3, "姓名"), (6, "人员类别")], file.Faults.Select(f => (f.Line, f.Column)));
    }

    [Theory]
    [InlineData("示例市,,\"学生001,,,,团员,,\n示例市,,学生002,,,,团员,,\n", 2)]
    [InlineData("示例市,,学生001,,,,团员,,\n示例市,,学生\"2\"x,,,,团员,,\n", 3)]
    public void Quotes_that_do_not_pair_are_a_fault_of_their_line(string rows, int line)
    {
        var fault = Assert.Single(Read($"{Header}\n{rows}").Faults);

        Assert.Equal((line, RosterFaults.Quotes), (fault.Line, fault.Code));
    }

    [Fact]
    public void More_cells_than_the_header_has_are_a_fault()
        => Assert.Equal(RosterFaults.TooManyCells, Assert.Single(Read($"{Header}\n示例市,,学生001,,,,团员,,,多\n").Faults).Code);

    [Fact]
    public void Files_in_GB18030_and_with_a_byte_order_mark_are_read()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = $"{Header}\n示例市,,学生001,,,,团员,,\n";

        foreach (var file in new[] { Encoding.GetEncoding("GB18030").GetBytes(text), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)] })
        {
            Assert.Equal("学生001", Assert.Single(RosterFile.Read(file, Today).Rows).Name);
        }
    }

    [Fact]
    public void A_byte_order_mark_before_a_quoted_header_is_none_of_its_name()
    {
        var text = string.Join(',', Header.Split(',').Select(c => $"\"{c}\"")) + "\n示例市,,学生001,,,,团员,,\n";

        var file = RosterFile.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)], Today);

        Assert.Empty(file.Faults);
        Assert.Single(file.Rows);
    }

    [Theory]
    [InlineData("utf-8", 3)]
    [InlineData("GB18030", 3)]
    public void A_broken_character_is_a_fault_of_its_line(string encoding, int line)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = Encoding.GetEncoding(encoding);
        byte[] file = [.. text.GetBytes($"{Header}\n示例市,,学生001,,,,团员,,\n示例市,,学生"), 0xff, .. text.GetBytes(",,,,团员,,\n示例市,,学生003,,,,团员,,\n")];

        var fault = Assert.Single(RosterFile.Read(file, Today).Faults);

        Assert.Equal((line, RosterFaults.BrokenText), (fault.Line, fault.Code));
    }

    [Fact]
    public void A_rare_character_of_four_bytes_in_GB18030_is_read()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var file = Encoding.GetEncoding("GB18030").GetBytes($"{Header}\n示例市,,学生𠮷001,,,,团员,,\n");

        Assert.Equal("学生𠮷001", Assert.Single(RosterFile.Read(file, Today).Rows).Name);
    }

    [Fact]
    public void Text_in_UTF_16_is_refused()
        => Assert.Equal(RosterFaults.NotText, Assert.Single(RosterFile.Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes($"{Header}\n")], Today).Faults).Code);

    [Theory]
    [InlineData("=VLOOKUP(A2,B:C,2,0)", "", RosterFaults.Formula, "姓名")]
    [InlineData("学生001", "#N/A", RosterFaults.ErrorValue, "团员编号")]
    [InlineData("学生001", "=1+1", RosterFaults.Formula, "团员编号")]
    public void Formulas_and_error_values_that_were_saved_as_text_are_faults_of_their_cell(string name, string number, string code, string column)
    {
        var fault = Assert.Single(Read($"{Header}\n示例市,,\"{name}\",,,{number},团员,,\n").Faults);

        Assert.Equal((2, column, code), (fault.Line, fault.Column, fault.Code));
    }

    [Fact]
    public void A_line_of_nothing_but_commas_does_not_fill_the_memory()
    {
        var fault = Assert.Single(Read($"{Header}\n{new string(',', 5_000_000)}").Faults);

        Assert.Equal((2, RosterFaults.TooManyColumns), (fault.Line, fault.Code));
    }

    [Fact]
    public void What_is_no_roster_is_refused_as_a_whole()
    {
        Assert.Equal(RosterFaults.NoRows, Assert.Single(Read("").Faults).Code);
        Assert.Equal(RosterFaults.NoRows, Assert.Single(Read(Header).Faults).Code);
        Assert.Equal(RosterFaults.OldWorkbook, Assert.Single(RosterFile.Read([0xd0, 0xcf, 0x11, 0xe0, 0, 0], Today).Faults).Code);
        Assert.Equal(RosterFaults.NotWorkbook, Assert.Single(RosterFile.Read([(byte)'P', (byte)'K', 3, 4, 0, 0], Today).Faults).Code);
        Assert.Equal(RosterFaults.NotText, Assert.Single(RosterFile.Read([0xff, 0xff, 0, 1], Today).Faults).Code);
        Assert.Equal(RosterFaults.TooManyColumns, Assert.Single(Read(string.Join(',', Enumerable.Range(0, 51)) + "\n").Faults).Code);
        Assert.Equal(RosterFaults.TooLarge, Assert.Single(RosterFile.Read([.. "PK\u0003\u0004"u8, .. new byte[64 * 1024 * 1024]], Today).Faults).Code);
    }

    private static RosterFile Read(string csv) => RosterFile.Read(Encoding.UTF8.GetBytes(csv), Today);
}
