using System.Text;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Customer-service messages (wechat-protocol.md §6.2).</summary>
internal static class MessageApi
{
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TypingAfterExchange = TimeSpan.FromSeconds(30);

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/message/custom/send", SendAsync);
        api.MapPost("/cgi-bin/message/custom/typing", TypingAsync);
    }

    private static async Task<IResult> TypingAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var command = body.Text("command");
        if (code != 0 || command is not ("Typing" or "CancelTyping"))
        {
            return Answers.No(code != 0 ? code : 45072);
        }

        if (wechat.FindByOpenId(http.Account(), body.Text("touser")) is not { } person)
        {
            return Answers.No(40003);
        }

        var now = wechat.Clock.GetUtcNow();
        return Answers.No(wechat.Change(() =>
        {
            if (!person.Exchanges.Exists(e => e.At > now - TypingAfterExchange))
            {
                return 45080;
            }

            var already = command == "Typing" && person.TypingUntil > now;
            person.TypingUntil = command == "Typing" ? now + TypingLasts : now;
            return already ? 45081 : 0;
        }));
    }

    private static async Task<IResult> SendAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        if (code != 0)
        {
            return Answers.No(code);
        }

        var account = http.Account();
        if (wechat.FindByOpenId(account, body.Text("touser")) is not { } person)
        {
            return Answers.No(40003);
        }

        code = Read(account, body, out var show);
        if (code == 0)
        {
            code = wechat.Change(() => !account.IsMini && !person.Follows ? 43004 : person.Allowances[account.AppId].Take(wechat.Clock.GetUtcNow()));
        }

        if (code == 0)
        {
            wechat.AddLine(person, Side.Account, show.Kind, line => show.With(line));
        }

        return Answers.No(code);
    }

    /// <returns>0 and how the message looks in the chat, or 40008, 44004, 45002, 45008, 47001.</returns>
    private static int Read(Account account, JsonObject message, out (string Kind, Func<ChatLine, ChatLine> With) show)
    {
        show = ("text", line => line);
        var type = message.Text("msgtype");
        if (type is null || message[type] is not JsonObject content)
        {
            return type is null ? 40008 : 47001;
        }

        switch (type)
        {
            case "text":
                var text = content.Text("content");
                show = ("text", line => line with { Text = text });
                return string.IsNullOrEmpty(text) ? 44004 : Encoding.UTF8.GetByteCount(text) > 2048 ? 45002 : 0;
            case "image" or "voice" or "video" or "music" or "mpnewsarticle" or "wxcard":
                show = (type, line => line with { Title = content.Text("title"), Description = content.Text("description") });
                return 0;
            case "link" or "miniprogrampage":
                show = ("link", line => line with { Title = content.Text("title"), Description = content.Text("description"), Url = content.Text("url") });
                return 0;
            case "news" when !account.IsMini:
                if (content["articles"] is not JsonArray { Count: 1 } articles)
                {
                    return 45008;
                }

                show = ("news", line => Article(line, articles[0]));
                return 0;
            case "msgmenu" when !account.IsMini:
                show = ("choices", line => Choices(line, content));
                return 0;
            default:
                return 40008;
        }
    }

    private static ChatLine Article(ChatLine line, JsonNode? article) => line with
    {
        Title = article.Text("title"),
        Description = article.Text("description"),
        Url = article.Text("url"),
        PictureUrl = article.Text("picurl"),
    };

    private static ChatLine Choices(ChatLine line, JsonObject menu) => line with
    {
        Title = menu.Text("head_content"),
        Description = menu.Text("tail_content"),
        Choices = [.. (menu["list"] as JsonArray ?? []).Select(c => new Choice(c.Text("id") ?? "", c.Text("content") ?? ""))],
    };
}
