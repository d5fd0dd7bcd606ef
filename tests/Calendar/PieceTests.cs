using System.Net;
using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

/// <summary>From a draft to what is out, by two people.</summary>
public sealed class PieceTests : NewsroomTest
{
    protected override Task GivenAsync() => Site.Given(LessonGiven.Open("9-2"));

    [Fact]
    public async Task The_next_lesson_is_filled_in_and_needs_a_title_and_a_text_only()
    {
        var page = await Newsroom.PageAsync(Editor, "/staff/calendar/new?kind=lesson");

        Assert.Equal("2026-11-23T08:00", page.QuerySelector("#goes-out")!.GetAttribute("value"));
        Assert.Equal("2026-11-30T00:00", page.QuerySelector("#closes")!.GetAttribute("value"));
        Assert.Equal(("9", "3", "60"), (page.QuerySelector("#season")!.GetAttribute("value"), page.QuerySelector("#period")!.GetAttribute("value"), page.QuerySelector("#min-seconds")!.GetAttribute("value")));
        var id = await Newsroom.LessonAsync(Editor);
        Assert.Equal("待审核", await Newsroom.StateAsync(Editor, id));
        Assert.Equal("2026-11-30T08:00", (await Newsroom.PageAsync(Editor, "/staff/calendar/new?kind=lesson")).QuerySelector("#goes-out")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_lesson_that_two_people_agreed_on_opens_by_itself_and_is_studied()
    {
        var id = await Newsroom.LessonAsync(Editor);
        Assert.DoesNotContain("9-3", await Desk.TextAsync(Approver, "/staff"), StringComparison.Ordinal);

        await Newsroom.ApprovedAsync(Approver, id);

        Assert.Equal("已排期", await Newsroom.StateAsync(Editor, id));
        Site.Clock.Now = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(8));
        var learner = await Site.Phone("o-1").Opens("学习");
        learner.Lesson = "9-3";
        Assert.Equal(HttpStatusCode.Created, (await (await learner.StudiesFor(60)).Finishes()).Status);
        Assert.False(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Period == 3 && l.Unreviewed)));
        Assert.Equal(
            ["piece.created bian", "piece.submitted bian", "piece.approved shen"],
            await Site.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("piece.")).OrderBy(a => a.Id).Select(a => a.Action + " " + a.Actor).ToListAsync()));
    }

    [Fact]
    public async Task Nobody_approves_what_they_wrote_or_submitted_themselves()
    {
        await Desk.RunAsync(Site, "staff", "add", "bian", "--role", "approver", "--under", Newsroom.Root);
        await Desk.RunAsync(Site, "staff", "add", "shen", "--role", "editor", "--under", Newsroom.Root);
        var own = await Newsroom.LessonAsync(Editor);
        var hash = await Site.InDb(db => db.Pieces.Where(p => p.Id == own).Select(p => p.Hash).SingleAsync());

        // The page offers no yes; sent all the same it is refused.
        Assert.Null((await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{own}/review")).QuerySelector("form[action$=Approve]"));
        var answer = await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{own}/review?handler=Approve", ("Seen", "1"), ("Hash", hash));
        Assert.Contains("要由另一个人审核", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Written by one and submitted by the other: neither.
        var shared = await Newsroom.ArticleAsync(Site, Editor, "合写", button: "save");
        await Newsroom.PressAsync(Approver, $"/staff/calendar/pieces/{shared}", "submit");
        foreach (var browser in new[] { Editor, Approver })
        {
            Assert.Null((await Newsroom.PageAsync(browser, $"/staff/calendar/pieces/{shared}/review")).QuerySelector("form[action$=Approve]"));
        }

        Assert.False(await Site.InDb(db => db.Pieces.AnyAsync(p => p.State == PieceState.Approved)));
        var third = await Newsroom.ApproverAsync(Site, "san");
        await Newsroom.ApprovedAsync(third, shared);
    }

    [Fact]
    public async Task Nobody_approves_a_piece_that_they_wrote_before_somebody_else_touched_it()
    {
        await Desk.RunAsync(Site, "staff", "add", "bian", "--role", "approver", "--under", Newsroom.Root);
        await Desk.RunAsync(Site, "staff", "add", "shen", "--role", "editor", "--under", Newsroom.Root);
        var id = await Newsroom.LessonAsync(Editor, "save");
        await Newsroom.PressAsync(Approver, $"/staff/calendar/pieces/{id}", "submit", ("Closes", "2026-11-29T00:00"));
        var hash = await Site.InDb(db => db.Pieces.Select(p => p.Hash).SingleAsync());

        var answer = await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{id}/review?handler=Approve", ("Seen", "2"), ("Hash", hash));

        Assert.Contains("要由另一个人审核", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}/review")).QuerySelector("form[action$=Approve]"));
        Assert.Null((await Newsroom.PageAsync(Editor, "/staff/calendar")).GetElementById("waiting"));
        Assert.Null((await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).QuerySelector("a[href$=review]"));
        await Newsroom.ApprovedAsync(await Newsroom.ApproverAsync(Site, "san"), id);
    }

    [Fact]
    public async Task Enter_in_a_field_saves_and_nothing_more()
        => Assert.Equal("save", (await Newsroom.PageAsync(Editor, "/staff/calendar/new?kind=lesson")).QuerySelector("form[data-piece-form] button:not([type=button])")!.GetAttribute("value"));

    [Fact]
    public async Task What_no_screen_shows_and_no_database_keeps_is_left_out()
    {
        var id = await Newsroom.LessonAsync(Editor, "save");
        var form = new MultipartFormDataContent(); // as a browser sends it: a form of the other kind is not read with NUL in it
        foreach (var (name, value) in new[]
        {
            ("__RequestVerificationToken", await Desk.TokenAsync(Editor, "/staff/calendar")), ("Seen", "1"), ("Do", "submit"), ("Form.Title", "骑车\0过马路"), ("Form.Body", Newsroom.Body + "\0\u0007"), ("Form.Transcript", "说\0话"),
            ("Form.GoesOut", "2026-11-23T08:00"), ("Form.Closes", "2026-11-30T00:00"), ("Form.Season", "9"), ("Form.Period", "3"), ("Form.MinSeconds", "60"),
        })
        {
            form.Add(new StringContent(value), name);
        }

        Assert.EndsWith("done=submitted", (await Editor.SendAsync(HttpMethod.Post, $"/staff/calendar/pieces/{id}", form)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("骑车过马路", await Site.InDb(db => db.Pieces.Select(p => p.Title).SingleAsync()));
        Assert.Equal(HttpStatusCode.Found, (await Newsroom.DeclineAsync(Approver, id, "太\u0007长")).StatusCode);
        Assert.Equal("太长", await Site.InDb(db => db.Pieces.Select(p => p.Reason).SingleAsync()));
    }

    [Fact]
    public async Task What_is_nested_too_deep_is_a_fault_and_breaks_no_page()
    {
        var id = await Newsroom.WriteAsync(Editor, "lesson", "submit", ("Title", "套得深"), ("Body", "## 一\n\n" + new string('>', 400) + "深处"));

        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}?done=check");

        Assert.Contains("套得太深", page.GetElementById("body-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("深处", page.GetElementById("rendered")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("深处", await Desk.TextAsync(Site.Browser(), page.QuerySelector("a[data-preview]")!.GetAttribute("href")!), StringComparison.Ordinal);
        Assert.Equal("草稿", await Newsroom.StateAsync(Editor, id));
    }

    [Fact]
    public async Task What_is_approved_is_exactly_what_was_seen()
    {
        var id = await Newsroom.LessonAsync(Editor);
        var review = await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review");
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Body", Newsroom.Body + "\n\n还有一句。"));

        var answer = await Newsroom.DecideAsync(Approver, id, review);

        Assert.Contains("刚才有人存了新的一版", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("待审核", await Newsroom.StateAsync(Editor, id));
        await Newsroom.ApprovedAsync(Approver, id);
        Assert.Contains("还有一句", await Site.InDb(db => db.Lessons.Where(l => l.Period == 3).Select(l => l.Body).SingleAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Title", "新标题")]
    [InlineData("GoesOut", "2026-11-24T08:00")]
    [InlineData("MinSeconds", "90")]
    [InlineData("Period", "4")]
    public async Task Any_change_takes_an_approved_lesson_off_the_schedule(string field, string value)
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);

        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save", (field, value));

        Assert.Equal("草稿", await Newsroom.StateAsync(Editor, id));
        Assert.False(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Period == 3 && l.State == LessonState.Published)));
        Site.Clock.Now = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(8));
        Assert.Contains("没有正在进行的课", (await Site.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saving_without_a_change_leaves_an_approved_piece_where_it_is()
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);

        var answer = await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save");

        Assert.EndsWith("done=same", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("已排期", await Newsroom.StateAsync(Editor, id));
    }

    [Fact]
    public async Task What_is_out_stays_out_as_it_was_until_the_change_is_approved()
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);
        Site.Clock.Now = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(8));
        (Editor, Approver) = (await Newsroom.EditorAsync(Site, "bian2"), await Newsroom.ApproverAsync(Site, "shen2"));

        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Title", "改过的标题"));

        Assert.Contains("已发布", await Newsroom.StateAsync(Editor, id), StringComparison.Ordinal);
        Assert.Contains("有修改待审核", await Newsroom.StateAsync(Editor, id), StringComparison.Ordinal);
        Assert.Contains("骑车过马路", (await Site.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
        Assert.Contains("标题", (await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}/review")).QuerySelector(".difference h3")!.TextContent, StringComparison.Ordinal);
        await Newsroom.ApprovedAsync(Approver, id);
        Assert.Contains("改过的标题", (await Site.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
        Assert.Equal("已发布", await Newsroom.StateAsync(Editor, id));
    }

    [Theory]
    [InlineData("GoesOut", "2026-11-24T08:00")]
    [InlineData("Period", "4")]
    public async Task What_is_out_keeps_its_instant_and_its_period(string field, string value)
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);
        Site.Clock.Now = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(8));
        Editor = await Newsroom.EditorAsync(Site, "bian2");

        var answer = await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save", (field, value));

        Assert.Contains("开始时间、季和期不能再改", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await Site.InDb(db => db.PieceVersions.CountAsync()));
        answer = await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "1"));
        Assert.EndsWith("told=piece.lesson-out", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_lesson_stays_as_it_was()
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);
        var form = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        Site.Clock.Now = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.FromHours(8));
        Editor = await Newsroom.EditorAsync(Site, "bian2");
        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        Assert.Null(page.QuerySelector("form[data-piece-form]"));

        form.QuerySelector("form[data-piece-form] [name=__RequestVerificationToken]")!.SetAttribute("value", await Desk.TokenAsync(Editor, "/staff/calendar"));
        var answer = await Newsroom.PressAsync(Editor, form, "save", ("Title", "后来改的"));

        Assert.Contains("已经截止", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("骑车过马路", await Site.InDb(db => db.Lessons.Where(l => l.Period == 3).Select(l => l.Title).SingleAsync()));
        Assert.Equal(HttpStatusCode.OK, (await Newsroom.MoveAsync(Editor, id, 1, "2026-12-07T08:00")).StatusCode);
        Assert.Equal(1, await Site.InDb(db => db.PieceVersions.CountAsync()));
    }

    [Fact]
    public async Task Declined_with_a_reason_it_goes_back_to_its_editor()
    {
        var id = await Newsroom.LessonAsync(Editor);
        Assert.Contains("请写退回的原因", await (await Newsroom.DeclineAsync(Approver, id, " ")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await Newsroom.DeclineAsync(Approver, id, "第二段太长");

        var calendar = await Newsroom.PageAsync(Editor, "/staff/calendar");
        Assert.Contains("第二段太长", calendar.GetElementById("declined")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("被退回", await Newsroom.StateAsync(Editor, id), StringComparison.Ordinal);
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "submit", ("Body", "## 短\n短。"));
        Assert.Null((await Newsroom.PageAsync(Editor, "/staff/calendar")).GetElementById("declined"));
        Assert.Contains("骑车过马路", (await Newsroom.PageAsync(Approver, "/staff/calendar")).GetElementById("waiting")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("第二段太长", await Site.InDb(db => db.AuditEntries.Where(a => a.Action == "piece.declined").Select(a => a.Reason).SingleAsync()));
    }

    [Fact]
    public async Task Withdrawn_it_does_not_go_out_and_can_be_taken_up_again()
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);

        await Desk.PostToAsync(Editor, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "1"));

        Assert.Equal("已撤回", await Newsroom.StateAsync(Editor, id));
        Assert.False(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Period == 3 && l.State == LessonState.Published)));
        await Newsroom.PressAsync(Editor, $"/staff/calendar/pieces/{id}", "save");
        Assert.Equal("草稿", await Newsroom.StateAsync(Editor, id));
    }

    [Theory]
    [InlineData("Body", "没有小节", "至少要有一个以 ## 开头的小节")]
    [InlineData("Body", "## 一\n\n看[这里](http://example.org/x)。", "第 3 行第 2 列：这个地址不能用：http://example.org/x")]
    [InlineData("Body", "## 一\n![](https://example.org/p.png)", "第 2 行第 1 列：图片只能用上传到这里的")]
    [InlineData("Body", "## 一\n![](/y/images/0123456789abcdef0123456789abcdef.png)", "没有这张图片")]
    [InlineData("Period", "2", "这一季已经有这一期了")]
    [InlineData("Closes", "2026-11-23T07:00", "结束要晚于开始")]
    [InlineData("MinSeconds", "3601", "1 到 3600 之间的整数")]
    [InlineData("Questions[0].Text", "哪边先看？", "要有 2 到 8 个选项")]
    [InlineData("Body", "## 一\n```\n## 二\n![](https://example.org/p.png)\n```", "第 4 行第 1 列：图片只能用上传到这里的")]
    [InlineData("Cover", "https://example.org/c.png", "封面请用上传到这里的图片")]
    public async Task What_cannot_go_out_is_said_beside_its_field_and_stays_a_draft_with_all_that_was_typed(string field, string value, string said)
    {
        (string, string)[] typed = [("Title", "骑车过马路"), ("Body", Newsroom.Body), (field, value)];

        var id = await Newsroom.WriteAsync(Editor, "lesson", "submit", [.. typed.GroupBy(t => t.Item1).Select(g => g.Last())]);

        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}?done=check");
        Assert.Contains(page.QuerySelectorAll(".field-error"), f => f.TextContent.Contains(said, StringComparison.Ordinal));
        Assert.Contains(value.Split('\n')[^1], page.QuerySelector("form[data-piece-form]")!.InnerHtml + page.QuerySelector("#body")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("草稿", await Newsroom.StateAsync(Editor, id));
    }

    [Fact]
    public async Task Without_a_title_or_a_time_nothing_is_saved_and_nothing_typed_is_lost()
    {
        var answer = await Newsroom.PressAsync(Editor, "/staff/calendar/new?kind=lesson", "save", ("Title", " "), ("GoesOut", "下周"), ("Body", "写了很久的正文"), ("Questions[0].Text", "一道题"));
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

        Assert.NotNull(page.QuerySelector("#title.is-invalid"));
        Assert.NotNull(page.QuerySelector("#goes-out.is-invalid"));
        Assert.Equal("写了很久的正文", page.QuerySelector("#body")!.TextContent);
        Assert.Equal("一道题", page.QuerySelector("[name='Form.Questions[0].Text']")!.GetAttribute("value"));
        Assert.False(await Site.InDb(db => db.Pieces.AnyAsync()));
    }

    [Fact]
    public async Task Questions_are_answered_by_learners_as_the_editor_marked_them()
    {
        var id = await Newsroom.WriteAsync(
            Editor, "lesson", "submit", ("Title", "骑车过马路"), ("Body", Newsroom.Body), ("Questions[0].Text", "怎么过？"), ("Questions[0].Options[0]", ""),
            ("Questions[0].Options[1]", "快走"), ("Questions[0].Options[2]", "看清再走"), ("Questions[0].Answer", "2"), ("Questions[0].Explanation", "先看清。"));
        await Newsroom.ApprovedAsync(Approver, id);
        Site.Clock.Now = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(8));

        var learner = await Site.Phone("o-1").Opens("学习");
        learner.Lesson = "9-3";
        await learner.StudiesFor(60);

        Assert.Equal(HttpStatusCode.Conflict, (await (await learner.Answers(1, 0)).Finishes()).Status);
        Assert.Equal(HttpStatusCode.Created, (await (await learner.Answers(1, 1)).Finishes()).Status);
    }

    [Fact]
    public async Task Versions_say_who_changed_what_and_are_never_changed()
    {
        var id = await Newsroom.LessonAsync(Editor, "save");
        await Desk.RunAsync(Site, "staff", "add", "shen", "--role", "editor", "--under", Newsroom.Root);
        await Newsroom.PressAsync(Approver, $"/staff/calendar/pieces/{id}", "save", ("Body", "## 先看再走\n\n过马路先看左右和前后。"));

        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}/versions");

        var newest = page.QuerySelector("section.sheet")!;
        Assert.Contains("shen", newest.TextContent, StringComparison.Ordinal);
        Assert.Equal("过马路先看**左右**。", newest.QuerySelector("del")!.TextContent);
        Assert.Equal("过马路先看左右和前后。", newest.QuerySelector("ins")!.TextContent);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Site.InDb(db => db.PieceVersions.ExecuteDeleteAsync()));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Site.InDb(db => db.PieceVersions.ExecuteUpdateAsync(set => set.SetProperty(v => v.By, "x"))));
    }

    [Fact]
    public async Task A_copy_has_the_words_of_an_earlier_piece_and_times_of_its_own()
    {
        var id = await Newsroom.LessonAsync(Editor, "save", "旧的一课");

        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/new?kind=lesson&copy={id}");

        Assert.Equal("旧的一课", page.QuerySelector("#title")!.GetAttribute("value"));
        Assert.Equal(Newsroom.Body, page.QuerySelector("#body")!.TextContent);
        Assert.Equal(("4", "2026-11-30T08:00"), (page.QuerySelector("#period")!.GetAttribute("value"), page.QuerySelector("#goes-out")!.GetAttribute("value")));
    }

    [Fact]
    public async Task Two_who_edit_together_lose_nothing_and_the_second_sees_both()
    {
        var id = await Newsroom.LessonAsync(Editor, "save");
        await Desk.RunAsync(Site, "staff", "add", "shen", "--role", "editor", "--under", Newsroom.Root);
        var (mine, theirs) = (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}"), await Newsroom.PageAsync(Approver, $"/staff/calendar/pieces/{id}"));
        await Newsroom.PressAsync(Approver, theirs, "save", ("Title", "对方的标题"));

        var answer = await Newsroom.PressAsync(Editor, mine, "save", ("Title", "我的标题"));
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

        var conflict = page.GetElementById("conflict")!.TextContent;
        Assert.Contains("shen 在", conflict, StringComparison.Ordinal);
        Assert.Contains("对方的标题", conflict, StringComparison.Ordinal);
        Assert.Equal("我的标题", page.QuerySelector("#title")!.GetAttribute("value"));
        Assert.Equal(2, await Site.InDb(db => db.PieceVersions.CountAsync()));
        Assert.Equal("对方的标题", await Site.InDb(db => db.Pieces.Select(p => p.Title).SingleAsync()));

        await Newsroom.PressAsync(Editor, page, "save");
        Assert.Equal(["骑车过马路", "对方的标题", "我的标题"], await Site.InDb(db => db.PieceVersions.OrderBy(v => v.Version).Select(v => v.Title).ToListAsync()));
    }

    [Fact]
    public async Task Dragged_to_another_time_it_keeps_its_length_and_is_a_draft_again()
    {
        var id = await Newsroom.LessonAsync(Editor);
        await Newsroom.ApprovedAsync(Approver, id);

        var answer = await (await Newsroom.MoveAsync(Editor, id, 1, "2026-11-30T08:00")).Content.ReadAsStringAsync();

        Assert.Contains("\"ok\":true", answer, StringComparison.Ordinal);
        var piece = await Site.InDb(db => db.Pieces.SingleAsync());
        Assert.Equal((PieceState.Draft, 2, null), (piece.State, piece.Version, piece.OutVersion));
        Assert.Equal(TimeSpan.FromDays(7) - TimeSpan.FromHours(8), piece.ClosesAt - piece.GoesOutAt);
        Assert.False(await Site.InDb(db => db.Lessons.AnyAsync(l => l.Period == 3 && l.State == LessonState.Published)));

        // Undone with the version that the move made; dragging by what somebody saw before changes nothing.
        Assert.Contains("\"ok\":true", await (await Newsroom.MoveAsync(Editor, id, 2, "2026-11-23T08:00")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"ok\":false", await (await Newsroom.MoveAsync(Editor, id, 2, "2026-12-07T08:00")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(LessonState.Published, await Site.InDb(db => db.Lessons.Where(l => l.Period == 2).Select(l => l.State).SingleAsync()));
    }
}
