using System.Net;
using System.Text.Json;
using Bot.Tests.Support;

namespace Bot.Tests.Entry;

/// <summary>The mini program's sessions.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task A_refresh_token_gives_new_tokens_and_an_access_token_is_none()
    {
        var session = await OpenAsync("o-1");
        var browser = _bot.Browser();

        var renewed = await browser.PostJsonAsync("/api/v1/session/refresh", new { refreshToken = session.GetProperty("refreshToken").GetString() });

        browser.Bearer = renewed.GetProperty("accessToken").GetString();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/lessons/current")).StatusCode);
        browser.Bearer = session.GetProperty("refreshToken").GetString();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/lessons/current")).StatusCode);
        var swapped = await _bot.Browser().PostAsync("/api/v1/session/refresh", new { refreshToken = session.GetProperty("accessToken").GetString() });
        Assert.Equal(HttpStatusCode.Unauthorized, swapped.StatusCode);
    }

    [Fact]
    public async Task Neither_token_outlives_its_time_nor_the_account()
    {
        var session = await OpenAsync("o-1");
        var browser = _bot.Browser();
        browser.Bearer = session.GetProperty("accessToken").GetString();
        _bot.Clock.Now += TimeSpan.FromSeconds(session.GetProperty("expiresIn").GetInt32() + 1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/lessons/current")).StatusCode);

        var other = await OpenAsync("o-2");
        Assert.Equal(0, (await _bot.RunAsync("erase", "--openid", "o-2")).Code);
        var refreshed = await _bot.Browser().PostAsync("/api/v1/session/refresh", new { refreshToken = other.GetProperty("refreshToken").GetString() });
        Assert.Equal(HttpStatusCode.Unauthorized, refreshed.StatusCode);

        _bot.Clock.Now += TimeSpan.FromDays(365);
        var late = await _bot.Browser().PostAsync("/api/v1/session/refresh", new { refreshToken = session.GetProperty("refreshToken").GetString() });
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Theory]
    [InlineData(40029)]
    [InlineData(40163)]
    public async Task A_code_that_WeChat_refuses_opens_nothing(int errcode)
    {
        _bot.Network.Answer("/sns/jscode2session", $$"""{"errcode":{{errcode}},"errmsg":"no"}""");

        var refused = await _bot.Browser().PostAsync("/api/v1/session", new { code = "used" });

        Assert.Equal((HttpStatusCode.Forbidden, "code.invalid"), (refused.StatusCode, await CodeAsync(refused)));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"code":""}""")]
    [InlineData("""{"code":7}""")]
    [InlineData("""[""")]
    public async Task A_body_without_a_code_is_refused(string body)
    {
        var refused = await _bot.Browser().SendAsync(HttpMethod.Post, "/api/v1/session", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Where_no_mini_program_is_configured_the_refusal_says_so()
    {
        await using var off = await BotUnderTest.StartAsync(("WeChat:Mini:AppSecret", ""));

        var refused = await off.Browser().PostAsync("/api/v1/session", new { code = "c" });

        Assert.Equal((HttpStatusCode.NotFound, "wechat.off"), (refused.StatusCode, await CodeAsync(refused)));
    }

    private async Task<JsonElement> OpenAsync(string openId)
    {
        _bot.Network.Answer("/sns/jscode2session", $$"""{"openid":"{{openId}}","session_key":"k"}""");
        return await _bot.Browser().PostJsonAsync("/api/v1/session", new { code = "c" });
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
        => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();
}
