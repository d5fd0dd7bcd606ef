using System.Security.Cryptography;
using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>The mini program (§7); its login is in <see cref="ApiTests"/>.</summary>
public sealed class MiniApiTests
{
    private readonly FakeWeChat _wechat = new(new FixedClock());
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_is_checked_with_its_key_as_text_and_another_key_can_be_had()
    {
        _wechat.TokenAnd("""{"errcode":0,"errmsg":"ok"}""").Answers("""{"errcode":87009,"errmsg":"invalid signature"}""").Answers("""{"errcode":0,"openid":"o-1","session_key":"k2=="}""");
        var key = new SessionKey("k1==");

        Assert.True(await _wechat.Api.Mini.CheckSessionAsync("o-1", key, _ct));
        Assert.False(await _wechat.Api.Mini.CheckSessionAsync("o-1", key, _ct));
        Assert.Equal("k2==", (await _wechat.Api.Mini.ResetSessionKeyAsync("o-1", key, _ct)).Text);

        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes("k1=="));
        var signature = Convert.ToHexString(hmac.ComputeHash([])).ToLowerInvariant();
        Assert.Equal(("GET", $"/wxa/checksession?access_token=T1&openid=o-1&signature={signature}&sig_method=hmac_sha256"), (_wechat.Calls[1].Method, _wechat.Calls[1].Path));
        Assert.StartsWith("/wxa/resetusersessionkey?access_token=T1&openid=o-1&", _wechat.Calls[3].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("86")]
    [InlineData("\"86\"")]
    public async Task A_phone_number_is_bound_to_the_person_and_to_us(string country)
    {
        _wechat.TokenAnd(Phone(country, "wx-mini")).Answers(Phone(country, "wx-other"));

        Assert.Equal(new BoundPhone("13800000001", "13800000001", "86"), await _wechat.Api.Mini.PhoneAsync("CODE", "o-1", _ct));
        var foreign = await Assert.ThrowsAsync<InvalidDataException>(() => _wechat.Api.Mini.PhoneAsync("CODE", "o-1", _ct));

        Assert.DoesNotContain("13800000001", foreign.ToString(), StringComparison.Ordinal);
        Assert.Equal(("/wxa/business/getuserphonenumber?access_token=T1", """{"code":"CODE","openid":"o-1"}"""), (_wechat.Calls[1].Path, _wechat.Calls[1].Text));
    }

    [Fact]
    public async Task A_code_is_a_picture_or_a_refusal()
    {
        _wechat.Token().Answers([0xFF, 0xD8, 1], "image/jpeg").Answers("""{"errcode":41030,"errmsg":"invalid page rid: 5f-1-2"}""");

        var picture = await _wechat.Api.Mini.Links.CodeAsync("b=1&c=~!#$'()*+,/:;?@-._", "pages/a", 430, MiniVersion.Release, _ct);
        var refused = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Mini.Links.CodeAsync("b", "", 280, MiniVersion.Trial, _ct));

        Assert.Equal([0xFF, 0xD8, 1], picture.Bytes);
        Assert.Equal((41030, WeChatEffect.WrongData), (refused.Code, refused.Verdict.Effect));
        Assert.Equal(
            """{"scene":"b=1&c=~!#$'()*+,/:;?@-._","page":"pages/a","check_path":true,"env_version":"release","width":430}""", _wechat.Calls[1].Text);
        Assert.Equal("""{"scene":"b","check_path":false,"env_version":"trial","width":280}""", _wechat.Calls[2].Text);
    }

    [Theory]
    [InlineData("", "pages/a", 430)]
    [InlineData("学", "pages/a", 430)]
    [InlineData("a b", "pages/a", 430)]
    [InlineData("a%b", "pages/a", 430)]
    [InlineData("123456789012345678901234567890123", "pages/a", 430)]
    [InlineData("a", "/pages/a", 430)]
    [InlineData("a", "pages/a?b=1", 430)]
    [InlineData("a", "pages/a", 279)]
    [InlineData("a", "pages/a", 1281)]
    public async Task A_code_that_WeChat_would_refuse_is_not_asked_for(string scene, string page, int width)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _wechat.Api.Mini.Links.CodeAsync(scene, page, width, MiniVersion.Release, _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task Links_end_after_thirty_days_at_most()
    {
        _wechat.TokenAnd("""{"errcode":0,"openlink":"weixin://dl/business/?t=1"}""").Answers("""{"errcode":0,"url_link":"https://wxaurl.cn/1"}""");
        var links = _wechat.Api.Mini.Links;

        Assert.Equal("weixin://dl/business/?t=1", await links.SchemeAsync("pages/a", "b=1", 30, MiniVersion.Release, _ct));
        Assert.Equal("https://wxaurl.cn/1", await links.UrlLinkAsync("", "", 1, MiniVersion.Develop, _ct));

        Assert.Equal(
        [
            """{"jump_wxa":{"path":"pages/a","query":"b=1","env_version":"release"},"expire_type":1,"expire_interval":30}""",
            """{"path":"","query":"","env_version":"develop","expire_type":1,"expire_interval":1}""",
        ], _wechat.Calls.Skip(1).Select(c => c.Text));
        Assert.Equal(["/wxa/generatescheme", "/wxa/generate_urllink"], _wechat.Calls.Skip(1).Select(c => new Uri(c.Url).AbsolutePath));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => links.SchemeAsync("a", "", 31, MiniVersion.Release, _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => links.UrlLinkAsync("a", new string('q', 1025), 1, MiniVersion.Release, _ct));
    }

    [Fact]
    public async Task What_people_write_and_upload_is_checked()
    {
        _wechat.TokenAnd("""{"errcode":0,"result":{"suggest":"pass","label":100},"trace_id":"a-b"}""").Answers("""{"errcode":0,"result":{"suggest":"risky","label":20001},"trace_id":"a-c"}""")
            .Answers("""{"errcode":0,"trace_id":"a-d"}""").Answers("""{"errcode":61010,"errmsg":"code is expired"}""");
        var checks = _wechat.Api.Mini.Checks;

        Assert.True((await checks.TextAsync("o-1", ContentScene.Forum, "招两名😀", _ct)).IsNormal);
        Assert.Equal(new ContentVerdict("risky", 20001, "a-c"), await checks.TextAsync("o-1", ContentScene.Profile, "x", _ct));
        Assert.Equal("a-d", await checks.MediaAsync("o-1", ContentScene.Social, CheckedMedia.Image, new Uri("https://a.test/p?s=1"), _ct));
        var late = await Assert.ThrowsAsync<WeChatException>(() => checks.TextAsync("o-1", ContentScene.Forum, "x", _ct));

        Assert.Equal(WeChatEffect.NotChecked, late.Verdict.Effect);
        Assert.Equal("""{"version":2,"openid":"o-1","scene":3,"content":"招两名😀"}""", _wechat.Calls[1].Text);
        Assert.Equal("""{"media_url":"https://a.test/p?s=1","media_type":2,"version":2,"openid":"o-1","scene":4}""", _wechat.Calls[3].Text);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => checks.TextAsync("o-1", ContentScene.Forum, new string('a', 2501), _ct));
    }

    private static string Phone(string country, string appId)
        => $$$$"""{"errcode":0,"phone_info":{"phoneNumber":"13800000001","purePhoneNumber":"13800000001","countryCode":{{{{country}}}},"watermark":{"timestamp":1,"appid":"{{{{appId}}}}"}}}""";
}
