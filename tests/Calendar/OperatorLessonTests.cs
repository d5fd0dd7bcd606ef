using System.Net;
using Bot.Core.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

/// <summary>What an operator published alone, on the calendar and taken into a piece.</summary>
public sealed class OperatorLessonTests : NewsroomTest
{
    private static readonly DateTimeOffset NextMonday = new(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task What_nobody_approved_is_not_what_the_approver_compares_with_and_every_page_says_so()
    {
        await ImportAsync(LessonGiven.Open("9-2"));
        var lesson = await LessonPathAsync();
        var id = await TakeInAsync(lesson);
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Title", "只改了标题"));

        var review = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review");

        Assert.Null(review.QuerySelector(".difference"));
        Assert.Contains("已发布的未经双人审核", review.Body!.TextContent, StringComparison.Ordinal);
        foreach (var page in new[] { $"/staff/calendar/pieces/{id}", $"/staff/calendar/pieces/{id}/versions" })
        {
            Assert.Equal(lesson, (await Newsroom.PageAsync(Editor, page)).QuerySelector("#unreviewed a")!.GetAttribute("href"));
        }

        Assert.DoesNotContain("已通过的就是这一版", await Desk.TextAsync(Editor, $"/staff/calendar/pieces/{id}/versions"), StringComparison.Ordinal);
        Assert.Equal(lesson, (await Newsroom.PageAsync(Editor, "/staff/calendar")).QuerySelector(".agenda__state a")!.GetAttribute("href"));

        // Once two people agreed it is what the next change is compared with.
        await Newsroom.ApprovedAsync(Approver, id);
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Title", "又改了标题"));
        Assert.Single((await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review")).QuerySelectorAll(".difference"));
        Assert.Null((await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).GetElementById("unreviewed"));
    }

    [Fact]
    public async Task A_lesson_that_somebody_studied_is_not_taken_off_also_where_an_operator_moved_its_opening()
    {
        await ImportAsync(LessonGiven.Open("9-2"));
        Assert.Equal(HttpStatusCode.Created, (await (await (await Site.Phone("o-1").Opens("学习")).StudiesFor(60)).Finishes()).Status);
        await ImportAsync(LessonGiven.Open("9-2") with { Opens = NextMonday, Closes = NextMonday.AddDays(6) });
        var id = await TakeInAsync(await LessonPathAsync("?at=2026-11-23"));

        var answer = await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save", ("Title", "改过"));

        Assert.Contains("有人学过，不能从日程上拿下来", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        answer = await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "1"));
        Assert.EndsWith("told=piece.lesson-opened", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(LessonState.Published, await Site.InDb(db => db.Lessons.Select(l => l.State).SingleAsync()));
    }

    [Fact]
    public async Task The_draft_that_a_withdrawn_lesson_leaves_is_in_nobodys_way()
    {
        await ImportAsync(LessonGiven.Open("9-3") with { Opens = NextMonday, Closes = NextMonday.AddDays(6) });
        var first = await TakeInAsync(await LessonPathAsync("?at=2026-11-23"));
        await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{first}?handler=Withdraw", ("Seen", "1"));
        Assert.Equal(LessonState.Draft, await Site.InDb(db => db.Lessons.Select(l => l.State).SingleAsync()));

        var second = await Newsroom.WriteAsync(
            Editor, "lesson", "submit", ("Title", "另写的一课"), ("Body", Newsroom.Body), ("Season", "9"), ("Period", "3"), ("MinSeconds", "60"));
        await Newsroom.ApprovedAsync(Approver, second);

        Assert.Equal(("另写的一课", LessonState.Published), await Site.InDb(async db => (await db.Lessons.SingleAsync()) is var l ? (l.Title, l.State) : default));
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{first}", "submit");
        Assert.Contains("这一季已经有这一期了", await Desk.TextAsync(Editor, $"/staff/calendar/pieces/{first}?done=check"), StringComparison.Ordinal);
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{first}", "submit", ("Period", "4"));
        await Newsroom.ApprovedAsync(Approver, first);
        Assert.Equal([3, 4], await Site.InDb(db => db.Lessons.Where(l => l.State == LessonState.Published).Select(l => l.Period).Order().ToListAsync()));
    }

    [Fact]
    public async Task Times_with_seconds_are_the_same_after_a_save()
    {
        await ImportAsync(LessonGiven.Open("9-3") with { Opens = NextMonday, Closes = NextMonday.AddDays(6).AddHours(16).AddSeconds(-1) });
        var id = await TakeInAsync(await LessonPathAsync("?at=2026-11-23"));
        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        Assert.Equal(("2026-11-29T23:59:59", "1"), (page.QuerySelector("#closes")!.GetAttribute("value"), page.QuerySelector("#closes")!.GetAttribute("step")));
        Assert.Equal(("2026-11-23T08:00", null), (page.QuerySelector("#goes-out")!.GetAttribute("value"), page.QuerySelector("#goes-out")!.GetAttribute("step")));

        var answer = await Newsroom.PressAsync(Editor, page, "save");

        Assert.EndsWith("done=same", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(LessonState.Published, await Site.InDb(db => db.Lessons.Select(l => l.State).SingleAsync()));
    }

    [Fact]
    public async Task A_draft_whose_opening_has_passed_can_still_be_changed_and_withdrawn()
    {
        await ImportAsync(LessonGiven.Open("9-2"), publish: false);
        var id = await TakeInAsync(await LessonPathAsync());

        Assert.EndsWith("done=saved", (await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save", ("Title", "改过"))).Headers.Location!.ToString(), StringComparison.Ordinal);
        var answer = await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "2"));
        Assert.EndsWith("done=withdrawn", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lessons_page_shows_all_that_is_approved_with_it()
    {
        var file = LessonGiven.Open("9-2", minSeconds: 77, questions: 1).ToFile()
            .Replace("minSeconds: 77", "minSeconds: 77\ncover: https://example.org/c.png\nvideo: https://example.org/v.mp4\ntranscript: 视频里说的话", StringComparison.Ordinal)
            + "看[链接](https://example.org/l)。\n";
        await ImportAsync(file);

        var page = await Newsroom.PageAsync(Approver, await LessonPathAsync());

        foreach (var part in new[] { "77 秒", "https://example.org/c.png", "https://example.org/v.mp4", "https://example.org/l", "视频里说的话", "✓ 看清再走", "· 快走", "· 不看", "先看清楚" })
        {
            Assert.Contains(part, page.QuerySelector(".review__side")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Contains("过马路先看左右", await Desk.TextAsync(Site.Browser(), page.QuerySelector("iframe")!.GetAttribute("src")!), StringComparison.Ordinal);
    }

    private Task ImportAsync(LessonGiven lesson, bool publish = true) => ImportAsync(lesson.ToFile(), publish);

    private async Task ImportAsync(string text, bool publish = true)
    {
        var file = Path.Combine(Site.Folder, "lesson.md");
        await File.WriteAllTextAsync(file, text);
        await Desk.RunAsync(Site, ["lesson", "import", file, .. publish ? ["--publish", "--reason", "审核人出差"] : Array.Empty<string>()]);
    }

    private async Task<string> LessonPathAsync(string query = "") => (await Newsroom.PageAsync(Editor, "/staff/calendar" + query)).QuerySelector("[data-entry]")!.GetAttribute("data-href")!;

    private async Task<int> TakeInAsync(string lesson)
        => int.Parse((await Desk.PostToAsync(Editor, lesson, lesson + "?handler=TakeIn")).Headers.Location!.ToString().Split('?')[0].Split('/')[^1], null);
}
