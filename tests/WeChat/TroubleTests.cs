using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>A circuit per account: what only a human can mend is not asked for with every message.</summary>
public sealed class TroubleTests
{
    private const string NotListed = """{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 65f0-1a2b-3c4d"}""";

    private readonly FixedClock _clock = new();
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public TroubleTests() => _wechat = new FakeWeChat(_clock);

    [Fact]
    public async Task An_address_that_is_not_listed_is_named_and_nothing_more_is_sent_for_a_minute()
    {
        _wechat.Answers(NotListed);

        var first = await Assert.ThrowsAsync<WeChatException>(SendAsync);
        var second = await Assert.ThrowsAsync<WeChatException>(SendAsync);

        Assert.Equal(("203.0.113.7", "203.0.113.7"), (first.RefusedAddress, second.RefusedAddress));
        Assert.Equal((40164, "/cgi-bin/stable_token", "65f0-1a2b-3c4d"), (second.Code, second.Method, second.Rid));
        Assert.Single(_wechat.Calls);
        Assert.Equal(
            new WeChatTrouble(new(WeChatRetry.ByHumanOnly, WeChatEffect.Configuration), 40164, "/cgi-bin/stable_token", _clock.Now, "203.0.113.7"),
            _wechat.Api.Trouble(WeChatAccount.Mp));
    }

    [Fact]
    public async Task After_a_minute_one_call_probes_and_when_it_is_answered_all_is_well()
    {
        _wechat.Answers(NotListed).Answers(NotListed).Token().Answers("""{"errcode":0}""");
        await Assert.ThrowsAsync<WeChatException>(SendAsync);

        _clock.Now += TimeSpan.FromSeconds(61);
        await Assert.ThrowsAsync<WeChatException>(SendAsync);
        await Assert.ThrowsAsync<WeChatException>(SendAsync);
        Assert.Equal(2, _wechat.Calls.Count);

        _clock.Now += TimeSpan.FromSeconds(61);
        await SendAsync();
        Assert.Null(_wechat.Api.Trouble(WeChatAccount.Mp));
    }

    [Fact]
    public async Task While_one_call_probes_the_others_are_not_sent()
    {
        var gate = new TaskCompletionSource();
        _wechat.Answers(NotListed).Answers(async _ =>
        {
            await gate.Task;
            return FakeWeChat.Json("""{"access_token":"T1","expires_in":7200}""");
        }).Answers("""{"errcode":0}""");
        await Assert.ThrowsAsync<WeChatException>(SendAsync);
        _clock.Now += TimeSpan.FromSeconds(61);

        var probe = SendAsync();
        await Assert.ThrowsAsync<WeChatException>(SendAsync);
        gate.SetResult();
        await probe;

        Assert.Equal(3, _wechat.Calls.Count);
    }

    [Fact]
    public async Task A_probe_asks_even_where_a_token_is_kept_or_nothing_is_sent()
    {
        _wechat.Token();
        await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);
        _wechat.Answers(NotListed).Answers(NotListed);

        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.ProbeAsync(WeChatAccount.Mp, _ct));
        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.ProbeAsync(WeChatAccount.Mp, _ct));

        Assert.Equal(3, _wechat.Calls.Count);
    }

    [Fact]
    public async Task One_account_does_not_stop_the_other()
    {
        _wechat.Answers(NotListed).Answers("""{"openid":"o-1","session_key":"k"}""");
        await Assert.ThrowsAsync<WeChatException>(SendAsync);

        Assert.Equal("o-1", (await _wechat.Api.Mini.LoginAsync("CODE", _ct)).OpenId);
        Assert.Null(_wechat.Api.Trouble(WeChatAccount.Mini));
    }

    [Fact]
    public async Task A_wrong_secret_at_the_tokens_own_door_is_a_matter_of_settings()
    {
        _wechat.Answers("""{"errcode":40001,"errmsg":"invalid credential"}""");

        var error = await Assert.ThrowsAsync<WeChatException>(SendAsync);
        await Assert.ThrowsAsync<WeChatException>(SendAsync);

        Assert.Equal(new WeChatVerdict(WeChatRetry.ByHumanOnly, WeChatEffect.Configuration), error.Verdict);
        Assert.Single(_wechat.Calls);
    }

    [Theory]
    [InlineData("""{"errcode":40013,"errmsg":"invalid appid"}""", WeChatEffect.Configuration)]
    [InlineData("""{"errcode":48004,"errmsg":"api forbidden"}""", WeChatEffect.AccountBlocked)]
    public async Task What_one_API_is_refused_for_is_told_and_stops_no_other(string refusal, WeChatEffect effect)
    {
        _wechat.TokenAnd(refusal).Answers("""{"is_menu_open":0}""").Answers("""{"errcode":0}""");

        await Assert.ThrowsAsync<WeChatException>(SendAsync);
        await _wechat.Api.Menus.CurrentAsync(_ct);

        Assert.Equal(effect, _wechat.Api.Trouble(WeChatAccount.Mp)?.Verdict.Effect);
        await SendAsync();
        Assert.Null(_wechat.Api.Trouble(WeChatAccount.Mp));
    }

    [Fact]
    public async Task A_refusal_of_one_person_is_no_trouble_of_the_account()
    {
        _wechat.TokenAnd("""{"errcode":43004}""");

        await Assert.ThrowsAsync<WeChatException>(SendAsync);

        Assert.Null(_wechat.Api.Trouble(WeChatAccount.Mp));
    }

    private Task SendAsync() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("a"), _ct);
}
