using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>Pushes as notifications: who is sent one, and what becomes of it.</summary>
public sealed class RecipientTests : IAsyncLifetime
{
    private PushOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await PushOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task Each_follower_with_a_credit_is_sent_it_once_and_the_credit_is_spent()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 250, credits: 1));

        await _office.SendAsync();
        await _office.SendAsync();

        Assert.Equal(Enumerable.Range(1, 250).Select(PushOffice.OpenId), _office.NotifiedOpenIds.Order(StringComparer.Ordinal));
        Assert.Equal(250, (await _office.StatesAsync())[OutboxState.Sent]);
        Assert.Equal(0, await _office.CreditsLeftAsync());
        var sent = _office.Notified[0];
        Assert.Equal(
            ("本周团课开放", "2026年11月18日 10:00", "http://localhost:5000" + PushOffice.Page),
            (sent.GetProperty("data").GetProperty("thing1").GetProperty("value").GetString(), sent.GetProperty("data").GetProperty("time2").GetProperty("value").GetString(), sent.GetProperty("page").GetString()));
        Assert.Equal(250, await _office.Bot.InDb(db => db.Outbox.Where(m => m.WeChatId != null && m.Channel == OutboxChannel.Notification).Select(m => m.WeChatId).Distinct().CountAsync()));
    }

    [Fact]
    public async Task Nobody_is_sent_it_without_a_credit_after_leaving_or_against_their_wish()
    {
        var ids = await _office.FollowersAsync(1, 4, credits: 1);
        await _office.Bot.InDb(async db =>
        {
            await db.Credits.Where(c => c.AccountId == ids[1]).ExecuteDeleteAsync();
            await db.Accounts.Where(a => a.Id == ids[2]).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false));
            var now = _office.Bot.Clock.GetUtcNow();
            await db.Accounts.Where(a => a.Id == ids[3]).ExecuteUpdateAsync(set => set.SetProperty(a => a.NoPushesSince, now));
        });
        await _office.PushAsync(ids);

        await _office.SendAsync();

        Assert.Equal([PushOffice.OpenId(1)], _office.NotifiedOpenIds);
        Assert.Equal(new() { [OutboxState.Sent] = 1, [OutboxState.Parked] = 2, [OutboxState.Void] = 1 }, await _office.StatesAsync());
        Assert.Equal(2, await _office.CreditsLeftAsync());
    }

    [Fact]
    public async Task What_is_stopped_or_over_waits_and_what_goes_on_is_sent()
    {
        var ids = await _office.FollowersAsync(1, 3, credits: 3);
        var stopped = await _office.PushAsync(ids, state: PushState.Stopped);
        var over = await _office.PushAsync(ids);
        await _office.Bot.InDb(async db =>
        {
            var now = _office.Bot.Clock.GetUtcNow();
            await db.Database.ExecuteSqlAsync($"UPDATE pushes SET ends_at = {now.ToUnixTimeMilliseconds()} WHERE id = {over}");
        });

        await _office.SendAsync();
        Assert.Empty(_office.Notified);

        await _office.Bot.InDb(db => db.Pushes.Where(p => p.Id == stopped).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PushState.Running)));
        await _office.SendAsync();
        Assert.Equal(3, (await _office.StatesAsync(stopped))[OutboxState.Sent]);
        Assert.Equal(3, (await _office.StatesAsync(over))[OutboxState.Waiting]);
    }

    [Fact]
    public async Task Of_one_account_only_one_message_is_ever_on_its_way()
    {
        var ids = await _office.FollowersAsync(1, 1, credits: 2);
        await _office.PushAsync(ids);
        await _office.PushAsync(ids, title: "另一条");
        await _office.Office.HappensAsync(PushOffice.OpenId(1), PostOffice.Corrected);
        var meanwhile = new List<int>();
        _office.NotificationsSay(_ =>
        {
            meanwhile.Add(Task.Run(_office.Office.SendAsync).GetAwaiter().GetResult());
            meanwhile.Add(_office.Bot.InDb(db => db.Outbox.CountAsync(m => m.State == OutboxState.Sending)).GetAwaiter().GetResult());
            return _office.Ok();
        });

        await Task.Run(_office.SendAsync);

        Assert.Equal([0, 1, 0, 1], meanwhile);
        Assert.Equal(2, (await _office.StatesAsync())[OutboxState.Sent]);
        Assert.Equal(1, await _office.Office.SendAsync());
    }

    [Fact]
    public async Task Of_twenty_senders_at_once_each_recipient_is_sent_it_by_one()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 300, credits: 1));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(_office.SendAsync)));
        await _office.SendAsync();

        Assert.Equal(300, _office.Notified.Count);
        Assert.Equal(300, _office.NotifiedOpenIds.Distinct().Count());
        Assert.Equal(300, (await _office.StatesAsync())[OutboxState.Sent]);
    }

    [Fact]
    public async Task What_never_left_waits_with_its_credit_and_what_may_have_arrived_is_unknown()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 2, credits: 1));
        _office.NotificationsSay(to => to == PushOffice.OpenId(1)
            ? throw new HttpRequestException("cut off", new IOException("reset by peer"))
            : throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await _office.SendAsync();
        Assert.Equal(1, await _office.CreditsLeftAsync());
        Assert.Equal(new() { [OutboxState.Waiting] = 1, [OutboxState.Unknown] = 1 }, await _office.StatesAsync());

        _office.NotificationsSay(_ => _office.Ok());
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(2);
        await _office.SendAsync();
        Assert.Equal(0, await _office.CreditsLeftAsync());
        Assert.Equal(new() { [OutboxState.Sent] = 1, [OutboxState.Unknown] = 1 }, await _office.StatesAsync());
        Assert.Equal(3, _office.Notified.Count);
    }

    [Fact]
    public async Task Whose_sender_has_ended_are_unknown_after_two_minutes_and_stay_so()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 3, credits: 1));
        await _office.Bot.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, OutboxState.Sending).SetProperty(m => m.Channel, OutboxChannel.Notification).SetProperty(m => m.TakenAt, _office.Bot.Clock.GetUtcNow())));

        await _office.SendAsync();
        Assert.Equal(3, (await _office.StatesAsync())[OutboxState.Sending]);
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(3);
        await _office.SendAsync();

        Assert.Equal(3, (await _office.StatesAsync())[OutboxState.Unknown]);
        Assert.Empty(_office.Notified);
    }

    [Theory]
    [InlineData(45009, 24 * 60)]
    [InlineData(45011, 1)]
    [InlineData(48004, 10)]
    public async Task What_is_refused_to_the_account_stops_the_push_and_one_recipient_tries_whether_it_is_mended(int errcode, int minutes)
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 300, credits: 1));
        _office.NotificationsSay(errcode);

        await _office.SendAsync();
        var tried = _office.Notified.Count;
        Assert.InRange(tried, 1, 200);
        Assert.Equal((300, 300), ((await _office.StatesAsync())[OutboxState.Waiting], await _office.CreditsLeftAsync()));

        _office.Bot.Clock.Now += TimeSpan.FromMinutes(minutes);
        await _office.SendAsync();
        Assert.Equal(tried + 1, _office.Notified.Count);

        _office.NotificationsSay(_ => _office.Ok());
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(minutes);
        await _office.SendAsync();
        Assert.Equal(new() { [OutboxState.Sent] = 300 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task A_push_whose_content_is_refused_waits_and_another_goes_on()
    {
        var ids = await _office.FollowersAsync(1, 5, credits: 2);
        var bad = await _office.PushAsync(ids, title: "坏的");
        var good = await _office.PushAsync(ids);
        var isMended = false;
        _office.Bot.Network.Answer(PushOffice.Notify, request =>
            !isMended && request.Content!.ReadAsStringAsync().GetAwaiter().GetResult().Contains("坏的", StringComparison.Ordinal) ? """{"errcode":47003,"errmsg":"data.thing1.value"}""" : _office.Ok());

        await _office.SendAsync();
        Assert.Equal((5, 5, 5), ((await _office.StatesAsync(bad))[OutboxState.Waiting], (await _office.StatesAsync(good))[OutboxState.Sent], await _office.CreditsLeftAsync()));

        isMended = true;
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(11);
        await _office.SendAsync();
        Assert.Equal(5, (await _office.StatesAsync(bad))[OutboxState.Sent]);
    }

    [Fact]
    public async Task When_WeChat_gives_no_answers_at_all_the_push_stops_before_many_are_unknown()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 300, credits: 1));
        _office.NotificationsSay(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));

        await _office.SendAsync();

        var states = await _office.StatesAsync();
        Assert.InRange(states[OutboxState.Unknown], 20, 60);
        Assert.Equal(300, states[OutboxState.Unknown] + states[OutboxState.Waiting]);
        Assert.Equal(states[OutboxState.Waiting], await _office.CreditsLeftAsync());
    }
}
