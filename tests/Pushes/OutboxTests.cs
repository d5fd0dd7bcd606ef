using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

public sealed class OutboxTests : IAsyncLifetime
{
    private const string Ann = "openid-of-student-001";
    private const string Bob = "openid-of-student-002";
    private const string Corrected = "你提的更正已经处理好了。";
    private PostOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await PostOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task A_message_is_sent_once_and_not_told_again()
    {
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        Assert.Equal(1, await _office.SendAsync());
        Assert.Equal(0, await _office.SendAsync());

        Assert.Equal((Ann, Corrected), Assert.Single(_office.Given));
        Assert.Equal(OutboxState.Sent, (await _office.OnlyAsync()).State);
        Assert.DoesNotContain(Corrected, (await _office.Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_told_with_an_answer_is_not_sent()
    {
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        Assert.Contains(Corrected, (await _office.Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Equal(0, await _office.SendAsync());

        Assert.Empty(_office.Given);
        Assert.Equal(OutboxState.Told, (await _office.OnlyAsync()).State);
    }

    [Theory]
    [InlineData(45015)]
    [InlineData(45047)]
    public async Task Where_the_window_is_closed_it_waits_for_the_next_message(int errcode)
    {
        _office.Says(errcode);
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();
        await _office.SendAsync();

        var parked = await _office.OnlyAsync();
        Assert.Equal((OutboxState.Parked, errcode, "65f0-1a2b-3c4d"), (parked.State, parked.ErrCode!.Value, parked.Rid));
        Assert.Single(_office.Given);
        Assert.Contains(Corrected, (await _office.Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_nobody_knows_and_nothing_is_repeated()
    {
        _office.Says(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();
        _office.Bot.Clock.Now += TimeSpan.FromHours(1);
        await _office.SendAsync();

        Assert.Single(_office.Given);
        Assert.Equal(OutboxState.Unknown, (await _office.OnlyAsync()).State);
        Assert.DoesNotContain(Corrected, (await _office.Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_left_is_sent_a_minute_later()
    {
        _office.Says(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.SendAsync();
        Assert.Equal(OutboxState.Waiting, (await _office.OnlyAsync()).State);

        _office.Says("""{"errcode":0}""");
        Assert.Equal(0, await _office.SendAsync());
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(1);
        await _office.SendAsync();

        Assert.Equal(OutboxState.Sent, (await _office.OnlyAsync()).State);
    }

    [Fact]
    public async Task An_unknown_receiver_is_given_up()
    {
        _office.Says(40003);
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        Assert.Equal(OutboxState.Refused, (await _office.OnlyAsync()).State);
    }

    [Fact]
    public async Task Of_one_person_the_order_is_kept_and_a_later_one_waits_while_the_first_has_to()
    {
        _office.Says(45011); // slow down
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.HappensAsync(Ann, PostOffice.Accepted);
        await _office.HappensAsync(Bob, PostOffice.Accepted);

        Assert.Equal(2, await _office.SendAsync()); // the first of each
        Assert.Equal(0, await _office.SendAsync());
        _office.Says("""{"errcode":0}""");
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(2);
        while (await _office.SendAsync() > 0)
        {
        }

        Assert.Equal([Corrected, Corrected, "团支书已经通过你的申请，绑定好了。"], _office.Given.Where(g => g.To == Ann).Select(g => g.Text));
    }

    [Fact]
    public async Task Two_equal_ones_are_one_message()
    {
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();
        await _office.SendAsync();

        Assert.Single(_office.Given);
        Assert.Equal([OutboxState.Void, OutboxState.Sent], (await _office.MessagesAsync()).Select(m => m.State));
    }

    [Theory]
    [InlineData(43004)]
    [InlineData(50005)]
    public async Task Whoever_does_not_follow_any_more_is_not_written_to_again(int errcode)
    {
        _office.Says(errcode);
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.SendAsync();
        await _office.HappensAsync(Ann, PostOffice.Accepted);
        await _office.SendAsync();

        Assert.Single(_office.Given);
        Assert.All(await _office.MessagesAsync(), m => Assert.Equal(OutboxState.Parked, m.State));
        Assert.Equal(false, await _office.Bot.InDb(db => db.Accounts.Select(a => a.Follows).SingleAsync()));
    }

    [Theory]
    [InlineData(43019)]
    [InlineData(45002)]
    [InlineData(48003)]
    public async Task What_WeChat_refuses_is_never_marked_as_sent_and_is_told_with_the_next_answer(int errcode)
    {
        _office.Says(errcode);
        await _office.HappensAsync(Ann, PostOffice.Corrected);

        await _office.SendAsync();

        var refused = await _office.OnlyAsync();
        Assert.Equal((OutboxState.Parked, errcode), (refused.State, refused.ErrCode!.Value));
        Assert.Contains(Corrected, (await _office.Bot.Phone(Ann).Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40164)]
    [InlineData(45009)]
    [InlineData(45011)]
    [InlineData(48004)]
    public async Task What_is_refused_to_the_account_stops_the_others_and_one_message_tries_whether_it_is_mended(int errcode)
    {
        _office.Says(errcode);
        for (var i = 0; i < 40; i++)
        {
            await _office.HappensAsync($"openid-of-student-{i:000}", PostOffice.Corrected);
        }

        while (await _office.SendAsync() > 0)
        {
        }

        Assert.InRange(_office.Given.Count, 1, 16);
        var before = _office.Given.Count;
        _office.Bot.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(1, await _office.SendAsync());
        Assert.InRange(_office.Given.Count - before, 0, 1);

        _office.Says("""{"errcode":0}""");
        _office.Bot.Clock.Now += TimeSpan.FromDays(1);
        while (await _office.SendAsync() > 0)
        {
        }

        Assert.All(await _office.MessagesAsync(), m => Assert.True(m.State is OutboxState.Sent or OutboxState.Parked, $"{m.State}"));
        Assert.True((await _office.MessagesAsync()).Count(m => m.State == OutboxState.Sent) >= 20);
    }

    [Fact]
    public async Task What_fails_before_WeChat_is_asked_is_tried_again()
    {
        await _office.HappensAsync(Ann, "notice.no-such-sentence");

        await _office.SendAsync();

        Assert.Equal(OutboxState.Waiting, (await _office.OnlyAsync()).State);
        Assert.Empty(_office.Given);
    }

    [Fact]
    public async Task A_used_up_day_goes_on_after_midnight_in_China_and_the_quiet_hours()
    {
        _office.Says(45009);
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.SendAsync();
        _office.Says("""{"errcode":0}""");

        foreach (var (hour, sent) in new[] { (23, 0), (24, 0), (31, 0), (32, 1) })
        {
            _office.Bot.Clock.Now = TestClock.Start.AddHours(hour - 10);
            Assert.Equal(sent, await _office.SendAsync());
        }
    }

    [Fact]
    public async Task Whose_sender_has_ended_is_unknown_after_two_minutes_and_stays_so()
    {
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.Bot.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Sending).SetProperty(m => m.TakenAt, _office.Bot.Clock.GetUtcNow())));

        await _office.SendAsync();
        Assert.Equal(OutboxState.Sending, (await _office.OnlyAsync()).State);
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(3);
        await _office.SendAsync();

        Assert.Equal(OutboxState.Unknown, (await _office.OnlyAsync()).State);
        Assert.Empty(_office.Given);
    }

    [Fact]
    public async Task While_no_token_can_be_had_everything_waits_and_nothing_is_lost()
    {
        _office.Bot.Network.Answer("/cgi-bin/stable_token", _ => throw new HttpRequestException("down"));
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.Equal(0, await _office.SendAsync());
            _office.Bot.Clock.Now += TimeSpan.FromMinutes(1);
        }

        _office.Bot.Network.Answer("/cgi-bin/stable_token", """{"access_token":"t","expires_in":7200}""");
        Assert.Equal(1, await _office.SendAsync());

        Assert.Single(_office.Given);
        Assert.Equal(OutboxState.Sent, (await _office.OnlyAsync()).State);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_after_a_month_and_what_waits_after_half_a_year()
    {
        await _office.HappensAsync(Ann, PostOffice.Corrected);
        await _office.SendAsync();
        _office.Says(45015);
        await _office.HappensAsync(Ann, PostOffice.Accepted);
        await _office.SendAsync();

        foreach (var (days, left) in new[] { (29, 2), (31, 1), (179, 1), (181, 0) })
        {
            _office.Bot.Clock.Now = TestClock.Start.AddDays(days);
            await _office.Bot.Services.GetRequiredService<Outbox>().ForgetAsync(default);
            Assert.Equal(left, (await _office.MessagesAsync()).Count);
        }
    }
}
