using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Mass sending (wechat-protocol.md §6.5): each follower gets four a calendar month at most, the others are left out and counted.</summary>
internal static class MassApi
{
    private const int MostAMonth = 4;
    private const int MostReceivers = 10_000;

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static void MapMass(this IEndpointRouteBuilder api)
    {
        var mass = api.MapGroup("/cgi-bin/message/mass");
        mass.MapPost("/send", (HttpContext http, FakeWeChat wechat, MassMessages sent, CancellationToken ct) => SendAsync(http, wechat, sent, Named, ct));
        mass.MapPost("/sendall", (HttpContext http, FakeWeChat wechat, MassMessages sent, CancellationToken ct) => SendAsync(http, wechat, sent, Filtered, ct));
        mass.MapPost("/preview", PreviewAsync);
        mass.MapPost("/get", (HttpRequest request, MassMessages sent, CancellationToken ct) => OfAsync(request, sent, message =>
            Answers.Ok(new JsonObject { ["msg_id"] = message.Id, ["msg_status"] = message.Status }), ct));
        mass.MapPost("/delete", (HttpRequest request, MassMessages sent, CancellationToken ct) => OfAsync(request, sent, message =>
        {
            sent.Delete(message.Id);
            return Answers.Ok();
        }, ct));
        mass.MapPost("/speed/get", (MassMessages sent) => Answers.Ok(new JsonObject { ["speed"] = sent.Speed, ["realspeed"] = 80 / (sent.Speed + 1) }));
        mass.MapPost("/speed/set", async (HttpRequest request, MassMessages sent, CancellationToken ct) =>
        {
            var (code, body) = await request.JsonAsync(ct);
            sent.Speed = body.Number("speed") is >= 0 and <= 4 and var speed ? speed : sent.Speed;
            return Answers.No(code != 0 ? code : body.Number("speed") is >= 0 and <= 4 ? 0 : 45083);
        });
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, FakeWeChat wechat, MassMessages messages, Func<FakeWeChat, JsonObject, IReadOnlyList<string>?> receivers, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var account = http.Account();
        var to = code == 0 ? receivers(wechat, body) : null;
        code = code != 0 ? code : account.IsMini ? 48001 : to is null ? 40130 : Check(body);
        if (code != 0)
        {
            return Answers.No(code);
        }

        var isNew = messages.TryAdd(body.Text("clientmsgid"), wechat.NextId, out var message);
        if (isNew)
        {
            var now = wechat.Clock.GetUtcNow();
            var reached = to!.Count(openId => Reach(wechat, openId, body, now));
            Events.Tell(http, wechat.People[0], account, Push.MassSent(message.Id, to!.Count, reached, reached));
        }

        return Answers.Ok(new JsonObject { ["errcode"] = isNew ? 0 : 45065, ["errmsg"] = isNew ? "send job submission success" : "clientmsgid exist", ["msg_id"] = message.Id, ["msg_data_id"] = message.DataId });
    }

    private static int Check(JsonObject body) => body.Text("msgtype") switch
    {
        "text" => string.IsNullOrEmpty(body["text"].Text("content")) ? 44004 : 0,
        "mpnews" or "voice" or "mpvideo" => string.IsNullOrEmpty(body[body.Text("msgtype")!].Text("media_id")) ? 40007 : 0,
        "image" => body["images"] is null && body["image"] is null ? 40007 : 0,
        _ => 40008,
    };

    private static IReadOnlyList<string>? Named(FakeWeChat wechat, JsonObject body)
        => body["touser"] is JsonArray { Count: >= 2 and <= MostReceivers } list ? [.. list.Select(o => (string?)o ?? "")] : null;

    private static IReadOnlyList<string>? Filtered(FakeWeChat wechat, JsonObject body)
    {
        var all = body["filter"] is JsonObject filter && filter["is_to_all"] is JsonValue value && value.TryGetValue<bool>(out var on) && on;
        var tag = body["filter"].Number("tag_id");
        return body["filter"] is not JsonObject ? null
            : [.. wechat.People.Where(p => p.Follows && (all || (tag is { } id && p.TagIds.Contains(id)))).Select(p => p.OpenIdAt(wechat.Mp))];
    }

    /// <returns>False for somebody who does not follow, is blacklisted, or has had four this month.</returns>
    private static bool Reach(FakeWeChat wechat, string openId, JsonObject body, DateTimeOffset now)
    {
        if (wechat.FindByOpenId(wechat.Mp, openId) is { } person)
        {
            var may = wechat.Change(() =>
            {
                var month = Month(now);
                person.MassMessages.RemoveAll(at => Month(at) != month);
                var fits = person is { Follows: true, IsBlocked: false } && person.MassMessages.Count < MostAMonth;
                person.MassMessages.AddRange(fits ? [now] : []);
                return fits;
            });
            return may && Show(wechat, person, body);
        }

        var number = wechat.Crowd?.Find(openId) ?? -1;
        if (number >= 0)
        {
            wechat.Crowd!.Reach(number, now);
        }

        return number >= 0;

        static int Month(DateTimeOffset at) => (at.ToOffset(China).Year * 100) + at.ToOffset(China).Month;
    }

    /// <summary>In the chat it looks like any message of the account.</summary>
    private static bool Show(FakeWeChat wechat, Person person, JsonObject body)
    {
        var type = body.Text("msgtype")!;
        var text = body["text"].Text("content");
        wechat.AddLine(person, Side.Account, type switch { "text" => "text", "mpnews" => "news", "mpvideo" => "video", _ => type }, line => line with
        {
            Text = text,
            Title = type == "mpnews" ? "群发图文" : null,
        });
        return true;
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var person = wechat.FindByOpenId(http.Account(), body.Text("touser")) ?? wechat.People.FirstOrDefault(p => p.Name == body.Text("towxname"));
        code = code != 0 ? code : person is null ? 40003 : Check(body);
        if (code == 0)
        {
            Show(wechat, person!, body);
        }

        return Answers.No(code);
    }

    private static async Task<IResult> OfAsync(HttpRequest request, MassMessages sent, Func<MassMessage, IResult> answer, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        var id = body["msg_id"] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
        return code != 0 ? Answers.No(code) : sent.Find(id) is { } message ? answer(message) : Answers.No(40007);
    }
}
