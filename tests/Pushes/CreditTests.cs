using System.Text.Json;
using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>Notifications for credits, where the chat's window is closed.</summary>
public sealed class CreditTests : IAsyncLifetime
{
    private const string Ann = "openid-of-student-001";
    private const string Template = "TEMPLATE-1";
    private const string SendPath = "/cgi-bin/message/subscribe/bizsend";

    private readonly List<JsonElement> _notified = [];
    private PostOffice _office = null!;
    private int _second;

    private BotUnderTest Bot => _office.Bot;

    public async ValueTask InitializeAsync()
    {
        _office = PostOffice.Of(await BotUnderTest.StartAsync(("Pushes:Notice:TemplateId", Template)));
        _office.Says(45015);
        NotificationsSay("""{"errcode":0,"errmsg":"ok","msgid":9007199254740993}""");
    }

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task Where_the_window_is_closed_a_credit_is_spent_on_a_notification()
    {
        await ChoosesAsync("accept");
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        var sent = await _office.OnlyAsync();
        Assert.Equal((OutboxState.Sent, OutboxChannel.Notification, "9007199254740993"), (sent.State, sent.Channel!.Value, sent.WeChatId));
        var data = Assert.Single(_notified).GetProperty("data");
        Assert.Equal(("你提的更正已经处理好了。", "2026年11月18日 10:00"), (data.GetProperty("thing1").GetProperty("value").GetString(), data.GetProperty("time2").GetProperty("value").GetString()));
        Assert.Equal(0, await LeftAsync());
        await _office.HappensAsync(Ann, PostOffice.Accepted);
        await _office.SendAsync();
        Assert.Single(_notified);
    }

    [Fact]
    public async Task Each_acceptance_is_one_credit_and_a_repeat_of_the_event_none()
    {
        await ChoosesAsync("accept", second: 1);
        await ChoosesAsync("accept", second: 1);
        await Bot.RestartAsync();
        await ChoosesAsync("accept", second: 1);
        Assert.Equal(1, await LeftAsync());

        await ChoosesAsync("accept", second: 2);
        await ChoosesAsync("reject", second: 3);
        Assert.Equal(2, await LeftAsync());
    }

    [Fact]
    public async Task Who_switches_notifications_off_has_no_credit_left_and_switching_on_gives_none()
    {
        await ChoosesAsync("accept");
        await ChangesAsync("reject");
        await ChangesAsync("accept");

        Assert.Equal(0, await LeftAsync());
    }

    [Fact]
    public async Task When_WeChat_knows_of_no_credit_ours_are_gone_too_and_it_is_told_in_the_chat()
    {
        await ChoosesAsync("accept");
        await ChoosesAsync("accept");
        NotificationsSay("""{"errcode":43101,"errmsg":"user refuse"}""");
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        Assert.Equal(0, await LeftAsync());
        Assert.Equal((OutboxState.Parked, 43101), ((await _office.OnlyAsync()).State, (await _office.OnlyAsync()).ErrCode!.Value));
        Assert.Contains("你提的更正", (await Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_template_costs_neither_the_credit_nor_the_message()
    {
        await ChoosesAsync("accept");
        NotificationsSay("""{"errcode":40037,"errmsg":"invalid template_id"}""");
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        Assert.Equal((1, OutboxState.Parked, 40037), (await LeftAsync(), (await _office.OnlyAsync()).State, (await _office.OnlyAsync()).ErrCode!.Value));
        Assert.Contains("你提的更正", (await Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_left_gives_its_credit_back()
    {
        await ChoosesAsync("accept");
        Bot.Network.Answer(SendPath, _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        Assert.Equal((1, OutboxState.Waiting), (await LeftAsync(), (await _office.OnlyAsync()).State));
    }

    [Fact]
    public async Task What_may_have_arrived_keeps_its_credit_spent()
    {
        await ChoosesAsync("accept");
        Bot.Network.Answer(SendPath, request =>
        {
            _ = request.Content!.ReadAsStringAsync().GetAwaiter().GetResult(); // it went out
            throw new HttpRequestException("cut off", new IOException("reset by peer"));
        });
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        Assert.Equal((0, OutboxState.Unknown), (await LeftAsync(), (await _office.OnlyAsync()).State));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_notification_that_did_not_reach_the_phone_is_told_in_the_chat_whichever_comes_first(bool eventFirst)
    {
        await ChoosesAsync("accept");
        const string Id = "9007199254740993";
        var failed = "<SubscribeMsgSentEvent><List><TemplateId>" + Template + $"</TemplateId><MsgID>{Id}</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>refused</ErrorStatus></List></SubscribeMsgSentEvent>";
        Bot.Network.Answer(SendPath, _ =>
        {
            if (eventFirst)
            {
                Bot.Phone(Ann).HappensAsync("subscribe_msg_sent_event", failed, _second++).GetAwaiter().GetResult();
            }

            return $$"""{"errcode":0,"msgid":{{Id}}}""";
        });
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await Task.Run(_office.SendAsync);
        if (!eventFirst)
        {
            await Bot.Phone(Ann).HappensAsync("subscribe_msg_sent_event", failed, _second++);
        }

        Assert.Equal(OutboxState.Parked, (await _office.OnlyAsync()).State);
        Assert.Contains("你提的更正", (await Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_twenty_who_want_the_last_credit_one_gets_it()
    {
        await ChoosesAsync("accept");
        var account = await Bot.InDb(db => db.Accounts.Select(a => a.Id).SingleAsync());
        var credits = Bot.Services.GetRequiredService<Credits>();

        var got = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => credits.TrySpendAsync(account, Template, i, default))));

        Assert.Equal(1, got.Count(g => g));
    }

    /// <summary>Looking for one first lets all of them have it.</summary>
    [Fact]
    public async Task The_control_arm_that_looks_before_it_spends_gives_the_last_credit_to_all()
    {
        await ChoosesAsync("accept");

        var got = await LookingFirst.RaceAsync<long>(
            Bot,
            async (db, _) => await db.Credits.Where(c => c.EndedAt == null).Select(c => c.Id).SingleAsync(),
            (db, racer, id) => db.Credits.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageId, racer)));

        Assert.Equal(20, got);
    }

    private void NotificationsSay(string json) => Bot.Network.Answer(SendPath, request =>
    {
        _notified.Add(JsonDocument.Parse(request.Content!.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement);
        return json;
    });

    private Task<int> LeftAsync() => Bot.InDb(db => db.Credits.CountAsync(c => c.EndedAt == null));

    private Task ChoosesAsync(string status, int? second = null) => Bot.Phone(Ann).HappensAsync(
        "subscribe_msg_popup_event",
        $"<SubscribeMsgPopupEvent><List><TemplateId>{Template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>",
        second ?? 100 + _second++);

    private Task ChangesAsync(string status) => Bot.Phone(Ann).HappensAsync(
        "subscribe_msg_change_event",
        $"<SubscribeMsgChangeEvent><List><TemplateId>{Template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString></List></SubscribeMsgChangeEvent>",
        200 + _second++);
}
