using System.Globalization;
using System.Net;
using System.Text;
using Bot.Core.Data;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.WeChat;

/// <summary>The webhook as WeChat and as strangers reach it, through the whole bot.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task Verification_answers_with_the_echo_as_plain_text()
    {
        var response = await _bot.Browser().GetAsync($"/wechat/mp?{Query()}&echostr=%3Cb%3E123%3C/b%3E");

        Assert.Equal("<b>123</b>", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Wrong_signature_or_a_stale_timestamp_is_403_with_an_empty_body()
    {
        var old = _bot.Clock.GetUtcNow().AddMinutes(-11).ToUnixTimeSeconds();
        foreach (var query in new[] { "signature=0&timestamp=1700000000&nonce=n", "", Phone.Query(old), Query().Replace("nonce=nonce", "nonce=other", StringComparison.Ordinal) })
        {
            var response = await PostAsync(query, "<xml/>");

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("not xml")]
    [InlineData("<xml>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><xml><FromUserName>o</FromUserName><MsgType>text</MsgType><Content>&a;</Content></xml>")]
    [InlineData("<xml><MsgType>text</MsgType></xml>")]
    public async Task A_broken_body_is_400_and_nothing_of_it_is_logged(string body)
    {
        var response = await PostAsync(Query(), body + "<!-- 保密的话 -->");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.DoesNotContain("保密的话", _bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_64_KiB_is_413()
        => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(Query(), new string('x', (64 * 1024) + 1))).StatusCode);

    [Fact]
    public async Task An_unknown_event_is_acknowledged()
        => Assert.Equal("success", await (await PostAsync(Query(), Push("<MsgType>event</MsgType><Event>something_new</Event>"))).Content.ReadAsStringAsync());

    [Fact]
    public async Task A_message_of_an_unknown_kind_is_acknowledged_without_a_sentence()
    {
        var answer = await PostAsync(Query(), Push("<MsgId>1</MsgId><MsgType>hologram</MsgType>"));

        Assert.Equal("success", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, await _bot.InDb(db => db.Accounts.CountAsync()));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_twenty_at_once_get_one()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = _bot.Phone("o-1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => phone.Repeats("学习", 77)));
        _bot.Clock.Now += TimeSpan.FromSeconds(5);
        var later = await phone.Repeats("学习", 77);

        Assert.Single(answers.Append(later).Select(a => a.Body).Distinct());
    }

    [Fact]
    public async Task Another_message_gets_an_answer_of_its_own()
    {
        await _bot.Given(LessonGiven.Open("9-2"));

        Assert.NotEqual((await _bot.Phone("o-1").Repeats("学习", 77)).Link, (await _bot.Phone("o-1").Repeats("学习", 78)).Link);
        Assert.NotEqual((await _bot.Phone("o-1").Repeats("学习", 77)).Link, (await _bot.Phone("o-2").Repeats("学习", 77)).Link);
    }

    [Fact]
    public async Task A_new_follower_is_two_taps_from_the_lesson()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = _bot.Phone("o-1");

        var welcome = await phone.Follows();

        Assert.Equal("/y/lessons/9-2", (await phone.Browser.GetAsync(welcome.Link!)).Headers.Location!.ToString());
        Assert.True(await _bot.InDb(db => db.Accounts.Select(a => a.Follows).SingleAsync()));
        Assert.Equal("success", (await phone.Unfollows()).Body);
        Assert.False(await _bot.InDb(db => db.Accounts.Select(a => a.Follows).SingleAsync()));
    }

    [Fact]
    public async Task A_word_that_misses_by_one_character_is_guessed_and_others_are_answered_kindly()
    {
        Assert.Contains("学习", (await _bot.Phone("o-1").Sends("学系")).Text, StringComparison.Ordinal);
        Assert.Contains("学习、我的、绑定", (await _bot.Phone("o-1").Sends("今天天气")).Text, StringComparison.Ordinal);
        Assert.Contains("看得懂文字", (await _bot.Phone("o-1").SendsPicture()).Text, StringComparison.Ordinal);
        Assert.Contains("学习", (await _bot.Phone("o-1").Taps("help")).Text, StringComparison.Ordinal);
        Assert.Contains("发“学习”", (await _bot.Phone("o-1").Sends("？")).Text.Replace("发一个词就行", "发“学习”", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_can_be_stored_a_person_is_told_and_WeChat_repeats_what_nobody_reads()
    {
        await _bot.Phone("o-1").Follows();
        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE accounts RENAME TO accounts_away"));

        Assert.Contains("过一会儿再发", (await _bot.Phone("o-openid-of-this-test").Sends("学习")).Text, StringComparison.Ordinal);
        Assert.Equal(500, (await _bot.Phone("o-1").Unfollows()).Status);
        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE accounts_away RENAME TO accounts"));

        Assert.Equal("success", (await _bot.Phone("o-1").Unfollows()).Body);
        Assert.DoesNotContain("o-openid-of-this-test", _bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_database_is_an_honest_try_again_and_what_was_not_acknowledged_is_not_there()
    {
        if (_bot.Provider != DatabaseProvider.Sqlite)
        {
            return; // PostgreSQL has no lock of the whole file; its absence is tested by ending the server in bench crash
        }

        await _bot.Given(LessonGiven.Open("9-2"));
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection(_bot.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();

            Assert.Contains("过一会儿再发", (await _bot.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
        }

        Assert.NotNull((await _bot.Phone("o-1").Sends("学习")).Link);
    }

    [Fact]
    public async Task The_mini_programs_webhook_acknowledges_and_says_nothing()
    {
        var body = """{"ToUserName":"gh_m","FromUserName":"o-m","CreateTime":1795000000,"MsgType":"text","Content":"学习","MsgId":5}""";
        var response = await _bot.Browser().SendAsync(HttpMethod.Post, "/wechat/mini?" + Query(), new StringContent(body));

        Assert.Equal("success", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task In_the_mini_programs_chat_no_command_runs_because_no_answer_is_seen()
    {
        await _bot.Browser().SendAsync(HttpMethod.Post, "/wechat/mini?" + Query(),
            new StringContent("""{"ToUserName":"gh_m","FromUserName":"o-m","CreateTime":1795000000,"MsgType":"text","Content":"绑定","MsgId":6}"""));

        Assert.Equal(0, await _bot.InDb(db => db.Accounts.CountAsync()));
    }

    [Fact]
    public async Task Following_through_a_code_that_is_no_branchs_is_welcomed_all_the_same()
    {
        await _bot.Given(LessonGiven.Open("9-2"));

        Assert.NotNull((await _bot.Phone("o-1").Follows("poster-7")).Link);
    }

    [Fact]
    public async Task Twenty_first_messages_of_one_newcomer_make_one_account()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _bot.Phone("o-1").Sends("帮助")));

        Assert.All(answers, a => Assert.Contains("发一个词", a.Text, StringComparison.Ordinal));
        Assert.Equal(1, await _bot.InDb(db => db.Accounts.CountAsync()));
    }

    [Fact]
    public async Task A_pause_is_said_with_its_name_and_end()
    {
        Assert.Equal(0, (await _bot.RunAsync("lesson", "pause", "2026-11-16", "2026-11-22", "期中考试周")).Code);
        Assert.NotEqual(0, (await _bot.RunAsync("lesson", "pause", "2026-11-22", "2026-11-16", "反了")).Code);

        Assert.Contains("期中考试周", (await _bot.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_cookie_is_secure_where_the_site_is_https()
    {
        await using var https = await BotUnderTest.StartAsync(("Site:PublicUrl", "https://youth.example.org"));
        await https.Given(LessonGiven.Open("9-2"));
        var link = new Uri((await https.Phone("o-1").Sends("学习")).Link!);

        var response = await https.Browser().GetAsync(link.PathAndQuery);

        Assert.Contains("secure", string.Join(';', response.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nothing_personal_reaches_the_log()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-secret-1").Opens("学习");
        await _bot.Phone("o-secret-1").Sends("我心里的话");
        await (await learner.StudiesFor(60)).Finishes();

        Assert.DoesNotContain("o-secret-1", _bot.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("我心里的话", _bot.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/go/", _bot.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("signature=", _bot.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(learner.Ticket, _bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_without_a_token_is_off()
    {
        await using var off = await BotUnderTest.StartAsync(("WeChat:Mini:Token", ""));

        Assert.Equal(HttpStatusCode.Forbidden, (await off.Browser().SendAsync(HttpMethod.Post, "/wechat/mini?" + Query(), new StringContent("{}"))).StatusCode);
        Assert.StartsWith("off", (await off.Browser().GetJsonAsync("/health/ready")).GetProperty("miniWebhook").GetString(), StringComparison.Ordinal);
    }

    private string Query() => Phone.Query(_bot.Clock.GetUtcNow().ToUnixTimeSeconds());

    private static string Push(string fields) => string.Create(
        CultureInfo.InvariantCulture, $"<xml><ToUserName>gh_tests</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1795000000</CreateTime>{fields}</xml>");

    private Task<HttpResponseMessage> PostAsync(string query, string body)
        => _bot.Browser().SendAsync(HttpMethod.Post, "/wechat/mp?" + query, new ByteArrayContent(Encoding.UTF8.GetBytes(body)));
}
