using System.Net;
using System.Text;
using System.Text.Json;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class ApiTests
{
    private readonly FixedClock _clock = new();
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public ApiTests() => _wechat = new FakeWeChat(_clock);

    [Fact]
    public async Task A_login_code_becomes_an_openid_and_the_session_key_goes_no_further()
    {
        _wechat.Answers("""{"session_key":"SECRET","openid":"o-openid-of-this-test","unionid":"u-1"}""");

        var session = await _wechat.Api.Mini.LoginAsync("a b&c", _ct);

        Assert.Equal(("o-openid-of-this-test", "u-1"), (session.OpenId, session.UnionId));
        Assert.DoesNotContain("o-openid-of-this-test", $"{session}", StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", $"{session} {session.Key} {JsonSerializer.Serialize(session)}", StringComparison.Ordinal);
        Assert.Equal(
            "https://wechat.test/sns/jscode2session?appid=wx-mini&secret=secret-mini&js_code=a%20b%26c&grant_type=authorization_code",
            Assert.Single(_wechat.Calls).Url);
    }

    [Fact]
    public async Task A_used_login_code_is_an_error_that_names_nothing_secret()
    {
        _wechat.Answers("""{"errcode":40163,"errmsg":"code been used, rid: 65f0-1a2b-3c4d"}""");

        var error = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Mini.LoginAsync("CODE", _ct));

        Assert.Equal((40163, "/sns/jscode2session", "65f0-1a2b-3c4d"), (error.Code, error.Method, error.Rid));
        Assert.DoesNotContain("CODE", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-mini", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"access_token":"A","openid":"o-1"}""", false, null)]
    [InlineData("""{"access_token":"A","openid":"o-1","unionid":"u","is_snapshotuser":1}""", true, "u")]
    [InlineData("""{"access_token":"A","openid":"o-1","unionid":"","is_snapshotuser":"1"}""", true, null)]
    public async Task The_web_login_tells_virtual_people_apart(string answer, bool isSnapshot, string? unionId)
    {
        _wechat.Answers(answer);

        var identity = await _wechat.Api.Web.IdentityAsync("CODE", _ct);

        Assert.Equal(("o-1", unionId, isSnapshot), (identity.OpenId, identity.UnionId, identity.IsSnapshotUser));
        Assert.Equal(
            "https://wechat.test/sns/oauth2/access_token?appid=wx-mp&secret=secret-mp&code=CODE&grant_type=authorization_code",
            Assert.Single(_wechat.Calls).Url);
    }

    [Fact]
    public void The_authorize_address_keeps_WeChats_order()
        => Assert.Equal(
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx-mp&redirect_uri=https%3A%2F%2Fa.test%2Fy%3Fb%3D1"
            + "&response_type=code&scope=snsapi_base&state=S1#wechat_redirect",
            _wechat.Api.Web.AuthorizeUrl("https://a.test/y?b=1", "S1"));

    [Fact]
    public async Task A_temporary_code_is_made_for_a_scene()
    {
        _wechat.Token().Answers("""{"ticket":"g+Q/==","expire_seconds":60,"url":"http://weixin.qq.com/q/1"}""");

        var code = await _wechat.Api.Codes.CreateTemporaryAsync("b-101", TimeSpan.FromDays(30), _ct);

        Assert.Equal(new QrCode("g+Q/==", "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=g%2BQ%2F%3D%3D", "http://weixin.qq.com/q/1"), code);
        Assert.Equal("""{"expire_seconds":2592000,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"b-101"}}}""", _wechat.Calls[1].Text);
        Assert.Equal("https://wechat.test/cgi-bin/qrcode/create?access_token=T1", _wechat.Calls[1].Url);
    }

    [Fact]
    public async Task A_permanent_code_has_no_end()
    {
        _wechat.Token().Answers("""{"ticket":"t","url":"u"}""");

        await _wechat.Api.Codes.CreatePermanentAsync("b-101", _ct);

        Assert.Equal("""{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"b-101"}}}""", _wechat.Calls[1].Text);
    }

    [Fact]
    public async Task A_scene_or_lifetime_that_WeChat_would_refuse_is_not_sent()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _wechat.Api.Codes.CreatePermanentAsync("", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _wechat.Api.Codes.CreatePermanentAsync(new string('a', 65), _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _wechat.Api.Codes.CreateTemporaryAsync("a", TimeSpan.FromDays(31), _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task A_menu_is_written_and_read_back()
    {
        var menu = new Menu(
        [
            new("学习") { Type = "click", Key = "study" },
            new("更多")
            {
                Children =
                [
                    new("我的") { Type = "view", Url = "https://a.test/y?b=1&c=2" },
                    new("小程序") { Type = "miniprogram", AppId = "wx1", PagePath = "p", Url = "https://a.test" },
                ],
            },
        ]);
        const string Json =
            """{"button":[{"name":"学习","type":"click","key":"study"},{"name":"更多","sub_button":[{"name":"我的","type":"view","url":"https://a.test/y?b=1&c=2"},"""
            + """{"name":"小程序","type":"miniprogram","url":"https://a.test","appid":"wx1","pagepath":"p"}]}]}""";
        _wechat.Token().Answers("""{"errcode":0,"errmsg":"ok"}""").Answers($$"""{"menu":{{Json}}}""").Answers("""{"errcode":46003,"errmsg":"menu no exist"}""");

        await _wechat.Api.Menus.CreateAsync(menu, _ct);
        var read = await _wechat.Api.Menus.GetAsync(_ct);

        Assert.Equal(Json, _wechat.Calls[1].Text);
        Assert.Equal(("GET", "https://wechat.test/cgi-bin/menu/get?access_token=T1"), (_wechat.Calls[2].Method, _wechat.Calls[2].Url));
        Assert.Equal(["study", ""], read!.Buttons.Select(b => b.Key));
        Assert.Equal(["https://a.test/y?b=1&c=2", "https://a.test"], read.Buttons[1].Children.Select(b => b.Url));
        Assert.Null(await _wechat.Api.Menus.GetAsync(_ct));
    }

    [Fact]
    public async Task Texts_are_sent_as_the_characters_themselves_with_their_length()
    {
        _wechat.Token().Answers("""{"errcode":0,"errmsg":"ok"}""");

        await _wechat.Api.Messages.SendAsync(WeChatAccount.Mini, "o-1", CustomMessage.Text("学习😀\u3000\u00A0\u2028<a href=\"u\">'&+</a>\r\n\\\u0001\uD83D"), _ct);

        var call = _wechat.Calls[1];
        var expected = "{\"touser\":\"o-1\",\"msgtype\":\"text\",\"text\":{\"content\":\"学习😀\u3000\u00A0\u2028<a href=\\\"u\\\">'&+</a>\\n\\\\\"}}";
        Assert.Equal(Encoding.UTF8.GetBytes(expected), call.Body);
        Assert.Equal((call.Body.Length, "application/json", null), (call.Length, call.ContentType, call.Chunked));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"openid":""}""")]
    [InlineData("""{"openid":5}""")]
    public async Task An_answer_without_what_was_asked_for_is_an_error(string answer)
    {
        _wechat.Answers(answer);

        await Assert.ThrowsAsync<WeChatSilenceException>(() => _wechat.Api.Mini.LoginAsync("CODE", _ct));
    }

    [Fact]
    public async Task A_bad_status_is_an_error_with_that_status()
    {
        _wechat.Answers(HttpStatusCode.BadGateway);

        var error = await Assert.ThrowsAsync<WeChatSilenceException>(() => _wechat.Api.Mini.LoginAsync("CODE", _ct));

        Assert.True(error.MayHaveArrived);
        Assert.Contains("HTTP 502", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-mini", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_ends_after_five_seconds()
    {
        _clock.TimersRing = true;
        _wechat.Answers(async ct =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return FakeWeChat.Json("{}");
        });

        await Assert.ThrowsAsync<WeChatSilenceException>(() => _wechat.Api.Mini.LoginAsync("CODE", _ct));

        Assert.Contains(TimeSpan.FromSeconds(5), _clock.Timers);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_of_a_time_out()
    {
        using var impatient = new CancellationTokenSource();
        _wechat.Answers(async ct =>
        {
            await impatient.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
            return FakeWeChat.Json("{}");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _wechat.Api.Mini.LoginAsync("CODE", impatient.Token));
    }

    [Fact]
    public async Task Without_a_secret_the_account_is_off_and_nothing_is_called()
    {
        var wechat = new FakeWeChat(_clock, ("WeChat:Mini:AppSecret", ""));

        Assert.True(wechat.Api.IsOn(WeChatAccount.Mp));
        Assert.False(wechat.Api.IsOn(WeChatAccount.Mini));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => wechat.Api.Mini.LoginAsync("CODE", _ct));
        Assert.Contains("WeChat:Mini:AppSecret", error.Message, StringComparison.Ordinal);
        Assert.Empty(wechat.Calls);
    }
}
