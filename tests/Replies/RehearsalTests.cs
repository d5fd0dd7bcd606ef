using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Replies;

/// <summary>The box in which somebody tries what would be said.</summary>
public sealed class RehearsalTests
{
    [Theory]
    [InlineData("学习", "口令“学习”：打开本周一课", "第9季第2期")]
    [InlineData("怎么绑定？", "没有叫到任何口令", "是想发“绑定”吗")]
    [InlineData("谢谢", "不叫口令", "不客气")]
    [InlineData("我不想活了", "给出求助电话", "12355")]
    [InlineData("ABCD2345", "像加入码", "请发你的姓名")]
    [InlineData("同意", "回答填写时的问题", "没有等你同意的内容")]
    [InlineData("删除", "隐私", "只保存用得着的信息")]
    [InlineData("今天天气", "没有叫到任何口令", "还没学会")]
    public async Task It_says_which_command_is_called_and_what_is_said_and_does_nothing(string said, string about, string answer)
    {
        await using var writers = await Writers.StartAsync();

        var bubble = await BubbleAsync(writers, Writers.Page, ("said", said));

        Assert.Contains(about, bubble, StringComparison.Ordinal);
        Assert.Contains(answer, bubble, StringComparison.Ordinal);
        Assert.DoesNotContain("{", bubble, StringComparison.Ordinal);
        Assert.Equal(0, await writers.Bot.InDb(db => db.Accounts.CountAsync()));
        Assert.Equal(0, await writers.Bot.InDb(db => db.UnansweredTexts.CountAsync()));
    }

    [Fact]
    public async Task A_draft_and_a_proposal_are_tried_as_if_they_held_and_nobody_else_hears_of_it()
    {
        await using var writers = await Writers.StartAsync();
        var key = Writers.Edit("words:study");
        Assert.Contains("打开本周一课", await BubbleAsync(writers, key + "&handler=Try", ("text", "学习\n打卡"), ("said", "打卡")), StringComparison.Ordinal);
        Assert.Contains("没有叫到", await BubbleAsync(writers, Writers.Page, ("said", "打卡")), StringComparison.Ordinal);

        await writers.ProposeAsync("words:study", "学习\n打卡");

        Assert.Contains("打开本周一课", await BubbleAsync(writers, key + "&handler=Try", ("said", "打卡")), StringComparison.Ordinal);
        Assert.Equal(1, await writers.Bot.InDb(db => db.ReplyChanges.CountAsync()));
    }

    [Fact]
    public async Task A_sentence_shows_as_on_a_phone_with_its_links_and_a_fault_beside_it()
    {
        await using var writers = await Writers.StartAsync();
        var key = Writers.Edit("reply:thanks");

        var page = await PageAsync(writers, key + "&handler=Try", ("text", "看 <a href=\"http://example.org/\">这里</a> <script>"));

        Assert.Equal("这里", page.QuerySelector(".chat__link")!.TextContent);
        Assert.Contains("https://", page.QuerySelector(".problem")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("<script>", page.QuerySelector(".chat__said")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> BubbleAsync(Writers writers, string action, params (string, string)[] fields)
        => (await PageAsync(writers, action, fields)).GetElementById("bubble")!.TextContent;

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> PageAsync(Writers writers, string action, params (string, string)[] fields)
        => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await (await Desk.PostToAsync(writers.Editor, "/staff", action, fields)).Content.ReadAsStringAsync());
}
