using System.Net;
using System.Text.Json;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Bot.Server.Staff;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bot.Tests.Staff;

/// <summary>Pages that hear by themselves that their figures move.</summary>
public sealed class LiveFigureTests
{
    [Fact]
    public async Task An_open_page_hears_of_a_completion()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var town = await Desk.OrganisationAsync(bot, "甲镇");
        using var stream = await OpenPage.OpenAsync(browser, await LiveAsync(bot, "甲县"));
        Assert.Equal("text/event-stream", stream.ContentType);
        Assert.DoesNotContain(stream.Encodings, e => e is "br" or "gzip");
        var first = await stream.FiguresAsync();
        Assert.Equal("0.0%", Field(first, "own", "rate"));
        Assert.Equal(await ShapeAsync(browser, "甲县", bot), first.GetProperty("shape").GetString());

        var phone = await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        await Branch.StudyAsync(bot, phone, "9-2");
        bot.Clock.Now += TimeSpan.FromSeconds(10);

        // The secretary's binding may show before.
        var moved = await stream.UntilAsync(s => s.GetProperty("rows").TryGetProperty("own", out var own) && own.GetProperty("completed").GetString() == "1");
        Assert.Equal("12.5%", Field(moved, "own", "rate"));
        Assert.Equal("1", Field(moved, town.ToString(System.Globalization.CultureInfo.InvariantCulture), "completed"));
        Assert.False(moved.GetProperty("full").GetBoolean());
    }

    [Fact]
    public async Task Twenty_open_pages_read_the_figures_once()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var browsers = new List<Browser>();
        for (var i = 0; i < 4; i++)
        {
            browsers.Add((await Desk.JoinAsync(bot, $"li{i}")).Browser);
        }

        var path = await LiveAsync(bot, "甲县");
        var streams = new List<OpenPage>();
        for (var i = 0; i < 20; i++)
        {
            streams.Add(await OpenPage.OpenAsync(browsers[i % 4], path));
        }

        foreach (var stream in streams)
        {
            await stream.FiguresAsync();
        }

        var board = bot.Services.GetRequiredService<FigureBoard>();
        using var commands = new Commands(bot);
        var loads = board.Loads;
        await bot.InDb(db => db.Headcounts.ExecuteUpdateAsync(set => set.SetProperty(h => h.Members, h => h.Members + 1)));
        bot.Clock.Now += TimeSpan.FromMilliseconds(1500); // longer than the board is fresh, shorter than the other boards

        foreach (var stream in streams)
        {
            await stream.UntilAsync(s => s.GetProperty("rows").TryGetProperty("own", out _));
        }

        Assert.Equal(1, board.Loads - loads);
        Assert.InRange(commands.Count, 1, 20); // some a second for all sessions, and the change itself; not two for each of twenty
        streams.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Whoever_loses_the_role_loses_the_stream_at_once()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var path = await LiveAsync(bot, "甲县");
        using var stays = await OpenPage.OpenAsync((await Desk.JoinAsync(bot, "wang")).Browser, path);
        using var moves = await OpenPage.OpenAsync((await Desk.JoinAsync(bot, "zhang")).Browser, path);
        using var leaves = await OpenPage.OpenAsync((await Desk.JoinAsync(bot, "li")).Browser, path);
        foreach (var stream in new[] { stays, moves, leaves })
        {
            await stream.FiguresAsync();
        }

        await Desk.RunAsync(bot, "staff", "leave", "li");
        var elsewhere = await Desk.OrganisationAsync(bot, "乙县");
        await bot.InDb(db => db.StaffAssignments.Where(a => db.Users.Any(u => u.Id == a.StaffId && u.UserName == "zhang")).ExecuteUpdateAsync(set => set.SetProperty(a => a.OrganisationId, elsewhere)));

        Assert.Equal("end", await leaves.LastAsync());
        Assert.Equal("end", await moves.LastAsync());
        await bot.InDb(db => db.Headcounts.ExecuteUpdateAsync(set => set.SetProperty(h => h.Members, h => h.Members + 1)));
        bot.Clock.Now += TimeSpan.FromSeconds(3);
        await stays.UntilAsync(s => s.GetProperty("rows").TryGetProperty("own", out _));
        Assert.Equal(1, bot.Services.GetRequiredService<LiveFigures>().Count);
    }

    [Fact]
    public async Task A_secretary_who_is_none_any_more_loses_the_stream()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        using var stream = await OpenPage.OpenAsync(await Branch.SecretaryAsync(bot), await LiveAsync(bot, "一支部"));
        await stream.FiguresAsync();

        await bot.InDb(db => db.Memberships.Where(m => m.Duty != null).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, (Core.Roster.Duty?)null)));

        Assert.Equal("end", await stream.LastAsync());
    }

    [Fact]
    public async Task Outside_of_the_own_area_and_without_a_session_there_is_no_stream()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var nothing = await Desk.TextAsync(browser, "/staff/organisations/999999");

        foreach (var path in new[] { await LiveAsync(bot, "乙县"), await LiveAsync(bot, "示例省"), "/staff/organisations/999999/live", await LiveAsync(bot, "甲县") + "?period=1-1" })
        {
            var answer = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal(nothing, await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(HttpStatusCode.Found, (await bot.Browser().GetAsync(await LiveAsync(bot, "甲县"))).StatusCode);
        Assert.Equal(0, bot.Services.GetRequiredService<LiveFigures>().Count);
    }

    [Fact]
    public async Task One_person_has_six_streams_at_most_and_a_closed_one_makes_room()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var path = await LiveAsync(bot, "甲县");
        var streams = new List<OpenPage>();
        for (var i = 0; i < LiveFigures.MostOfOne; i++)
        {
            streams.Add(await OpenPage.OpenAsync(browser, path));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.GetAsync(path)).StatusCode);

        streams[0].Dispose();
        var live = bot.Services.GetRequiredService<LiveFigures>();
        await Eventually(() => live.Count < LiveFigures.MostOfOne);
        using var again = await OpenPage.OpenAsync(browser, path);
        await again.FiguresAsync();
        streams.ForEach(s => s.Dispose());
        again.Dispose();
        await Eventually(() => live.Count == 0);
    }

    [Fact]
    public async Task A_browser_that_does_not_read_holds_the_newest_state_alone()
    {
        var viewer = new LiveViewer(new LiveKey(1, "1", false, 1), new ConsoleSession(new StaffKey(1, "", 1), null), "li", DateTimeOffset.MaxValue);
        for (var version = 1; version <= 1000; version++)
        {
            viewer.Show(new LiveState(version, "10:00:00", $"full {version}", $"change {version}"));
        }

        viewer.End(lost: true);

        var read = await viewer.ReadAsync(TimeProvider.System, CancellationToken.None).Select(i => (i.EventType, i.Data)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("end", "")], read);

        var open = new LiveViewer(new LiveKey(1, "1", false, 1), new ConsoleSession(new StaffKey(1, "", 1), null), "li", DateTimeOffset.MaxValue);
        for (var version = 1; version <= 1000; version++)
        {
            open.Show(new LiveState(version, "10:00:00", $"full {version}", $"change {version}"));
        }

        await using var items = open.ReadAsync(TimeProvider.System, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("full 1000", items.Current.Data);
        open.Show(new LiveState(1001, "10:00:01", "full 1001", "change 1001"));
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("change 1001", items.Current.Data);
        open.Show(new LiveState(1002, "10:00:02", "full 1002", "change 1002"));
        open.Show(new LiveState(1003, "10:00:03", "full 1003", "change 1003"));
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("full 1003", items.Current.Data);
    }

    [Fact]
    public async Task A_hidden_branch_stays_hidden_in_what_is_told()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var small = (await Desk.OrganisationAsync(bot, "二支部")).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var above = await OpenPage.OpenAsync((await Desk.JoinAsync(bot, "li")).Browser, await LiveAsync(bot, "甲镇"));
        using var own = await OpenPage.OpenAsync(await Branch.SecretaryAsync(bot, "o-6", "二支部", "学生006", "S006"), await LiveAsync(bot, "二支部"));

        var state = await above.FiguresAsync();
        foreach (var field in new[] { "exempt", "expected", "completed", "late", "visitors", "rate" })
        {
            Assert.Equal("—", Field(state, small, field));
        }

        Assert.Equal(JsonValueKind.Null, state.GetProperty("rows").GetProperty(small).GetProperty("percent").ValueKind);
        Assert.Equal("0.0%", Field(await own.FiguresAsync(), "own", "rate"));
        Assert.DoesNotContain("学生", above.Read + own.Read, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_fault_that_nobody_thought_of_pages_are_told_again(bool isTimeout)
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await Desk.JoinAsync(bot, "li");
        var staff = await bot.InDb(db => (from u in db.Users join s in db.StaffSessions on u.Id equals s.StaffId where u.UserName == "li" select new StaffKey(u.Id, u.SecurityStamp!, s.Id)).SingleAsync());
        var viewer = (await bot.DoAsync<StaffScope, Viewer?>(s => s.OfStaffAsync(staff, default)))!;
        var key = LiveKey.Of(viewer, await Desk.OrganisationAsync(bot, "甲县"), await bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync()));
        var scopes = new Scopes(bot.Services.GetRequiredService<IServiceScopeFactory>()) { Fault = isTimeout ? new TaskCanceledException() : new FormatException("odd") };
        using var live = new LiveFigures(scopes, bot.Services.GetRequiredService<IHostApplicationLifetime>(), bot.Clock, NullLogger<LiveFigures>.Instance);
        await live.StartAsync(default);

        var interrupted = live.Join(key, new ConsoleSession(staff, null), "li", null)!;
        await foreach (var item in interrupted.ReadAsync(bot.Clock, default).WithCancellation(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token))
        {
            Assert.Equal("beat", item.EventType); // neither figures nor an end for good
        }

        scopes.Fault = null;
        var again = live.Join(key, new ConsoleSession(staff, null), "li", null)!;
        await foreach (var item in again.ReadAsync(bot.Clock, default).WithCancellation(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token))
        {
            if (item.EventType == "figures")
            {
                break;
            }
        }

        Assert.Equal(1, live.Count);
        await live.StopAsync(default);
    }

    private sealed class Scopes(IServiceScopeFactory real) : IServiceScopeFactory
    {
        public Exception? Fault { get; set; }

        public IServiceScope CreateScope() => Fault is { } fault ? throw fault : real.CreateScope();
    }

    private static async Task<string> LiveAsync(BotUnderTest bot, string organisation) => $"/staff/organisations/{await Desk.OrganisationAsync(bot, organisation)}/live";

    private static async Task<string?> ShapeAsync(Browser browser, string organisation, BotUnderTest bot)
        => (await Branch.PageAsync(browser, $"/staff/organisations/{await Desk.OrganisationAsync(bot, organisation)}")).QuerySelector("[data-stream]")!.GetAttribute("data-shape");

    private static string? Field(JsonElement state, string row, string field) => state.GetProperty("rows").GetProperty(row).GetProperty(field).GetString();

    private static async Task Eventually(Func<bool> holds)
    {
        for (var tries = 0; tries < 100 && !holds(); tries++)
        {
            await Task.Delay(100);
        }

        Assert.True(holds());
    }
}
