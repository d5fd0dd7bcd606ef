using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Bot.Simulator.Platform;

/// <summary>WeChat's patience: how long a delivery may take and how often it is repeated.</summary>
/// <param name="Deadline">After this the connection is dropped.</param>
/// <param name="Spacing">From the start of one delivery to the start of the next.</param>
public sealed record Patience(TimeSpan Deadline, TimeSpan Spacing, int Deliveries)
{
    public static readonly Patience AsWeChat = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), 3);
}

/// <summary>Brings one push to the bot, repeating it as WeChat does.</summary>
internal sealed class Delivery(HttpClient bot, TimeProvider clock, Patience patience)
{
    /// <param name="attempted">Called after each delivery.</param>
    /// <returns>The body of the first answer with status 200, or null after the last failure.</returns>
    public async Task<byte[]?> SendAsync(Account account, PushWriter push, Exchange exchange, Action<Attempt> attempted, CancellationToken ct)
    {
        for (var delivery = 1; ; delivery++)
        {
            var started = clock.GetTimestamp();
            var body = await TryAsync(account, push, exchange, attempted, ct);
            if (body is not null || delivery == patience.Deliveries)
            {
                return body;
            }

            var rest = patience.Spacing - clock.GetElapsedTime(started);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock, ct);
            }
        }
    }

    private async Task<byte[]?> TryAsync(Account account, PushWriter push, Exchange exchange, Action<Attempt> attempted, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var (query, body) = push.Sign(at);
        exchange.SentTo = account.WebhookPath + query;
        exchange.Sent = body;
        using var deadline = new CancellationTokenSource(patience.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, account.WebhookPath + query) { Content = Content(push, body) };
        int? status = null;
        string? problem = null;
        byte[]? answer = null;
        try
        {
            using var response = await bot.SendAsync(request, either.Token);
            status = (int)response.StatusCode;
            problem = response.StatusCode == HttpStatusCode.OK ? null : $"HTTP {status}";
            answer = await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            problem = $"no answer within {patience.Deadline.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException e)
        {
            problem = "no connection: " + e.Message;
        }

        attempted(new Attempt(at, clock.GetElapsedTime(started).TotalMilliseconds, status, problem));
        return problem is null ? answer : null;
    }

    private static ByteArrayContent Content(PushWriter push, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(push.ContentType);
        return content;
    }
}
