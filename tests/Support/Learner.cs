using System.Net;
using System.Text.Json;

namespace Bot.Tests.Support;

/// <summary>Somebody with a session who studies one lesson as the page does.</summary>
public sealed class Learner(BotUnderTest bot, Browser browser)
{
    public Browser Browser => browser;

    public string Lesson { get; set; } = "9-2";

    public string Ticket { get; set; } = "";

    public async Task<Learner> Begins()
    {
        Ticket = Text(await CallAsync("attempts", new { }), "ticket");
        return this;
    }

    /// <summary>Lets time pass with beats every thirty seconds.</summary>
    public async Task<Learner> StudiesFor(int seconds)
    {
        if (Ticket.Length == 0)
        {
            await Begins();
        }

        for (var left = seconds; left > 0; left -= 30)
        {
            bot.Clock.Now += TimeSpan.FromSeconds(Math.Min(30, left));
            await Beats();
        }

        return this;
    }

    /// <returns>The credited seconds.</returns>
    public async Task<int> Beats()
    {
        var beat = await CallAsync("beats", new { ticket = Ticket });
        Ticket = Text(beat, "ticket");
        return beat.GetProperty("creditedSeconds").GetInt32();
    }

    /// <summary>Gives one option to every question of the lesson.</summary>
    public async Task<Learner> Answers(int questions, int option = 1)
    {
        for (var i = 1; i <= questions; i++)
        {
            var answered = await CallAsync("answers", new { ticket = Ticket, questionId = $"q{i}", option });
            Ticket = Text(answered, "ticket");
        }

        return this;
    }

    public async Task<Outcome> Finishes()
    {
        var response = await browser.PostAsync($"/api/v1/lessons/{Lesson}/completions", new { ticket = Ticket });
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return new Outcome(response.StatusCode, Text(body, "code"), Text(body, "receipt"), Text(body, "completedAt"), body);
    }

    public Task<JsonElement> CallAsync(string what, object body) => browser.PostJsonAsync($"/api/v1/lessons/{Lesson}/{what}", body);

    private static string Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.ToString() : "";
}

public sealed record Outcome(HttpStatusCode Status, string Code, string Receipt, string CompletedAt, JsonElement Body);
