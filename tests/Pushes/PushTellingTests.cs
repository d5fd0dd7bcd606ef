using System.Net;
using Bot.Core.Pushes;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>What people read of pushes in the chat, and how they end that.</summary>
public sealed class PushTellingTests : PushTest
{
    private const string Told = "【周末植树】\n" + Text;

    private Phone? _ann;

    private Phone Ann => _ann ??= Site.Phone("o-1");

    protected override Task GivenAsync() => BindAsync((1, "一支部"));

    [Fact]
    public async Task Who_could_not_be_sent_it_reads_it_with_the_next_answer_and_the_first_one_says_how_to_stop()
    {
        await StartedAsync();
        await SetAsync(OutboxState.Parked);

        var said = (await Ann.Sends("帮助")).Text;
        Assert.StartsWith("发一个词就行", said, StringComparison.Ordinal);
        Assert.EndsWith($"\n\n{Told}\n不想再收推送，回复“退订推送”。", said, StringComparison.Ordinal);
        Assert.DoesNotContain("植树", (await Ann.Sends("帮助")).Text, StringComparison.Ordinal);
        await RoundsAsync();
        Assert.Equal(PushState.Done, (await Site.InDb(db => db.Pushes.SingleAsync())).State);

        Site.Clock.Now += TimeSpan.FromMinutes(1);
        Approver = await Newsroom.ApproverAsync(Site, "shen2");
        Editor = await Newsroom.EditorAsync(Site, "bian2");
        var second = await PushAsync(("Title", "第二次"));
        await RoundsAsync();
        Assert.NotNull(await FindAsync(second));
        Assert.EndsWith($"【第二次】\n{Text}", (await Ann.Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_of_the_message_reads_the_same_and_of_two_pushes_one_waits()
    {
        await PushAsync(("Title", "第二次"));
        await StartedAsync();

        var first = (await Ann.Repeats("帮助", 77)).Text;
        Assert.Equal(first, (await Ann.Repeats("帮助", 77)).Text);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(first, Text));
        var second = (await Ann.Sends("帮助")).Text;
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(second, Text));
        Assert.DoesNotContain(Text, (await Ann.Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_into_the_middle_of_a_dialogue_nor_where_somebody_asks_for_help()
    {
        await StartedAsync();

        Assert.DoesNotContain("植树", (await Ann.Sends("求助")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("植树", (await Ann.Sends("隐私 更正")).Text, StringComparison.Ordinal);
        await Ann.Sends("取消");
        Assert.Equal(1, await Site.InDb(db => db.Outbox.CountAsync(m => m.State == OutboxState.Told)));
    }

    [Fact]
    public async Task A_long_one_waits_for_an_answer_with_room()
    {
        await StartedAsync(("Body", new string('长', 500)));

        Assert.DoesNotContain("植树", (await Ann.Sends("隐私")).Text, StringComparison.Ordinal);
        await Ann.Sends("取消");

        Assert.Equal(OutboxState.Told, await Site.InDb(db => db.Outbox.Select(m => m.State).SingleAsync()));
    }

    [Theory]
    [InlineData(PushState.Stopped, 0, OutboxState.Parked)]
    [InlineData(PushState.Running, 48, OutboxState.Void)]
    [InlineData(PushState.Done, 1, OutboxState.Told)]
    public async Task What_is_stopped_or_over_is_not_told(PushState state, int hours, OutboxState expected)
    {
        await StartedAsync();
        await SetAsync(OutboxState.Parked);
        await Site.InDb(db => db.Pushes.ExecuteUpdateAsync(set => set.SetProperty(p => p.State, state)));
        Site.Clock.Now += TimeSpan.FromHours(hours);

        var said = (await Ann.Sends("帮助")).Text;

        Assert.Equal(expected == OutboxState.Told, said.Contains("植树", StringComparison.Ordinal));
        Assert.Equal(expected, await Site.InDb(db => db.Outbox.Select(m => m.State).SingleAsync()));
    }

    [Fact]
    public async Task No_means_no_until_the_person_says_yes()
    {
        await StartedAsync();

        Assert.StartsWith("好的，不再给你发推送", (await Ann.Sends("不要推送")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("植树", (await Ann.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Equal(OutboxState.Void, await Site.InDb(db => db.Outbox.Select(m => m.State).SingleAsync()));

        // Leaving and coming back is no yes.
        await Ann.Unfollows();
        await Ann.Follows();
        Editor = await Newsroom.EditorAsync(Site, "bian2");
        Approver = await Newsroom.ApproverAsync(Site, "shen2");
        var second = await PushAsync(("Title", "第二次"));
        await RoundsAsync();
        Assert.Equal("", await RecipientsAsync(second));

        Assert.StartsWith("好的，有推送会发给你", (await Ann.Sends("订阅推送")).Text, StringComparison.Ordinal);
        var third = await PushAsync(("Title", "第三次"));
        await RoundsAsync();
        Assert.Equal("o-1", await RecipientsAsync(third));
    }

    [Fact]
    public async Task It_is_switched_on_ones_own_page_and_stands_in_the_copy_of_ones_data()
    {
        var page = await Ann.Sends("我的");
        var browser = Ann.Browser;
        await browser.GetAsync(page.Link!);
        await Desk.PostToAsync(browser, "/y/me", "/y/me?handler=Pushes", ("wants", "false"));

        Assert.Contains("你不收推送", await Desk.TextAsync(browser, "/y/me?done=wished"), StringComparison.Ordinal);
        Assert.NotNull(await Site.InDb(db => db.Accounts.Where(a => db.People.Any(p => p.Id == a.PersonId && p.Name == "学生001")).Select(a => a.NoPushesSince).SingleAsync()));
        Assert.Contains("不要推送，从", await Desk.TextAsync(browser, "/y/privacy/copy"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await Desk.PostToAsync(browser, "/y/me", "/y/me?handler=Pushes", ("wants", "true"))).StatusCode);
        Assert.Contains("会发给你", await Desk.TextAsync(browser, "/y/me"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_takes_the_recipients_row_along()
    {
        await StartedAsync();

        await Ann.Sends("隐私 删除");
        await Ann.Sends("确认删除");

        Assert.Equal(0, await Site.InDb(db => db.Outbox.CountAsync()));
    }
}
