using System.Net;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>Silence of every kind, and whether the message may have arrived all the same; and what no fault may say.</summary>
public sealed class SilenceTests
{
    private readonly FixedClock _clock = new();
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public SilenceTests() => _wechat = new FakeWeChat(_clock);

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, false)]
    [InlineData(HttpRequestError.ConnectionError, false)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.HttpProtocolError, true)]
    [InlineData(HttpRequestError.Unknown, true)]
    public async Task Only_without_a_connection_is_it_certain_that_nothing_arrived(HttpRequestError error, bool mayHaveArrived)
    {
        _wechat.Token().Answers(_ => throw new HttpRequestException(error, "access_token=T1 o-1"));

        var silence = await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync);

        Assert.Equal(("/cgi-bin/message/custom/send", mayHaveArrived), (silence.Method, silence.MayHaveArrived));
        AssertSaysNothing(silence);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status":"ok"}""")]
    public async Task An_answer_without_an_errcode_and_without_what_was_asked_for_says_nothing(string json)
    {
        _wechat.Token().Answers(json).Answers(json);

        var sent = await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync);
        var asked = await Assert.ThrowsAsync<WeChatSilenceException>(() => _wechat.Api.Followers.TagsAsync(_ct));

        Assert.Equal((true, true), (sent.MayHaveArrived, asked.MayHaveArrived));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.PreconditionFailed)]
    public async Task A_bad_status_leaves_it_open(HttpStatusCode status)
    {
        _wechat.Token().Answers(status);

        var silence = await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync);

        Assert.True(silence.MayHaveArrived);
        Assert.Contains(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), silence.Message, StringComparison.Ordinal);
        Assert.Equal(2, _wechat.Calls.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>o-1</html>")]
    [InlineData("{\"errcode\":0")]
    public async Task An_answer_that_cannot_be_read_leaves_it_open(string answer)
    {
        _wechat.TokenAnd(answer);

        var silence = await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync);

        Assert.True(silence.MayHaveArrived);
        AssertSaysNothing(silence);
    }

    [Fact]
    public async Task A_time_out_leaves_it_open_and_a_token_that_did_not_come_does_not()
    {
        _clock.TimersRing = true;
        _wechat.Answers(SilentAsync);
        var noToken = await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync);
        Assert.Equal(("/cgi-bin/stable_token", false), (noToken.Method, noToken.MayHaveArrived));

        _clock.TimersRing = false;
        _wechat.Token();
        await _wechat.Api.AccessTokenAsync(WeChatAccount.Mp, _ct);
        (_clock.TimersRing, _clock.RingAfter) = (true, TimeSpan.FromMilliseconds(100));
        _wechat.Answers(SilentAsync);

        Assert.True((await Assert.ThrowsAsync<WeChatSilenceException>(SendAsync)).MayHaveArrived);
    }

    [Fact]
    public async Task Nothing_is_logged_and_no_refusal_says_more_than_its_number()
    {
        const string Chatty = """{"errcode":40003,"errmsg":"invalid openid o-1 access_token T1 phone 13800000001 secret-mp hint: [x] rid: 5f-1-2"}""";
        _wechat.TokenAnd(Chatty).Answers(Chatty);

        var sent = await Assert.ThrowsAsync<WeChatException>(SendAsync);
        var told = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Followers.InfoAsync("o-1", _ct));

        AssertSaysNothing(sent);
        AssertSaysNothing(told);
        Assert.DoesNotContain("/cgi-bin", _wechat.Log.Text, StringComparison.Ordinal);
        AssertSaysNothing(_wechat.Log.Text);
    }

    [Fact]
    public void What_is_handed_to_the_client_and_comes_back_does_not_print_itself()
    {
        object[] things =
        [
            CustomMessage.Text("o-1 13800000001"), new TemplateMessage("t", null, null, null, [("thing1", "13800000001")]),
            new Notification("t", null, [("phone_number1", "13800000001")]), new BoundPhone("13800000001", "13800000001", "86"),
            new OAuthIdentity("o-1", null, false), new CodeSession("o-1", null, new SessionKey("secret-mp")), new SessionKey("secret-mp"),
            new FreshToken("T1", TimeSpan.Zero), new KeptToken("T1", default), new Follower("o-1", true, null, null, "", [], "", ""),
            MassMessage.Text("13800000001"), new WeChatFile("secret-mp"u8.ToArray(), "image/png"),
        ];

        Assert.All(things, thing => AssertSaysNothing(thing));
    }

    private static void AssertSaysNothing(object thing)
        => Assert.All(["o-1", "T1", "secret-mp", "13800000001"], word => Assert.DoesNotContain(word, thing.ToString(), StringComparison.Ordinal));

    private static async Task<HttpResponseMessage> SilentAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        return FakeWeChat.Json("{}");
    }

    private Task SendAsync() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("13800000001"), _ct);
}
