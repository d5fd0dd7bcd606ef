using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>Two periods; between them one person comes, one goes, one studies late, one is exempt.</summary>
public sealed class MatrixPageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(
            LessonGiven.Open("9-2"),
            LessonGiven.Open("9-3") with { Opens = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(8)), Closes = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.FromHours(8)) });
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Every_cell_says_what_the_figures_count()
    {
        await TwoWeeksAsync();
        var browser = await Branch.SecretaryAsync(_bot, "o-5", "一支部", "学生005", "S005");

        var page = await Branch.PageAsync(browser, await Branch.PathAsync(_bot, "一支部", "matrix"));

        Assert.Equal(["9-3", "9-2"], page.QuerySelectorAll("#matrix thead th").Skip(1).Select(h => h.TextContent));
        Assert.Equal(
            ["学生001 未学 已学", "学生002 未学 补学", "学生003 免学 免学", "学生005 未学 未学", "学生020 未学 –还不是本支部"],
            page.QuerySelectorAll("#matrix tbody tr").Select(Row));
        Assert.Contains("1 位已经离开", page.GetElementById("left")!.TextContent, StringComparison.Ordinal);
        foreach (var (i, figure) in new[] { await FigureAsync(9, 3), await FigureAsync(9, 2) }.Index())
        {
            Assert.Equal(
                (Text(figure.Members - figure.Exempt), Text(figure.Completed), Text(figure.Late)),
                (Foot(page, "expected", i), Foot(page, "completed", i), Foot(page, "late", i)));
        }
    }

    [Fact]
    public async Task Those_above_see_counts_and_no_name_and_other_secretaries_nothing()
    {
        var office = (await Desk.JoinAsync(_bot, "li")).Browser;
        var other = await Branch.SecretaryAsync(_bot, "o-6", "二支部", "学生006", "S006");

        var seen = await Desk.TextAsync(office, await Branch.PathAsync(_bot, "一支部", "matrix"));

        Assert.DoesNotContain("学生", seen, StringComparison.Ordinal);
        Assert.Contains("id=\"counts\"", seen, StringComparison.Ordinal);
        foreach (var page in new[] { "matrix", "visitors", "export", "export?what=matrix", "export?what=unstudied", "export?what=roster" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(await Branch.PathAsync(_bot, "一支部", page))).StatusCode);
        }

        foreach (var page in new[] { "visitors", "export?what=matrix", "export?what=unstudied" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync(await Branch.PathAsync(_bot, "一支部", page))).StatusCode);
        }
    }

    [Fact]
    public async Task Periods_can_be_a_season()
    {
        await _bot.Given(LessonGiven.Open("8-1") with { Opens = _bot.Clock.Now.AddDays(-30), Closes = _bot.Clock.Now.AddDays(-20) });
        var browser = await Branch.SecretaryAsync(_bot);

        var page = await Branch.PageAsync(browser, await Branch.PathAsync(_bot, "一支部", "matrix?span=season-8"));

        Assert.Equal(["8-1"], page.QuerySelectorAll("#matrix thead th").Skip(1).Select(h => h.TextContent));
        Assert.Equal(["8", "16", "season-9", "season-8"], page.QuerySelectorAll("#span option").Select(o => o.GetAttribute("value")));
    }

    private async Task TwoWeeksAsync()
    {
        var first = await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        await Branch.StudyAsync(_bot, first, "9-2");
        await _bot.InDb(async db =>
        {
            var exempt = await db.People.SingleAsync(p => p.Name == "学生003");
            db.Add(new Exemption { PersonId = exempt.Id, Since = _bot.Clock.Now.AddDays(-1), Reason = "leave" });
            await db.SaveChangesAsync();
            var id = await db.Organisations.Where(o => o.Name == "一支部").Select(o => o.Id).SingleAsync();
            await db.Headcounts.Where(h => h.OrganisationId == id).ExecuteUpdateAsync(set => set.SetProperty(h => h.Exempt, 1));
        });
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
        await Branch.RosterAsync(_bot, "示例省/甲县/甲镇/一支部,支部,学生020,2008-05-01,,S020,团员,\n示例省/甲县/甲镇/二支部,支部,学生004,2008-05-01,,S004,团员,\n示例省/甲县/甲镇/一支部,支部,学生005,2008-05-01,,S005,团员,副书记\n");
        var second = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await Branch.StudyAsync(_bot, second, "9-2");
    }

    private async Task<Figure> FigureAsync(int season, int period)
    {
        await using var scope = _bot.Services.CreateAsyncScope();
        var lesson = await scope.ServiceProvider.GetRequiredService<LessonShelf>().FindAsync(new LessonId(season, period), CancellationToken.None);
        var figures = await scope.ServiceProvider.GetRequiredService<Figures>().AllAsync(lesson!, CancellationToken.None);
        return figures[await Desk.OrganisationAsync(_bot, "一支部")];
    }

    private static string Row(IElement row) => string.Join(' ', row.Children.Select(c => string.Concat(c.TextContent.Where(t => !char.IsWhiteSpace(t)))));

    private static string Foot(IDocument page, string field, int column) => page.QuerySelectorAll($"#matrix tfoot [data-field={field}]")[column].TextContent;

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
