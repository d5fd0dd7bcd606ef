using System.Net;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>A log that is longer than a page, and days that there are not.</summary>
public sealed class AuditFileTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_file_holds_every_entry_and_each_can_be_held_against_the_chain()
    {
        const int Many = AuditLog.Batch + 100;
        var browser = (await Desk.JoinAsync(_bot, "li", "administrator")).Browser;
        var county = await Desk.OrganisationAsync(_bot, "甲县");
        await _bot.InDb(async db =>
        {
            // Three instants only: the file must not lose or repeat a row where many have the same.
            db.AddRange(Enumerable.Range(0, Many).Select(i => new AuditEntry { At = _bot.Clock.GetUtcNow().AddMinutes(-i % 3), Actor = "qian", Action = "export.figures", Subject = $"rows:{i}", OrganisationId = county }));
            await db.SaveChangesAsync();
        });

        var page = await Desk.TextAsync(browser, "/staff/audit?actor=qian&rows=1000");
        var answer = await Desk.PostToAsync(browser, "/staff/audit", "/staff/audit?actor=qian&handler=Export", ("format", "csv"));
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n").Where(l => l.Contains("qian", StringComparison.Ordinal)).ToList();

        Assert.Contains("这里只显示最新的 1,000 条", page, StringComparison.Ordinal);
        Assert.Equal(Many, lines.Select(l => l.Split(',')[0]).Distinct().Count());
        Assert.Equal(Many, lines.Count);
        Assert.All(lines, l => Assert.Matches(",[0-9]+:[0-9a-f]{64}$", l));
        Assert.Equal(0, (await _bot.RunAsync("audit", "verify", "--end", lines[7].Split(',')[^1])).Code);
        Assert.Equal(1, (await _bot.RunAsync("audit", "verify", "--end", lines[7].Split(',')[^1][..^4] + "0000")).Code);
        Assert.EndsWith($"rows:{Many}", await _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "export.audit").Select(a => a.Subject).SingleAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to=9999-12-31", "to", "2199-12-31")]
    [InlineData("to=0001-01-01", "to", "2000-01-01")]
    [InlineData("from=0001-01-01", "from", "2000-01-01")]
    [InlineData("from=9999-12-31&to=9999-12-31", "from", "2199-12-31")]
    public async Task A_day_that_cannot_be_is_moved_to_the_nearest_and_the_field_says_so(string query, string field, string day)
    {
        var browser = (await Desk.JoinAsync(_bot, "li", "administrator")).Browser;

        var page = await Branch.PageAsync(browser, "/staff/audit?" + query);

        Assert.Equal(day, page.QuerySelector($"#{field}.is-invalid")!.GetAttribute("value"));
        Assert.Contains("2000 到 2199 年", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Desk.PostToAsync(browser, "/staff/audit", $"/staff/audit?{query}&handler=Export", ("format", "csv"))).StatusCode);
    }
}
