using System.Text.Json;
using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>A bot whose messages WeChat takes as planned, with the list of what it was given.</summary>
internal sealed class PostOffice : IAsyncDisposable
{
    public const string Corrected = "notice.corrected";
    public const string Accepted = "notice.join-accepted";

    private readonly List<(string To, string Text)> _given = [];
    private int _sequence;

    private PostOffice(BotUnderTest bot) => Bot = bot;

    public BotUnderTest Bot { get; }

    /// <summary>What WeChat was called with, whatever it answered.</summary>
    public IReadOnlyList<(string To, string Text)> Given
    {
        get
        {
            lock (_given)
            {
                return [.. _given];
            }
        }
    }

    /// <param name="bot">Whose network is planned here; it is disposed with this.</param>
    public static PostOffice Of(BotUnderTest bot)
    {
        var office = new PostOffice(bot);
        office.Says("""{"errcode":0,"errmsg":"ok"}""");
        return office;
    }

    public static async Task<PostOffice> StartAsync() => Of(await BotUnderTest.StartAsync());

    public void Says(int errcode) => Says($$"""{"errcode":{{errcode}},"errmsg":"no, rid: 65f0-1a2b-3c4d"}""");

    public void Says(string json) => Says(_ => json);

    public void Says(Func<string, string> answer) => Bot.Network.Answer("/cgi-bin/message/custom/send", request =>
    {
        var message = JsonDocument.Parse(request.Content!.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement;
        var to = message.GetProperty("touser").GetString()!;
        lock (_given)
        {
            _given.Add((to, message.GetProperty("text").GetProperty("content").GetString()!));
        }

        return answer(to);
    });

    /// <summary>Something happens that a follower is to be told.</summary>
    public async Task HappensAsync(string openId, string code)
    {
        var account = await Bot.Services.GetRequiredService<Core.Roster.Accounts>().FindOrAddAsync(BotUnderTest.AppId, openId, default);
        await Bot.InDb(async db =>
        {
            var now = Bot.Clock.GetUtcNow();
            db.Add(new OutboxMessage { AccountId = account.Id, Code = code, At = now, DueAt = now, MessageKey = $"k{Interlocked.Increment(ref _sequence)}" });
            await db.SaveChangesAsync();
        });
    }

    /// <summary>One round of the sender.</summary>
    /// <returns>How many messages it took.</returns>
    public Task<int> SendAsync() => Bot.Services.GetRequiredService<OutboxSender>().RunAsync(default);

    public Task<List<OutboxMessage>> MessagesAsync() => Bot.InDb(db => db.Outbox.AsNoTracking().OrderBy(m => m.Id).ToListAsync());

    public async Task<OutboxMessage> OnlyAsync() => Assert.Single(await MessagesAsync());

    public ValueTask DisposeAsync() => Bot.DisposeAsync();
}
