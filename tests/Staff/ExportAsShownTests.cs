using Bot.Tests.Support;

namespace Bot.Tests.Staff;

/// <summary>What a page shows and what its 导出 gives are the same rows.</summary>
public sealed class ExportAsShownTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(
            LessonGiven.Open("9-2"),
            LessonGiven.Open("9-3") with { Opens = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(8)), Closes = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.FromHours(8)) });
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("?period=9-3&mark=missing", new[] { "9-3" }, new[] { "学生001", "学生003", "学生004", "学生005" })]
    [InlineData("?period=9-3&mark=completed", new[] { "9-3" }, new[] { "学生002" })]
    [InlineData("?period=9-2", new[] { "9-2" }, new[] { "学生001", "学生002", "学生003", "学生004", "学生005" })]
    [InlineData("", new[] { "9-2", "9-3" }, new[] { "学生001", "学生002", "学生003", "学生004", "学生005" })]
    public async Task Of_the_matrix_its_periods_and_its_people(string shown, string[] periods, string[] people)
    {
        var secretary = await Branch.SecretaryAsync(_bot);
        await Branch.StudyAsync(_bot, await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002"), "9-3");
        var page = await Branch.PageAsync(secretary, await Branch.PathAsync(_bot, "一支部", "matrix" + shown));

        var rows = await FileAsync(secretary, "一支部", page.QuerySelector("a[href*='what=matrix']")!.GetAttribute("href")!);

        Assert.Equal(people, page.QuerySelectorAll("#matrix tbody th").Select(th => th.TextContent));
        Assert.Equal(people, rows.Skip(1).Select(r => r[0]));
        Assert.Equal(periods, rows[0].Skip(2));
        Assert.Equal(page.QuerySelectorAll("#matrix thead th").Skip(1).Select(th => th.TextContent).Order(), periods.Order());
    }

    [Fact]
    public async Task Of_the_figures_the_organisations_that_were_looked_for()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;
        var page = await Branch.PageAsync(office, $"/staff/organisations/{await Desk.OrganisationAsync(_bot, "甲县")}?period=9-2&q=支部");

        var rows = await FileAsync(office, "甲县", page.QuerySelector("a[href*='what=figures']")!.GetAttribute("href")!);

        Assert.Equal(["一支部", "二支部"], page.QuerySelectorAll("#below tbody tr:not(.total) td.name a").Select(a => a.TextContent));
        Assert.Equal(["示例省/甲县/甲镇/一支部", "示例省/甲县/甲镇/二支部"], rows.Skip(1).Select(r => r[0]));
    }

    /// <summary>Goes to the page for exports and sends its form as it stands there, as CSV without a title.</summary>
    /// <returns>The headings and the rows.</returns>
    private async Task<List<string[]>> FileAsync(Browser browser, string organisation, string way)
    {
        var form = (await Branch.PageAsync(browser, way)).QuerySelector("main form[method=post]")!;
        var answer = await Desk.PostToAsync(browser, way, await Branch.PathAsync(_bot, organisation, "export"), [.. Branch.Fields(form).Where(f => f.Name is not ("format" or "title")), ("format", "csv"), ("title", "")]);
        var text = (await answer.Content.ReadAsStringAsync()).TrimStart('\uFEFF');
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipWhile(line => line.StartsWith("截至", StringComparison.Ordinal)).Select(line => line.TrimEnd('\r').Split(','))];
    }
}
