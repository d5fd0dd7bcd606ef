using Bot.Server.Staff;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bot.Tests.Operator;

/// <summary>What a spreadsheet would execute is text in every file that we write.</summary>
public sealed class CsvFileTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(1)")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("\n=1+1")]
    public async Task A_cell_that_begins_like_a_formula_is_escaped(string cell)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        var sheet = new Sheet("file", cell, TestClock.Start, [cell], 1, [[cell]]);

        await new SheetResult(sheet, asWorkbook: false).ExecuteResultAsync(new ActionContext(context, new RouteData(), new Microsoft.AspNetCore.Mvc.Abstractions.ActionDescriptor()));

        context.Response.Body.Position = 0;
        var text = await new StreamReader(context.Response.Body).ReadToEndAsync();
        Assert.Equal(3, text.Split("'" + cell).Length - 1);
    }

    [Theory]
    [InlineData("roster", "codes")]
    [InlineData("tally", "show", "--period", "9-2")]
    public async Task So_is_one_of_an_operators_command(params string[] command)
    {
        await using var bot = await BotUnderTest.StartAsync();
        await bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n＝示例市/一支部,支部,学生001,2009-01-01,,M001,团员\n");
        await bot.Given(LessonGiven.Open("9-2"));

        var ran = await bot.RunAsync(command);

        Assert.Contains("'＝示例市", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\n＝", ran.Out, StringComparison.Ordinal);
    }
}
