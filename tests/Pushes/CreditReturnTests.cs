using System.Globalization;
using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>What comes back: parked messages with a new credit, credits of messages that never left, followers who write again.</summary>
public sealed class CreditReturnTests : IAsyncLifetime
{
    private const string Ann = "openid-of-student-001";
    private PushOffice _office = null!;
    private int _second;

    private BotUnderTest Bot => _office.Bot;

    public async ValueTask InitializeAsync()
    {
        _office = await PushOffice.StartAsync();
        _office.Office.Says(45015);
    }

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task With_a_new_credit_the_oldest_parked_message_goes_out_and_the_next_waits_for_the_next()
    {
        await ParkAsync(PostOffice.Corrected, PostOffice.Accepted);

        await ChoosesAsync("accept");
        await SendAllAsync();
        Assert.Equal([OutboxState.Sent, OutboxState.Parked], await StatesAsync());

        await ChoosesAsync("accept");
        await SendAllAsync();
        Assert.Equal([OutboxState.Sent, OutboxState.Sent], await StatesAsync());
        Assert.Equal(
            ["你提的更正已经处理好了。", "团支书已经通过你的申请，绑定好了。"],
            _office.Notified.Select(n => n.GetProperty("data").GetProperty("thing1").GetProperty("value").GetString()));
        Assert.All(_office.Notified, n => Assert.Equal("http://localhost:5000/y/me", n.GetProperty("page").GetString()));
    }

    [Fact]
    public async Task What_is_older_than_a_month_is_not_sent_any_more_but_told()
    {
        await ParkAsync(PostOffice.Corrected);
        Bot.Clock.Now += TimeSpan.FromDays(31);

        await ChoosesAsync("accept");
        await SendAllAsync();

        Assert.Equal([OutboxState.Parked], await StatesAsync());
        Assert.Contains("你提的更正", (await Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_switches_notifications_off_while_one_is_on_its_way_does_not_get_its_credit_back()
    {
        await ChoosesAsync("accept");
        await ChoosesAsync("accept");
        await _office.Office.HappensAsync(Ann, PostOffice.Corrected);
        _office.NotificationsSay(_ =>
        {
            Task.Run(() => ChangesAsync("reject")).GetAwaiter().GetResult();
            throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        });

        await Task.Run(_office.Office.SendAsync);

        Assert.Equal(0, await _office.CreditsLeftAsync());
        Assert.Equal([CreditEnd.Withdrawn, CreditEnd.Withdrawn], await Bot.InDb(db => db.Credits.Select(c => c.End!.Value).ToListAsync()));
    }

    [Fact]
    public async Task An_event_without_a_known_id_is_taken_for_no_notification_where_several_could_be_meant()
    {
        await ChoosesAsync("accept");
        await ChoosesAsync("accept");
        _office.NotificationsSay(_ => """{"errcode":0,"errmsg":"ok"}"""); // without its id
        await _office.Office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.Office.SendAsync();
        await _office.Office.HappensAsync(Ann, PostOffice.Accepted);
        await _office.Office.SendAsync();

        await FailsAsync("");
        await FailsAsync("900");
        Assert.Equal([OutboxState.Sent, OutboxState.Sent], await StatesAsync());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("click")]
    public async Task Whoever_writes_follows_again_whatever_was_known(string how)
    {
        await ParkAsync(PostOffice.Corrected);
        await Bot.InDb(db => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false)));

        await (how == "text" ? Bot.Phone(Ann).Sends("帮助") : Bot.Phone(Ann).Taps("help"));

        Assert.Equal(true, await Bot.InDb(db => db.Accounts.Select(a => a.Follows).SingleAsync()));
    }

    [Fact]
    public async Task Credits_that_ended_are_forgotten_after_a_month_and_the_others_kept()
    {
        await ChoosesAsync("accept");
        await ChangesAsync("reject");
        await ChoosesAsync("accept");

        foreach (var (days, left) in new[] { (29, 2), (31, 1), (400, 1) })
        {
            Bot.Clock.Now = TestClock.Start.AddDays(days);
            await Bot.Services.GetRequiredService<Credits>().ForgetAsync(default);
            Assert.Equal(left, await Bot.InDb(db => db.Credits.CountAsync()));
        }
    }

    [Fact]
    public async Task Many_old_messages_are_forgotten_some_at_a_time_and_pushes_recipients_stay()
    {
        var ids = await _office.FollowersAsync(1, 2, credits: 0);
        await _office.PushAsync(ids);
        var at = Bot.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await Bot.InDb(async db =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                await db.Database.ExecuteSqlRawAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO outbox (account_id, code, at, message_key, state, due_at) VALUES ({ids[0]}, 'notice.corrected', {at}, 'old{i}', {(i % 5 == 0 ? 4 : 2)}, {at})"));
            }
        });
        Bot.Clock.Now += TimeSpan.FromDays(31);

        await Bot.Services.GetRequiredService<Outbox>().ForgetAsync(default);

        Assert.Equal((1_000, 2), (await Bot.InDb(db => db.Outbox.CountAsync(m => m.PushId == null)), await Bot.InDb(db => db.Outbox.CountAsync(m => m.PushId != null))));
    }

    private async Task ParkAsync(params string[] codes)
    {
        foreach (var code in codes)
        {
            await _office.Office.HappensAsync(Ann, code);
            await SendAllAsync();
        }

        Assert.All(await StatesAsync(), s => Assert.Equal(OutboxState.Parked, s));
    }

    private async Task SendAllAsync()
    {
        while (await _office.Office.SendAsync() > 0)
        {
        }
    }

    private async Task<List<OutboxState>> StatesAsync() => [.. (await _office.Office.MessagesAsync()).Select(m => m.State)];

    private Task ChoosesAsync(string status) => Bot.Phone(Ann).HappensAsync(
        "subscribe_msg_popup_event",
        $"<SubscribeMsgPopupEvent><List><TemplateId>{PushOffice.Template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>",
        _second++);

    private Task ChangesAsync(string status) => Bot.Phone(Ann).HappensAsync(
        "subscribe_msg_change_event",
        $"<SubscribeMsgChangeEvent><List><TemplateId>{PushOffice.Template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString></List></SubscribeMsgChangeEvent>",
        _second++);

    private Task FailsAsync(string id) => Bot.Phone(Ann).HappensAsync(
        "subscribe_msg_sent_event",
        $"<SubscribeMsgSentEvent><List><TemplateId>{PushOffice.Template}</TemplateId><MsgID>{id}</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>refused</ErrorStatus></List></SubscribeMsgSentEvent>",
        _second++);
}
