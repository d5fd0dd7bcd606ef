using Bot.Core.Replies;
using Bot.Tests.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Replies;

/// <summary>An editor and an approver of the root, and what they do again and again.</summary>
internal sealed class Writers : IAsyncDisposable
{
    public const string Page = "/staff/replies";

    private Writers(BotUnderTest bot, Browser editor, Browser approver) => (Bot, Editor, Approver) = (bot, editor, approver);

    public BotUnderTest Bot { get; }

    /// <summary>Login <c>editor</c>.</summary>
    public Browser Editor { get; }

    /// <summary>Login <c>approver</c>.</summary>
    public Browser Approver { get; }

    public static async Task<Writers> StartAsync(params (string, string)[] settings)
    {
        var bot = await Desk.StartAsync(settings);
        return new Writers(bot, (await Desk.JoinAsync(bot, "editor", "editor", "示例省")).Browser, (await Desk.JoinAsync(bot, "approver", "approver", "示例省")).Browser);
    }

    public static string Edit(string key) => $"{Page}/edit?key={Uri.EscapeDataString(key)}";

    public ValueTask DisposeAsync() => Bot.DisposeAsync();

    /// <returns>What the page says; "" when it was taken.</returns>
    public async Task<string> ProposeAsync(string key, string text, Browser? by = null)
    {
        var page = await Branch.PageAsync(by ?? Editor, Edit(key));
        var seen = page.QuerySelector("input[name=seen]")?.GetAttribute("value") ?? "";
        return await SaidAsync(await Desk.PostToAsync(by ?? Editor, Edit(key), Edit(key), ("text", text), ("seen", seen)));
    }

    public async Task<string> ApproveAsync(string key, Browser? by = null, string? hash = null)
    {
        var change = await WaitingAsync(key);
        return await SaidAsync(await Desk.PostToAsync(by ?? Approver, "/staff", Edit(key) + "&handler=Approve", ("id", $"{change.Id}"), ("hash", hash ?? change.Hash)));
    }

    public async Task SetAsync(string key, string text)
    {
        Assert.Equal("", await ProposeAsync(key, text));
        Assert.Equal("", await ApproveAsync(key));
    }

    public Task<ReplyChange> WaitingAsync(string key)
        => Bot.InDb(db => Task.FromResult(db.ReplyChanges.AsEnumerable().Last(c => c.Key == key)));

    public static async Task<string> SaidAsync(HttpResponseMessage answer)
        => answer.Headers.Location is not null ? ""
            : new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()).QuerySelector(".problem")?.TextContent.Trim() ?? $"{answer.StatusCode}";
}
