using System.Net;
using Bot.Tests.Staff;

namespace Bot.Tests.Pushes;

public sealed class OutboxPageTests
{
    private const string Page = "/staff/outbox";
    private const string Ann = "openid-of-student-001";

    [Fact]
    public async Task An_administrator_of_the_whole_sees_counts_and_reasons_and_nobodys_address()
    {
        await using var office = PostOffice.Of(await Desk.StartAsync());
        var root = (await Desk.JoinAsync(office.Bot, "li", "administrator", "示例省")).Browser;
        Assert.Contains("最近 7 天没有要发的提醒", await Desk.TextAsync(root, Page), StringComparison.Ordinal);
        await office.HappensAsync(Ann, PostOffice.Corrected);
        await office.SendAsync();
        office.Says(45015);
        await office.HappensAsync(Ann, PostOffice.Accepted);
        await office.SendAsync();

        var page = await Branch.PageAsync(root, Page);

        Assert.Equal(
            [["团支书已经通过你的申请，绑定好了。", "0", "0", "1", "0", "0"], ["你提的更正已经处理好了。", "1", "0", "0", "0", "0"]],
            page.QuerySelectorAll("table").First().QuerySelectorAll("tbody tr").Select(r => r.QuerySelectorAll("td").Select(c => (c.QuerySelector("span") ?? c).TextContent.Trim()).ToArray()).OrderByDescending(r => r[3]));
        Assert.Contains("48 小时内没有来过消息", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Ann, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_everybody_else_there_is_no_such_page()
    {
        await using var bot = await Desk.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await (await Desk.JoinAsync(bot, "wang", "administrator")).Browser.GetAsync(Page)).StatusCode);
    }
}
