using Bot.Tests.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Calendar;

/// <summary>What an editor types must not make a colleague's browser call another host.</summary>
public sealed class ForeignPictureTests : NewsroomTest
{
    private const string Foreign = "https://example.org/p.png";
    private const string Body = "## 一节\n\n前![](https://example.org/p.png)后 [链接](https://example.org/l)";

    [Theory]
    [InlineData("lesson")]
    [InlineData("article")]
    [InlineData("notice")]
    public async Task A_picture_of_another_host_shows_neither_while_it_is_typed_nor_in_the_preview(string kind)
    {
        var typed = await Desk.PostToAsync(Editor, "/staff/calendar/new?kind=" + kind, "/staff/calendar?handler=Render&kind=" + kind, ("Form.Body", Body));
        var rendered = await typed.Content.ReadAsStringAsync();
        var id = await Newsroom.WriteAsync(Editor, kind, "save", [("Title", "有图"), ("Body", Body), .. kind == "notice" ? Array.Empty<(string, string)>() : [("Cover", Foreign)]]);
        var page = await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}");
        var preview = await Newsroom.PageAsync(Editor, page.QuerySelector("a[data-preview]")!.GetAttribute("href")!);

        Assert.Contains("图片只能用上传到这里的", rendered, StringComparison.Ordinal);
        Assert.Contains("前后", rendered, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", rendered, StringComparison.Ordinal);
        Assert.DoesNotContain(page.QuerySelectorAll("[src], [poster]"), e => (e.GetAttribute("src") ?? e.GetAttribute("poster"))!.Contains("example.org", StringComparison.Ordinal));
        Assert.Contains("前后", preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(preview.QuerySelectorAll("[src], [poster]"), e => (e.GetAttribute("src") ?? e.GetAttribute("poster"))!.Contains("example.org", StringComparison.Ordinal));
        Assert.NotNull(preview.QuerySelector("a[href='https://example.org/l']"));
    }

    [Fact]
    public async Task Only_a_lesson_may_show_what_lies_elsewhere()
    {
        var article = await Newsroom.ArticleAsync(Site, Editor, "一篇");
        var lesson = await Newsroom.LessonAsync(Editor);
        var learner = (await Site.Phone("o-1").Opens("学习")).Browser;

        Assert.Contains("; img-src 'self' data:; media-src 'self'; ", await PolicyAsync(Editor, await PreviewAsync(article)), StringComparison.Ordinal);
        Assert.Contains("; img-src 'self' https: data:; media-src 'self' https:; ", await PolicyAsync(Editor, await PreviewAsync(lesson)), StringComparison.Ordinal);
        Assert.Contains("; img-src 'self' https: data:; media-src 'self' https:; ", await PolicyAsync(learner, "/y/lessons/9-2"), StringComparison.Ordinal);
        Assert.Contains("; img-src 'self' data:; media-src 'self'; ", await PolicyAsync(learner, "/y/me"), StringComparison.Ordinal);
    }

    protected override Task GivenAsync() => Site.Given(LessonGiven.Open("9-2"));

    private async Task<string> PreviewAsync(int id) => (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).QuerySelector("a[data-preview]")!.GetAttribute("href")!;

    private static async Task<string> PolicyAsync(Browser browser, string path)
    {
        var answer = await browser.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, path);
        return answer.Headers.GetValues("Content-Security-Policy").Single();
    }
}
