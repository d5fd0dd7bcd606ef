using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Bot.Core.WeChat;

namespace Bot.Tests.Simulator;

/// <summary>What is planned on the phone page goes wrong with the bot's next calls, and with no more.</summary>
public sealed class PlannedTroubleTests : IAsyncLifetime
{
    private const string Send = "/cgi-bin/message/custom/send";
    private PretendWorld _world = null!;
    private WeChatApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await PretendWorld.StartAsync();
        _api = FakeApiTests.BotsClient(_world);
        await _world.Phone.FollowsAsync();
        await _world.Phone.SendsAsync("你好");
        await _api.AccessTokenAsync(WeChatAccount.Mp, default);
    }

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task So_many_calls_are_answered_with_an_errcode_and_have_no_effect()
    {
        await PlanAsync(Send, "errCode", 45009, times: 2);

        Assert.Equal(45009, (await Assert.ThrowsAsync<WeChatException>(SayAsync)).Code);
        Assert.Equal(45009, (await Assert.ThrowsAsync<WeChatException>(SayAsync)).Code);
        await SayAsync();

        Assert.Equal(1, Shown());
    }

    [Theory]
    [InlineData("status", 0)]
    [InlineData("dropBefore", 0)]
    [InlineData("dropAfter", 1)]
    public async Task A_connection_breaks_before_or_after_the_effect(string kind, int shown)
    {
        await PlanAsync(Send, kind, 502, times: 1);

        Assert.True((await Assert.ThrowsAsync<WeChatSilenceException>(SayAsync)).MayHaveArrived);

        Assert.Equal(shown, Shown());
    }

    [Fact]
    public async Task A_slow_answer_is_an_answer()
    {
        await PlanAsync("/cgi-bin/message/*", "slow", 300, times: 1);
        var begun = Stopwatch.GetTimestamp();

        await SayAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 290, 5_000);
        Assert.Equal(1, Shown());
    }

    [Fact]
    public async Task The_event_about_a_message_comes_twice_or_late()
    {
        const string Notify = "/cgi-bin/message/subscribe/bizsend";
        await _world.Phone.AllowsAsync(_world.WeChat.Mp, "p-1");
        await PlanAsync(Notify, "twiceEvent", 0, times: 1);

        await _api.Messages.SendNotificationAsync(WeChatAccount.Mp, FakeApiTests.OpenId(_world), new Notification("p-1", null, [("thing1", "开课了")]), default);

        for (var tries = 0; tries < 500 && Told() < 2; tries++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(2, Told());
    }

    [Fact]
    public async Task Plans_are_listed_and_taken_back_and_nonsense_is_refused()
    {
        var client = _world.Client();
        await PlanAsync(Send, "errCode", -1, times: 3);
        Assert.Contains("\"kind\": \"errCode\"", await client.GetStringAsync("/phone/api/troubles"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/phone/api/troubles", new { path = "x", kind = "slow", value = 1, times = 1 })).StatusCode);

        await client.DeleteAsync("/phone/api/troubles");
        await SayAsync();
    }

    [Fact]
    public async Task When_the_days_or_the_minutes_calls_are_used_up_it_says_so()
    {
        await LimitAsync(daily: 2, perMinute: null);
        await SayAsync();
        await SayAsync();
        Assert.Equal(45009, (await Assert.ThrowsAsync<WeChatException>(SayAsync)).Code);
        _world.Clock.Advance(TimeSpan.FromDays(1));
        await LimitAsync(daily: 100, perMinute: 1);
        await SayAsync();
        Assert.Equal(45011, (await Assert.ThrowsAsync<WeChatException>(SayAsync)).Code);
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await SayAsync();

        Assert.Equal(4, Shown());
    }

    private Task SayAsync() => _api.Messages.SendAsync(WeChatAccount.Mp, FakeApiTests.OpenId(_world), CustomMessage.Text("一句话"), default);

    private int Shown() => _world.Phone.Lines.Count(l => l.Text == "一句话");

    private int Told() => _world.WeChat.Look(() => _world.Phone.Person.Exchanges.Count(e => e.Kind == "event/subscribe_msg_sent_event"));

    private async Task PlanAsync(string path, string kind, int value, int times)
        => (await _world.Client().PostAsJsonAsync("/phone/api/troubles", new { path, kind, value, times })).EnsureSuccessStatusCode();

    private async Task LimitAsync(long daily, int? perMinute)
        => (await _world.Client().PostAsJsonAsync("/phone/api/quotas", new { path = Send, daily, perMinute })).EnsureSuccessStatusCode();
}
