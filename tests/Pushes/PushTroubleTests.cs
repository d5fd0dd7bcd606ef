using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>What may go wrong in the middle of a push: clocks, tokens, events out of order.</summary>
public sealed class PushTroubleTests : IAsyncLifetime
{
    private const int People = 150;
    private PushOffice _office = null!;

    public async ValueTask InitializeAsync()
    {
        _office = await PushOffice.StartAsync();
        await _office.PushAsync(await _office.FollowersAsync(1, People, credits: 1));
    }

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_an_hour_while_sending_loses_nothing_and_doubles_nothing(int hours)
    {
        var calls = 0;
        _office.NotificationsSay(_ =>
        {
            if (++calls == 40)
            {
                _office.Bot.Clock.Now += TimeSpan.FromHours(hours);
            }

            return _office.Ok();
        });

        await _office.SendAsync();
        await _office.SendAsync();
        _office.Bot.Clock.Now += TimeSpan.FromHours(1.5);
        await _office.SendAsync();

        Assert.Equal(People, _office.Notified.Count);
        Assert.Equal(People, _office.NotifiedOpenIds.Distinct().Count());
        Assert.Equal(new() { [OutboxState.Sent] = People }, await _office.StatesAsync());
    }

    [Fact]
    public async Task A_token_endpoint_that_is_down_for_ten_minutes_in_the_middle_loses_nothing_doubles_nothing_and_is_told()
    {
        var calls = 0;
        _office.NotificationsSay(_ =>
        {
            if (++calls <= 60)
            {
                return _office.Ok();
            }

            _office.Bot.Network.Answer("/cgi-bin/stable_token", _ => throw new HttpRequestException("down"));
            return """{"errcode":42001,"errmsg":"access_token expired"}""";
        });
        await _office.SendAsync();
        Assert.Equal((60, People - 60), ((await _office.StatesAsync())[OutboxState.Sent], (await _office.StatesAsync())[OutboxState.Waiting]));
        Assert.Equal(People - 60, await _office.CreditsLeftAsync());

        for (var minute = 0; minute < 10; minute++)
        {
            _office.Bot.Clock.Now += TimeSpan.FromMinutes(1);
            await _office.SendAsync();
        }

        var ready = await _office.Bot.Browser().GetJsonAsync("/health/ready");
        Assert.StartsWith("degraded: no token", ready.GetProperty("mpApi").GetString(), StringComparison.Ordinal);

        _office.NotificationsSay(_ => _office.Ok());
        _office.Bot.Network.Answer("/cgi-bin/stable_token", """{"access_token":"t2","expires_in":7200}""");
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(2);
        await _office.SendAsync();

        Assert.Equal(new() { [OutboxState.Sent] = People }, await _office.StatesAsync());
        Assert.Equal(People, _office.Notified.GroupBy(n => n.GetProperty("touser").GetString()).Count());
        Assert.Equal("on", (await _office.Bot.Browser().GetJsonAsync("/health/ready")).GetProperty("mpApi").GetString());
    }

    [Fact]
    public async Task Refused_settings_are_told_by_the_readiness_which_stays_ready()
    {
        _office.NotificationsSay(40164);
        await _office.SendAsync();

        var ready = await _office.Bot.Browser().GetJsonAsync("/health/ready");

        Assert.Equal(("ok", true), (ready.GetProperty("database").GetString(), ready.GetProperty("mpApi").GetString()!.StartsWith("degraded: errcode 40164", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    public async Task A_notification_that_did_not_arrive_is_parked_whenever_and_however_often_it_is_told(bool eventFirst, int times)
    {
        const string Id = "9007199254740000";
        var ann = PushOffice.OpenId(1);
        _office.NotificationsSay(to =>
        {
            if (to != ann)
            {
                return _office.Ok();
            }

            if (eventFirst)
            {
                Task.Run(() => FailsAsync(ann, Id, times)).GetAwaiter().GetResult();
            }

            return $$"""{"errcode":0,"msgid":{{Id}}}""";
        });

        await Task.Run(_office.SendAsync);
        if (!eventFirst)
        {
            await _office.Bot.Phone(ann).HappensAsync("unsubscribe", "", 5);
            await FailsAsync(ann, Id, times);
        }

        Assert.Equal(new() { [OutboxState.Sent] = People - 1, [OutboxState.Parked] = 1 }, await _office.StatesAsync());
        Assert.Equal(43101, await _office.Bot.InDb(db => db.Outbox.Where(m => m.State == OutboxState.Parked).Select(m => m.ErrCode).SingleAsync()));
    }

    private async Task FailsAsync(string openId, string id, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await _office.Bot.Phone(openId).HappensAsync(
                "subscribe_msg_sent_event",
                $"<SubscribeMsgSentEvent><List><TemplateId>{PushOffice.Template}</TemplateId><MsgID>{id}</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>refused</ErrorStatus></List></SubscribeMsgSentEvent>",
                10 + i);
        }
    }
}
