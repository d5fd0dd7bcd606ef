using System.Text.Json;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;
using Bot.Simulator.Start;

namespace Bot.Simulator.Page;

/// <summary>What the phone page asks for and does.</summary>
internal static class PhoneEndpoints
{
    private const int MostPeople = 6;
    private const int ShownLines = 300;
    private const int ShownExchanges = 60;

    public static void MapPhonePage(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("/phone/api");
        page.MapGet("/state", State);
        page.MapGet("/changes", ChangesAsync);
        page.MapGet("/calls", (FakeWeChat wechat) => Results.Json(wechat.Calls.Reverse(), Json.Page));
        page.MapPost("/people", AddPerson);
        page.MapPost("/mode", SetModeAsync);
        page.MapTroubles();

        var person = page.MapGroup("/{person}");
        person.MapGet("/exchanges", Exchanges);
        person.MapPost("/follow", (string person, Phones phones, CancellationToken ct) => DoAsync(phones, person, p => p.FollowsAsync(null, ct)));
        person.MapPost("/unfollow", (string person, Phones phones, CancellationToken ct) => DoAsync(phones, person, p => p.UnfollowsAsync(ct)));
        person.MapPost("/text", (string person, Said said, Phones phones, CancellationToken ct) => DoAsync(phones, person, p => p.SendsAsync(said.Text, ct)));
        person.MapPost("/choice", (string person, Choice choice, Phones phones, CancellationToken ct) => DoAsync(phones, person, p => p.ChoosesAsync(choice, ct)));
        person.MapPost("/scan", (string person, Said said, Phones phones, CancellationToken ct) => DoAsync(phones, person, p => p.ScansAsync(said.Text, ct)));
        person.MapPost("/tap", (string person, Tapped tapped, Phones phones, CancellationToken ct)
            => DoAsync(phones, person, p => p.TapsAsync(tapped.Button, tapped.Scanned ?? "", ct)));
        person.MapPost("/send/{what}", (string person, string what, Phones phones, CancellationToken ct)
            => DoAsync(phones, person, p => SendAsync(p, what, ct)));
        person.MapGet("/login-code", (string person, Phones phones)
            => phones.Find(person) is { } phone ? Results.Json(new { code = phone.LogsInToMini() }) : Results.NotFound());
    }

    private static IResult State(FakeWeChat wechat, Phones phones, Joinings joinings) => wechat.Look(() => Results.Text(
        JsonSerializer.Serialize(
            new
            {
                wechat.Version,
                Bot = phones.Nobody.BaseAddress!.GetLeftPart(UriPartial.Authority),
                wechat.Mp.Name,
                wechat.Mp.Mode,
                wechat.Mp.Menu,
                MostPeople,
                Joins = joinings.All,
                Codes = wechat.Codes.Select(c => new { c.Scene, c.Url, c.Ticket }),
                People = wechat.People.Select(p => new { p.Id, p.Name, p.Follows, Menu = PublishedMenu.For(wechat.Mp, p), Lines = p.Lines.TakeLast(ShownLines) }),
            },
            Json.Page),
        "application/json"));

    /// <summary>Server-sent events: one number whenever something has changed.</summary>
    private static async Task ChangesAsync(HttpContext http, FakeWeChat wechat, IHostApplicationLifetime life)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            while (true)
            {
                var version = wechat.Version;
                await http.Response.WriteAsync($"data: {version}\n\n", either.Token);
                await http.Response.Body.FlushAsync(either.Token);
                await wechat.WaitForChangeAsync(version, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed or the simulator stops: the stream has no other end.
        }
    }

    private static IResult Exchanges(string person, FakeWeChat wechat) => wechat.Look(() =>
        wechat.TryGetPerson(person, out var found)
            ? Results.Text(
                JsonSerializer.Serialize(Enumerable.Reverse(found.Exchanges).Take(ShownExchanges), Json.Page), "application/json")
            : Results.NotFound());

    /// <summary>As in WeChat's console, account and server must change together; so the bot starts anew with the other mode.</summary>
    private static async Task<IResult> SetModeAsync(NewMode body, HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        wechat.SetMode(body.Mode);
        if (http.RequestServices.GetService<BotProcess>() is { } bot)
        {
            await bot.RestartAsync(ct);
        }

        return Results.NoContent();
    }

    private static IResult AddPerson(FakeWeChat wechat)
        => wechat.People.Count < MostPeople ? Results.Json(new { wechat.AddPerson().Id }) : Results.Conflict();

    private static async Task<IResult> DoAsync(Phones phones, string person, Func<Phone, Task<Exchange>> act)
    {
        if (phones.Find(person) is not { } phone)
        {
            return Results.NotFound();
        }

        // Someone who unfollowed in another window has no chat to write in.
        try
        {
            return Results.Json(new { (await act(phone)).Id });
        }
        catch (InvalidOperationException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    private static Task<Exchange> SendAsync(Phone phone, string what, CancellationToken ct) => what switch
    {
        "picture" => phone.SendsPictureAsync(ct),
        "voice" => phone.SendsVoiceAsync(ct),
        "video" => phone.SendsVideoAsync("video", ct),
        "location" => phone.SendsLocationAsync(40.0, 110.0, "示例地点", ct),
        "link" => phone.SendsLinkAsync("示例链接", "从别处转来的一篇文章", "https://example.com/", ct),
        "position" => phone.ReportsPositionAsync(40.0, 110.0, ct),
        "revoke" => phone.RevokesAsync("205", ct),
        "close" => phone.ClosesAccountAsync(ct),
        _ => throw new InvalidOperationException($"A phone cannot send '{what}'."),
    };
}

public sealed record Said(string Text);

public sealed record NewMode(PushMode Mode);

public sealed record Tapped(JsonObject Button, string? Scanned);
