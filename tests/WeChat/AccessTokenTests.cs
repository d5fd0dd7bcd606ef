using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class AccessTokenTests
{
    private readonly FixedClock _clock = new();
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public AccessTokenTests() => _wechat = new FakeWeChat(_clock);

    [Fact]
    public async Task Twenty_callers_at_once_cost_one_call()
    {
        var gate = new TaskCompletionSource();
        _wechat.Answers(async _ =>
        {
            await gate.Task;
            return FakeWeChat.Json("""{"access_token":"T1","expires_in":7200}""");
        });

        using var asked = new CountdownEvent(20);
        var callers = Enumerable.Range(0, 20).Select(_ => Task.Run(
            () =>
            {
                var token = _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);
                asked.Signal();
                return token;
            },
            _ct)).ToList();
        asked.Wait(_ct);
        gate.SetResult();

        Assert.All(await Task.WhenAll(callers), token => Assert.Equal("T1", token));
        Assert.Single(_wechat.Calls);
    }

    [Fact]
    public async Task The_stable_token_is_asked_for_and_never_forced()
    {
        _wechat.Token();

        await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);

        var call = Assert.Single(_wechat.Calls);
        Assert.Equal(("POST", "https://wechat.test/cgi-bin/stable_token"), (call.Method, call.Url));
        Assert.Equal("""{"grant_type":"client_credential","appid":"wx-mp","secret":"secret-mp"}""", call.Text);
    }

    [Fact]
    public async Task Each_account_has_its_own_token()
    {
        _wechat.Token("mp").Token("mini");

        Assert.Equal("mp", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        Assert.Equal("mini", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mini, _ct));
        Assert.Equal("mp", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        Assert.Contains("wx-mini", _wechat.Calls[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7200, 7079, true)]
    [InlineData(7200, 7081, false)]
    [InlineData(300, 179, true)]
    [InlineData(300, 181, false)]
    [InlineData(100, 49, true)]
    [InlineData(100, 51, false)]
    public async Task A_token_is_used_until_two_minutes_before_its_end(int lifetime, int age, bool kept)
    {
        _wechat.Token("T1", lifetime).Token("T2");
        await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);
        _clock.Now += TimeSpan.FromSeconds(age);

        Assert.Equal(kept ? "T1" : "T2", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
    }

    [Theory]
    [InlineData(40001)]
    [InlineData(40014)]
    [InlineData(42001)]
    public async Task A_token_that_WeChat_refuses_is_fetched_again_once(int code)
    {
        _wechat.Token("T1").Answers($$"""{"errcode":{{code}},"errmsg":"invalid credential"}""").Token("T2").Answers("""{"errcode":0,"errmsg":"ok"}""");

        await _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("你好"), _ct);

        Assert.Equal(
            ["/cgi-bin/stable_token", "/cgi-bin/message/custom/send?access_token=T1", "/cgi-bin/stable_token", "/cgi-bin/message/custom/send?access_token=T2"],
            _wechat.Calls.Select(c => new Uri(c.Url).PathAndQuery));
        Assert.All(_wechat.Calls, c => Assert.DoesNotContain("force_refresh", c.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_refusal_is_an_error_and_not_a_loop()
    {
        const string Refused = """{"errcode":40001,"errmsg":"invalid credential rid: 5f-1-2"}""";
        _wechat.Token("T1").Answers(Refused).Token("T2").Answers(Refused);

        var error = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("你好"), _ct));

        Assert.Equal((40001, "/cgi-bin/message/custom/send", "5f-1-2"), (error.Code, error.Method, error.Rid));
        Assert.Equal(4, _wechat.Calls.Count);
    }

    [Fact]
    public async Task Other_errors_do_not_touch_the_token()
    {
        _wechat.Token("T1").Answers("""{"errcode":45015,"errmsg":"out of time"}""");

        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("你好"), _ct));

        Assert.Equal("T1", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
    }

    [Fact]
    public async Task A_late_complaint_about_an_old_token_leaves_the_new_one()
    {
        var tokens = new AccessTokens(_clock, new SingleNodeTokens());
        await tokens.GetAsync("wx", () => Task.FromResult(new FreshToken("T2", TimeSpan.FromHours(2))), _ct);

        tokens.Invalidate("wx", "T1");
        Assert.Equal("T2", await tokens.GetAsync("wx", () => throw new InvalidOperationException("not needed"), _ct));

        tokens.Invalidate("wx", "T2");
        Assert.Equal("T3", await tokens.GetAsync("wx", () => Task.FromResult(new FreshToken("T3", TimeSpan.FromHours(2))), _ct));
    }

    [Fact]
    public async Task A_wrong_secret_is_not_tried_again_within_a_minute()
    {
        _wechat.Answers("""{"errcode":40125,"errmsg":"invalid appsecret"}""").Token();

        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        var kept = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        Assert.Equal((40125, 1), (kept.Code, _wechat.Calls.Count));

        _clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal("T1", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
    }

    [Theory]
    [InlineData("""{"expires_in":7200}""")]
    [InlineData("<html>")]
    public async Task After_a_passing_trouble_the_next_caller_tries_again(string answer)
    {
        _wechat.Answers(answer).Token();

        await Assert.ThrowsAnyAsync<Exception>(() => _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));

        Assert.Equal("T1", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_take_the_token_from_the_others()
    {
        var gate = new TaskCompletionSource();
        _wechat.Answers(async _ =>
        {
            await gate.Task;
            return FakeWeChat.Json("""{"access_token":"T1","expires_in":7200}""");
        });
        using var impatient = new CancellationTokenSource();
        var first = _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, impatient.Token);
        var second = _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("T1", await second);
        Assert.Single(_wechat.Calls);
    }

    [Fact]
    public async Task The_next_token_is_fetched_before_the_kept_one_runs_out_and_only_then()
    {
        _wechat.Token("T1").Token("T2");
        await _wechat.Api.WarmAsync(WeChatAccount.Mp, _ct);
        _clock.Now += TimeSpan.FromSeconds(7200 - 301);
        await _wechat.Api.WarmAsync(WeChatAccount.Mp, _ct);
        Assert.Single(_wechat.Calls);

        _clock.Now += TimeSpan.FromSeconds(1);
        await _wechat.Api.WarmAsync(WeChatAccount.Mp, _ct);

        _clock.Now += TimeSpan.FromSeconds(181); // the first one would have run out
        Assert.Equal("T2", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        Assert.Equal(2, _wechat.Calls.Count);
    }

    [Fact]
    public async Task Where_the_next_token_cannot_be_had_the_kept_one_goes_on_until_it_runs_out()
    {
        _wechat.Token("T1").Answers("""{"errcode":45009,"errmsg":"reach max api daily quota limit"}""");
        await _wechat.Api.WarmAsync(WeChatAccount.Mp, _ct);
        _clock.Now += TimeSpan.FromSeconds(7200 - 300);
        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.WarmAsync(WeChatAccount.Mp, _ct));
        _clock.Now += TimeSpan.FromSeconds(61);

        Assert.Equal("T1", await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct));
        Assert.Equal(2, _wechat.Calls.Count);
    }
}
