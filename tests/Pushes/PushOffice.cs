using System.Text.Json;
using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>A bot with pushes on their way to followers, and what WeChat was given of them.</summary>
internal sealed class PushOffice : IAsyncDisposable
{
    public const string Template = "TEMPLATE-1";
    public const string Notify = "/cgi-bin/message/subscribe/bizsend";
    public const string Mass = "/cgi-bin/message/mass/send";
    public const string Page = "/y/news/1";

    private readonly List<JsonElement> _notified = [];
    private readonly List<JsonElement> _massSent = [];
    private int _sequence;
    private long _msgId = 9007199254740993;

    private PushOffice(PostOffice office) => Office = office;

    public PostOffice Office { get; }

    public BotUnderTest Bot => Office.Bot;

    public IReadOnlyList<JsonElement> Notified => Copy(_notified);

    public IReadOnlyList<string> NotifiedOpenIds => [.. Notified.Select(n => n.GetProperty("touser").GetString()!)];

    public IReadOnlyList<JsonElement> MassSent => Copy(_massSent);

    public static async Task<PushOffice> StartAsync(params (string Key, string Value)[] settings)
    {
        var office = new PushOffice(PostOffice.Of(await BotUnderTest.StartAsync([("Pushes:Notice:TemplateId", Template), .. settings])));
        office.NotificationsSay(_ => office.Ok());
        office.MassSays(_ => """{"errcode":0,"errmsg":"send job submission success","msg_id":3147483650,"msg_data_id":206227730}""");
        return office;
    }

    public static string OpenId(int n) => $"openid-of-student-{n:000}";

    public string Ok() => $$"""{"errcode":0,"errmsg":"ok","msgid":{{Interlocked.Increment(ref _msgId)}}}""";

    /// <param name="answer">By the openid.</param>
    public void NotificationsSay(Func<string, string> answer) => Bot.Network.Answer(Notify, request =>
    {
        var message = Keep(_notified, request);
        return answer(message.GetProperty("touser").GetString()!);
    });

    public void NotificationsSay(int errcode) => NotificationsSay(_ => $$"""{"errcode":{{errcode}},"errmsg":"no, rid: 65f0-1a2b-3c4d"}""");

    /// <param name="answer">By our id of the message.</param>
    public void MassSays(Func<string, string> answer) => Bot.Network.Answer(Mass, request => answer(Keep(_massSent, request).GetProperty("clientmsgid").GetString()!));

    /// <summary>Followers from number <paramref name="from"/> on.</summary>
    /// <param name="credits">Of each.</param>
    public Task<List<int>> FollowersAsync(int from, int count, int credits) => Bot.InDb(async db =>
    {
        var ids = new List<int>();
        for (var n = from; n < from + count; n++)
        {
            var account = await Bot.Services.GetRequiredService<Accounts>().FindOrAddAsync(BotUnderTest.AppId, OpenId(n), default);
            await Bot.Services.GetRequiredService<Accounts>().SetFollowsAsync(account.Id, true, default);
            await db.Accounts.Where(a => a.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, true));
            for (var c = 0; c < credits; c++)
            {
                db.Add(new Credit { AccountId = account.Id, TemplateId = Template, GivenAt = Bot.Clock.GetUtcNow(), GivenWith = $"g{Interlocked.Increment(ref _sequence)}" });
            }

            ids.Add(account.Id);
        }

        await db.SaveChangesAsync();
        return ids;
    });

    /// <summary>A push that goes out to these accounts.</summary>
    public Task<int> PushAsync(IEnumerable<int> accounts, bool byMass = false, PushState state = PushState.Running, string title = "本周团课开放") => Bot.InDb(async db =>
    {
        var now = Bot.Clock.GetUtcNow();
        var root = await db.Organisations.FirstOrDefaultAsync(o => o.ParentId == null);
        if (root is null)
        {
            root = new Organisation { Name = "示例省", NameKey = "示例省", Kind = OrganisationKind.Region, JoinCode = "ABCDEFGH" };
            db.Add(root);
            await db.SaveChangesAsync();
        }

        var piece = new Piece { Kind = PieceKind.Push, OrganisationId = root.Id, Title = title, Version = 1, Hash = "", State = PieceState.Approved, GoesOutAt = now };
        db.Add(piece);
        await db.SaveChangesAsync();
        var push = new Push
        {
            PieceId = piece.Id,
            Version = 1,
            OrganisationId = root.Id,
            Title = title,
            Text = "点开看看",
            Page = Page,
            ByMass = byMass,
            StartedAt = now,
            EndsAt = now.AddDays(3),
            State = state,
        };
        db.Add(push);
        await db.SaveChangesAsync();
        foreach (var account in accounts)
        {
            db.Add(new OutboxMessage { AccountId = account, Code = "push", PushId = push.Id, At = now, DueAt = now, MessageKey = $"push:{push.Id}" });
            await db.SaveChangesAsync();
        }

        return push.Id;
    });

    /// <summary>Lets notifications go out until nobody is to be sent one now.</summary>
    public async Task SendAsync()
    {
        while (await Bot.Services.GetRequiredService<RecipientSender>().RunAsync(default) > 0)
        {
        }
    }

    /// <summary>One round of mass messages.</summary>
    public Task<int> SendMassAsync() => Bot.Services.GetRequiredService<MassSender>().RunAsync(default);

    /// <summary>How many recipients stand where.</summary>
    public Task<Dictionary<OutboxState, int>> StatesAsync(int? push = null) => Bot.InDb(db => db.Outbox.Where(m => m.PushId != null && (push == null || m.PushId == push))
        .GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count));

    public Task<int> CreditsLeftAsync() => Bot.InDb(db => db.Credits.CountAsync(c => c.EndedAt == null));

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private static JsonElement Keep(List<JsonElement> kept, HttpRequestMessage request)
    {
        var message = JsonDocument.Parse(request.Content!.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement;
        lock (kept)
        {
            kept.Add(message);
        }

        return message;
    }

    private static List<JsonElement> Copy(List<JsonElement> kept)
    {
        lock (kept)
        {
            return [.. kept];
        }
    }
}
