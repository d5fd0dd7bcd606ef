using System.Net;
using Bot.Core.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

public sealed class CalendarPageTests : NewsroomTest
{
    [Fact]
    public async Task A_lesson_that_one_operator_published_is_approved_on_the_calendar()
    {
        var file = Path.Combine(Site.Folder, "solo.md");
        await File.WriteAllTextAsync(file, LessonGiven.Open("9-2", questions: 1).ToFile());
        await Desk.RunAsync(Site, "lesson", "import", file, "--publish", "--reason", "审核人出差");
        var row = (await Newsroom.PageAsync(Approver, "/staff/calendar")).QuerySelector("[data-entry]")!;
        Assert.Contains("未经双人审核", row.TextContent, StringComparison.Ordinal);
        var path = row.GetAttribute("data-href")!;
        var page = await Newsroom.PageAsync(Approver, path);
        Assert.Contains("审核人出差", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null((await Newsroom.PageAsync(Editor, path)).QuerySelector("form[action$=Approve]"));
        Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(Editor, path, path + "?handler=Approve", ("hash", await HashAsync()))).StatusCode);

        // Replaced since it was looked at: it is not what was seen.
        var stale = await Desk.PostToAsync(Approver, path, path + "?handler=Approve", ("hash", "0000"));
        Assert.Contains("told=lesson.changed", stale.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.True(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Unreviewed)));

        await Desk.PostToAsync(Approver, path, path + "?handler=Approve", ("hash", await HashAsync()));

        Assert.False(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Unreviewed)));
        Assert.Equal("shen", await Site.InDb(db => db.AuditEntries.Where(a => a.Action == "lesson.approved").Select(a => a.Actor).SingleAsync()));
        Assert.DoesNotContain("未经双人审核", await Desk.TextAsync(Approver, "/staff/calendar"), StringComparison.Ordinal);
        Task<string> HashAsync() => Site.InDb(db => db.Lessons.Select(l => l.ContentHash).SingleAsync());
    }

    [Fact]
    public async Task An_imported_lesson_is_taken_in_changed_and_approved_by_two()
    {
        var file = Path.Combine(Site.Folder, "solo.md");
        await File.WriteAllTextAsync(file, LessonGiven.Open("9-2", questions: 2).ToFile());
        await Desk.RunAsync(Site, "lesson", "import", file, "--publish", "--reason", "审核人出差");
        var path = (await Newsroom.PageAsync(Editor, "/staff/calendar")).QuerySelector("[data-entry]")!.GetAttribute("data-href")!;

        var taken = await Desk.PostToAsync(Editor, path, path + "?handler=TakeIn");

        var piece = taken.Headers.Location!.ToString().Split('?')[0];
        var id = int.Parse(piece.Split('/')[^1], null);
        Assert.Equal("看清再走", (await Newsroom.PageAsync(Editor, piece)).QuerySelector("[name='Form.Questions[1].Options[1]']")!.GetAttribute("value"));
        Assert.Contains("未经双人审核", await Newsroom.StateAsync(Editor, id), StringComparison.Ordinal);
        Assert.Single((await Newsroom.PageAsync(Editor, "/staff/calendar")).QuerySelectorAll("[data-entry]"));
        await Newsroom.PressAsync(Editor, piece, "submit", ("Title", "两个人看过"));
        Assert.Equal("骑车过马路", await Site.InDb(db => db.Lessons.Select(l => l.Title).SingleAsync()));
        await Newsroom.ApprovedAsync(Approver, id);
        Assert.Equal(("两个人看过", false), await Site.InDb(async db => (await db.Lessons.SingleAsync()) is var l ? (l.Title, l.Unreviewed) : default));
        Assert.Contains("told=lesson.changed", (await Desk.PostToAsync(Editor, "/staff/calendar", path + "?handler=TakeIn")).Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_weeks_are_added_and_removed_and_the_next_lesson_steps_over_them()
    {
        var add = await Desk.PostToAsync(Editor, "/staff/calendar", "/staff/calendar?handler=Pause", ("PauseName", "秋假"), ("PauseFrom", "2026-11-23"), ("PauseTo", "2026-11-29"));
        Assert.Equal(HttpStatusCode.Found, add.StatusCode);
        var page = await Newsroom.PageAsync(Editor, "/staff/calendar");
        Assert.Contains("秋假", page.QuerySelector("[data-pause]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("2026-11-30T08:00", (await Newsroom.PageAsync(Editor, "/staff/calendar/new?kind=lesson")).QuerySelector("#goes-out")!.GetAttribute("value"));
        var wrong = await Desk.PostToAsync(Editor, "/staff/calendar", "/staff/calendar?handler=Pause", ("PauseName", "反了"), ("PauseFrom", "2026-12-20"), ("PauseTo", "2026-12-01"));
        Assert.Contains("最多 120 天", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await Desk.PostToAsync(Editor, "/staff/calendar", "/staff/calendar?handler=EndPause", ("PauseFrom", "2026-11-23"), ("PauseTo", "2026-11-29"));

        Assert.False(await Site.InDb(db => db.PauseWeeks.AnyAsync()));
        Assert.Equal(["pause.added", "pause.removed"], await Site.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("pause.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()));
    }

    [Theory]
    [InlineData("明天都来广场", "2026-11-23", "2026-11-29", "请从名称里选一个")]
    [InlineData("", "2026-11-23", "2026-11-29", "请从名称里选一个")]
    [InlineData("寒假", "9999-12-30", "9999-12-31", "最多 120 天")]
    [InlineData("寒假", "0001-01-01", "0001-01-02", "最多 120 天")]
    public async Task Nobody_words_a_pause_alone_and_its_days_are_of_this_age(string name, string from, string to, string told)
    {
        var answer = await Desk.PostToAsync(Editor, "/staff/calendar", "/staff/calendar?handler=Pause", ("PauseName", name), ("PauseFrom", from), ("PauseTo", to));

        Assert.Contains(told, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await Site.RunAsync("lesson", "pause", "2026-11-16", "2026-11-22", "明天都来广场")).Code);
        Assert.False(await Site.InDb(db => db.PauseWeeks.AnyAsync()));
    }

    [Fact]
    public async Task A_free_name_from_before_stays_at_the_console_and_learners_read_that_it_is_a_holiday()
    {
        await Site.InDb(async db =>
        {
            db.Add(new Core.Lessons.PauseWeek { From = new DateOnly(2026, 11, 16), To = new DateOnly(2026, 11, 22), Name = "明天都来广场" });
            await db.SaveChangesAsync();
        });

        Assert.Contains("明天都来广场", await Desk.TextAsync(Editor, "/staff/calendar"), StringComparison.Ordinal);
        var said = (await Site.Phone("o-1").Sends("学习")).Text;
        Assert.Contains("假期", said, StringComparison.Ordinal);
        Assert.DoesNotContain("广场", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_without_its_audit_entry_is_none()
    {
        var token = await Desk.TokenAsync(Editor, "/staff/calendar");
        await AddAsync("秋假");
        await Site.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE audit_entries RENAME TO audit_away"));

        Assert.Equal(HttpStatusCode.InternalServerError, (await AddAsync("寒假", "2026-12-01", "2026-12-02")).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync("EndPause", "", "2026-11-23", "2026-11-29")).StatusCode);

        await Site.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE audit_away RENAME TO audit_entries"));
        Assert.Equal(["秋假"], await Site.InDb(db => db.PauseWeeks.Select(p => p.Name).ToListAsync()));
        Task<HttpResponseMessage> AddAsync(string name, string from = "2026-11-23", string to = "2026-11-29") => SendAsync("Pause", name, from, to);
        Task<HttpResponseMessage> SendAsync(string handler, string name, string from, string to) => Desk.SendFormAsync(
            Editor, "/staff/calendar?handler=" + handler, ("PauseName", name), ("PauseFrom", from), ("PauseTo", to), ("__RequestVerificationToken", token));
    }

    [Fact]
    public async Task A_view_with_more_than_it_shows_says_how_many_are_missing()
    {
        var root = await Desk.OrganisationAsync(Site, Newsroom.Root);
        await Site.InDb(async db =>
        {
            db.AddRange(Enumerable.Range(0, PieceLists.MostShown + 3).Select(i => new Piece
            {
                Kind = i < 4 ? PieceKind.Notice : PieceKind.Article,
                OrganisationId = root,
                Title = $"第{i}篇",
                Version = 1,
                Hash = "",
                State = PieceState.Draft,
                GoesOutAt = Site.Clock.Now.AddMinutes(-i),
            }));
            await db.SaveChangesAsync();
        });

        var page = await Newsroom.PageAsync(Editor, "/staff/calendar");

        Assert.Contains("还有 3 项没有显示", page.GetElementById("left")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(PieceLists.MostShown, page.QuerySelectorAll("[data-entry]").Length);
        Assert.Null((await Newsroom.PageAsync(Editor, "/staff/calendar?kind=article")).GetElementById("left"));
        Assert.Equal(4, (await Newsroom.PageAsync(Editor, "/staff/calendar?kind=notice")).QuerySelectorAll("[data-entry]").Length);
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_narrow_what_is_shown()
    {
        await Newsroom.LessonAsync(Editor, title: "一课");
        await Newsroom.ArticleAsync(Site, Editor, "一篇", button: "save");

        Assert.Equal(["一课"], await TitlesAsync("?kind=lesson"));
        Assert.Equal(["一篇"], await TitlesAsync("?state=draft"));
        Assert.Equal([], await TitlesAsync("?kind=lesson&state=draft"));
        Assert.Equal([], await TitlesAsync("?at=2027-03-01"));
        Assert.Equal(["一篇"], await TitlesAsync("?view=week&at=2026-11-18"));
        var page = await Newsroom.PageAsync(Editor, "/staff/calendar?kind=lesson&view=week&at=2026-11-23");
        Assert.Equal("lesson", page.QuerySelector("select[name=kind] option[selected]")!.GetAttribute("value"));
        Assert.Equal("/staff/calendar?view=week&at=2026-11-30&kind=lesson", page.QuerySelector("[aria-label=往后]")!.GetAttribute("href"));
        async Task<IEnumerable<string>> TitlesAsync(string query) => (await Newsroom.PageAsync(Editor, "/staff/calendar" + query)).QuerySelectorAll("[data-entry]").Select(e => e.GetAttribute("data-title")!);
    }

    [Fact]
    public async Task The_approver_sees_on_one_page_what_goes_out_when_to_how_many_and_what_is_new()
    {
        await Site.Phone("o-1").Follows();
        await Site.Phone("o-2").Follows();
        await Site.Phone("o-3").Follows();
        await Site.InDb(async db =>
        {
            var gone = await db.Accounts.MaxAsync(a => a.Id);
            return await db.Accounts.Where(a => a.Id == gone).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false));
        });
        var id = await Newsroom.WriteAsync(
            Editor, "lesson", "submit", ("Title", "骑车过马路"), ("Body", Newsroom.Body + "\n\n[链接](https://example.org/l)"), ("Season", "9"), ("Period", "3"), ("Video", "https://example.org/v.mp4"));

        var page = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review");

        var text = page.QuerySelector(".review__side")!.TextContent;
        Assert.Contains("2026-11-23 周一 08:00", text, StringComparison.Ordinal);
        Assert.Contains("2 个微信账号看得到，名册上 9 名团员", text, StringComparison.Ordinal);
        Assert.Contains("第一次送审", text, StringComparison.Ordinal);
        Assert.Equal(["https://example.org/l", "https://example.org/v.mp4"], page.QuerySelectorAll("#addresses li").Select(a => a.TextContent));
        var preview = await Site.Browser().GetAsync(page.QuerySelector("iframe")!.GetAttribute("src")!);
        Assert.Contains("过马路先看<strong>左右</strong>", await preview.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self'", preview.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", page.QuerySelector("main") is null ? "" : (await Approver.GetAsync("/staff/calendar")).Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_link_ends_after_half_an_hour_and_cannot_be_made_up()
    {
        var id = await Newsroom.LessonAsync(Editor);
        var link = (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).QuerySelector("a[data-preview]")!.GetAttribute("href")!;
        var stranger = Site.Browser();
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(link)).StatusCode);
        Assert.DoesNotContain("bian", link + await Desk.TextAsync(stranger, link), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(link[..^2] + "xx")).StatusCode);

        Site.Clock.Now += TimeSpan.FromMinutes(30);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task What_is_being_typed_is_shown_by_the_servers_own_rules_with_the_place_of_each_fault()
    {
        var answer = await Desk.PostToAsync(Editor, "/staff/calendar", "/staff/calendar?handler=Render&kind=lesson", ("Form.Body", "## 一\n<script>alert(1)</script>\n\n**重点** [坏](javascript:x)"));
        var shown = await answer.Content.ReadAsStringAsync();

        Assert.Contains("<strong>重点</strong>", shown, StringComparison.Ordinal);
        Assert.Contains("第 4 行第 8 列", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript", shown, StringComparison.Ordinal);
    }
}
