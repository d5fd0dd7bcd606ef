using System.Net;
using System.Text;
using System.Text.Json;
using Bot.Tests.Support;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Http;

/// <summary>Whatever goes wrong under /api is told as ProblemDetails with a stable code.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private const string Session = "/api/v1/session";
    private const string Refresh = "/api/v1/session/refresh";
    private const string Beats = "/api/v1/lessons/9-2/beats";
    private const string Json = "application/json";

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Theory]
    [InlineData("POST", Session, Json, "{\"code\":", 400, "body.invalid")]
    [InlineData("POST", Session, Json, "[]", 400, "body.invalid")]
    [InlineData("POST", Session, Json, "null", 400, "body.invalid")]
    [InlineData("POST", Session, Json, "", 400, "body.invalid")]
    [InlineData("POST", Session, null, null, 400, "body.invalid")]
    [InlineData("POST", Session, Json, "{\"code\":7}", 400, "body.invalid")]
    [InlineData("POST", Session, "text/plain", "{\"code\":\"c\"}", 415, "body.not-json")]
    [InlineData("POST", Refresh, Json, "{\"refreshToken\":\"none of ours\"}", 401, "session.needed")]
    [InlineData("GET", "/api/v1/lessons/current", null, null, 401, "session.needed")]
    [InlineData("POST", Beats, Json, "{\"ticket\":\"t\"}", 401, "session.needed")]
    [InlineData("GET", "/api/v1/nothing", null, null, 404, "route.unknown")]
    [InlineData("POST", "/api/v2/session", Json, "{}", 404, "route.unknown")]
    [InlineData("GET", "/api", null, null, 404, "route.unknown")]
    [InlineData("DELETE", Session, null, null, 405, "method.unknown")]
    [InlineData("GET", Beats, null, null, 405, "method.unknown")]
    [InlineData("GET", "/api/v1/receipts/NONE", null, null, 404, "receipt.not-found")]
    public async Task Every_error_has_its_code(string method, string path, string? type, string? body, int status, string code)
    {
        var content = body is null ? null : new StringContent(body, Encoding.UTF8, type!);

        await IsProblemAsync(await _bot.Browser().SendAsync(new HttpMethod(method), path, content), status, code);
    }

    [Theory]
    [InlineData("{\"ticket\":", Json, 400, "body.invalid")]
    [InlineData("[]", Json, 400, "body.invalid")]
    [InlineData("null", Json, 400, "body.invalid")]
    [InlineData("", Json, 400, "body.invalid")]
    [InlineData("{\"ticket\":7}", Json, 400, "body.invalid")]
    [InlineData("{}", Json, 400, "body.invalid")]
    [InlineData("{\"ticket\":\"t\"}", "text/plain", 415, "body.not-json")]
    public async Task Who_is_signed_in_is_told_the_same(string body, string type, int status, string code)
    {
        var learner = await _bot.MiniProgram("o-1");

        var refused = await learner.Browser.SendAsync(HttpMethod.Post, Beats, new StringContent(body, Encoding.UTF8, type));

        await IsProblemAsync(refused, status, code);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task Missing_members_are_named_whatever_the_caller_accepts(string accept)
    {
        var refused = await _bot.Browser().SendAsync(HttpMethod.Post, Session, new StringContent("{\"code\":\"\"}", Encoding.UTF8, Json), ("Accept", accept));

        var problem = await IsProblemAsync(refused, 400, "body.invalid");
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
    }

    [Theory]
    [InlineData("026-047")]
    [InlineData("+26-47")]
    [InlineData("%2026-47")]
    [InlineData("26-47%20")]
    [InlineData("26-+47")]
    [InlineData("9-02")]
    public async Task A_lesson_has_one_address(string id)
    {
        await _bot.Given(LessonGiven.Open("26-47"), LessonGiven.Open("9-2"));
        var learner = await _bot.MiniProgram("o-1");

        await IsProblemAsync(await learner.Browser.PostAsync($"/api/v1/lessons/{id}/attempts", new { }), 404, "lesson.not-found");
    }

    [Fact]
    public async Task Faults_and_what_Kestrel_refuses_have_their_codes()
    {
        await AssertFaultAsync(new BadHttpRequestException("too large", 413), 413, "body.too-large");
        await AssertFaultAsync(new BadHttpRequestException("too slow", 408), 408, "body.too-slow");
        await AssertFaultAsync(new BadHttpRequestException("bad"), 400, "body.invalid");
        await AssertFaultAsync(new BadHttpRequestException("odd", 418), 418, "request.refused");
        await AssertFaultAsync(new InvalidOperationException(), 500, "busy");
    }

    [Fact]
    public async Task Pages_and_webhooks_keep_their_own_answers()
    {
        var page = await _bot.Browser().GetAsync("/y/nothing");
        var webhook = await _bot.Browser().SendAsync(HttpMethod.Post, "/wechat/mp", new StringContent("<xml/>"));

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.Forbidden, webhook.StatusCode);
        Assert.Empty(await webhook.Content.ReadAsByteArrayAsync());
    }

    private static async Task<JsonElement> IsProblemAsync(HttpResponseMessage response, int status, string code)
    {
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        return problem;
    }

    private async Task AssertFaultAsync(Exception fault, int status, string code)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = _bot.Services };
        http.Request.Path = "/api/v1/session";
        http.Response.Body = body;

        Assert.True(await Assert.Single(_bot.Services.GetServices<IExceptionHandler>()).TryHandleAsync(http, fault, CancellationToken.None));

        var problem = JsonDocument.Parse(body.ToArray()).RootElement;
        Assert.Equal((status, "application/problem+json", code), (http.Response.StatusCode, http.Response.ContentType, problem.GetProperty("code").GetString()));
    }
}
