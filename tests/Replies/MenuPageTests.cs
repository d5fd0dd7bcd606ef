using System.Text.Json;
using Bot.Core.Replies;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Replies;

public sealed class MenuPageTests
{
    private const string Page = Writers.Page + "/menu";

    [Fact]
    public async Task A_menu_is_proposed_approved_and_then_published_by_a_button()
    {
        await using var writers = await Writers.StartAsync();
        var published = await PublishingAsync(writers, """{"errcode":0,"errmsg":"ok"}""");
        Assert.Equal("", await ProposeAsync(writers, ("name-1", "学习"), ("command-1", "study"), ("name-2", "更多"), ("name-2-1", "求助电话"), ("command-2-1", "help-line"), ("name-2-3", "申诉"), ("command-2-3", "appeal")));
        var waits = await writers.WaitingAsync("menu");
        Assert.Equal("", await Writers.SaidAsync(await Desk.PostToAsync(writers.Approver, "/staff", Page + "?handler=Approve", ("id", $"{waits.Id}"), ("hash", waits.Hash))));
        Assert.Empty(published);

        var answer = await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Publish");

        Assert.Equal(Page + "?done=published", answer.Headers.Location!.ToString());
        var buttons = JsonDocument.Parse(published.Single()).RootElement.GetProperty("button");
        Assert.Equal("学习", buttons[0].GetProperty("name").GetString());
        Assert.Equal(["help-line", "appeal"], buttons[1].GetProperty("sub_button").EnumerateArray().Select(b => b.GetProperty("key").GetString()));
        Assert.Equal("editor", await writers.Bot.InDb(db => db.AuditEntries.Where(a => a.Action == "menu.published").Select(a => a.Actor).SingleAsync()));

        // The operator's command is another process: it publishes what was approved, too.
        await Desk.RunAsync(writers.Bot, "menu", "publish");
        Assert.Equal(published[0], published[1]);
    }

    [Theory]
    [InlineData("""{"errcode":40018,"errmsg":"invalid button name size"}""", "按钮的名字太长（错误码 40018）")]
    [InlineData("""{"errcode":48001,"errmsg":"api unauthorized"}""", "没有自定义菜单的权限")]
    [InlineData("""{"errcode":65400,"errmsg":"x"}""", "微信没有接受（错误码 65400）")]
    [InlineData("not json", "微信没有回应")]
    public async Task What_WeChat_refuses_is_said_in_a_sentence_and_stands_in_no_audit(string answer, string told)
    {
        await using var writers = await Writers.StartAsync();
        await PublishingAsync(writers, answer);

        Assert.Contains(told, await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Publish")), StringComparison.Ordinal);
        Assert.Equal(0, await writers.Bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "menu.published")));
    }

    [Fact]
    public async Task What_WeChat_shows_now_stands_beside_it()
    {
        await using var writers = await Writers.StartAsync();
        await PublishingAsync(writers, "{}");
        writers.Bot.Network.Answer("/cgi-bin/menu/get", """{"menu":{"button":[{"type":"click","name":"旧按钮","key":"study"}]}}""");

        var online = await Desk.TextAsync(writers.Approver, Page + "?handler=Online");

        Assert.Contains("旧按钮", online, StringComparison.Ordinal);
        Assert.Contains("和这里的不一样", online, StringComparison.Ordinal);
        writers.Bot.Network.Answer("/cgi-bin/menu/get", """{"errcode":46003,"errmsg":"menu no exist"}""");
        Assert.Contains("没有菜单", await Desk.TextAsync(writers.Approver, Page + "?handler=Online"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_node_approved_a_moment_ago_is_published()
    {
        await using var writers = await Writers.StartAsync();
        var published = await PublishingAsync(writers, """{"errcode":0,"errmsg":"ok"}""");
        await writers.Bot.InDb(async db =>
        {
            db.Add(new ReplyChange { Key = "menu", Text = """[{"Name":"电话","Command":"help-line","Below":[]}]""", State = ReplyChangeState.Approved, ProposedBy = "a", ProposedAt = writers.Bot.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        });

        await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Publish");

        Assert.Contains("电话", System.Text.RegularExpressions.Regex.Unescape(published.Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_to_the_help_line_cannot_be_taken_out_of_the_menu()
    {
        await using var writers = await Writers.StartAsync();

        Assert.Contains("求助电话的按钮", await ProposeAsync(writers, ("name-1", "学习"), ("command-1", "study")), StringComparison.Ordinal);
        Assert.Contains("只能给出求助电话", await ProposeAsync(writers, ("name-1", "求助电话"), ("command-1", "study"), ("name-2", "电话"), ("command-2", "help-line")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_too_long_is_named_and_nothing_typed_is_lost()
    {
        await using var writers = await Writers.StartAsync();
        var form = await Desk.PostToAsync(writers.Editor, Page, Page, ("name-1", "太长的按钮名"), ("command-1", "study"), ("name-3", "帮助"), ("command-3", "help"));

        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await form.Content.ReadAsStringAsync());

        Assert.Contains("“太长的按钮名”", page.QuerySelector(".problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("太长的按钮名", page.QuerySelector("input[name=name-1]")!.GetAttribute("value"));
        Assert.Equal("帮助", page.QuerySelector("input[name=name-2]")!.GetAttribute("value")); // empty ones close up
        Assert.Equal(0, await writers.Bot.InDb(db => db.ReplyChanges.CountAsync()));
    }

    [Fact]
    public async Task Without_the_accounts_secret_the_button_says_so()
    {
        await using var writers = await Writers.StartAsync(("WeChat:Mp:AppSecret", ""));

        Assert.Contains("AppSecret", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Publish")), StringComparison.Ordinal);
        Assert.Contains("AppSecret", await Desk.TextAsync(writers.Editor, Page + "?handler=Online"), StringComparison.Ordinal);
    }

    private static async Task<string> ProposeAsync(Writers writers, params (string, string)[] fields)
        => await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page, fields));

    /// <returns>What was sent to WeChat.</returns>
    private static Task<List<string>> PublishingAsync(Writers writers, string answer)
    {
        var sent = new List<string>();
        writers.Bot.Network.Answer("/cgi-bin/menu/create", request =>
        {
            using var reader = new StreamReader(request.Content!.ReadAsStream());
            sent.Add(reader.ReadToEnd());
            return answer;
        });
        return Task.FromResult(sent);
    }
}
