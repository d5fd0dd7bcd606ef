using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Messages to one person (§6.2–§6.4).</summary>
public sealed class MessagesApi
{
    private const int AlreadyTyping = 45081;

    private readonly WeChatCalls _calls;

    internal MessagesApi(WeChatCalls calls) => _calls = calls;

    /// <summary>Within 48 hours of the person's last message, five at most (45015, 45047). There is no id for it: after silence nobody knows.</summary>
    public Task SendAsync(WeChatAccount account, string openId, CustomMessage message, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(openId);
        if (account == WeChatAccount.Mp ? !message.ForMp : !message.ForMini)
        {
            throw new ArgumentException($"{account} sends no {message.Type}.", nameof(message));
        }

        return _calls.SendAsync(WeChatCall.Post(account, "/cgi-bin/message/custom/send", mayRepeat: false, members: json =>
        {
            json.WriteText("touser", openId);
            message.Write(json);
        }), ct);
    }

    /// <summary>Shows that an answer is being written, for 15 seconds; only within 30 seconds of an exchange (45080).</summary>
    public Task TypingAsync(WeChatAccount account, string openId, bool typing, CancellationToken ct)
        => _calls.SendAsync(WeChatCall.Post(account, "/cgi-bin/message/custom/typing", mayRepeat: false, members: json =>
        {
            json.WriteText("touser", openId);
            json.WriteText("command", typing ? "Typing" : "CancelTyping");
        }) with
        {
            AlsoGood = [AlreadyTyping],
        }, ct);

    /// <summary>Whether it arrived is told by TEMPLATESENDJOBFINISH. Repeatable where the message has a ClientMsgId.</summary>
    /// <returns>msgid.</returns>
    public async Task<string> SendTemplateAsync(string openId, TemplateMessage message, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(openId);
        ArgumentException.ThrowIfNullOrEmpty(message.TemplateId);
        var answer = await _calls.SendAsync(WeChatCall.Post(
            WeChatAccount.Mp, "/cgi-bin/message/template/send", mayRepeat: message.ClientMsgId is not null, members: json =>
            {
                json.WriteText("touser", openId);
                json.WriteText("template_id", message.TemplateId);
                json.WriteTextIfAny("url", message.Url);
                if (message.MiniPage is { } page)
                {
                    json.WriteObject("miniprogram", mini =>
                    {
                        mini.WriteText("appid", page.AppId);
                        mini.WriteText("pagepath", page.Path);
                    });
                }

                json.WriteTextIfAny("client_msg_id", message.ClientMsgId);
                WriteData(json, message.Data);
            }), ct);
        return answer.Id("msgid");
    }

    /// <summary>Count the person's credit down before. There is no id for it: after silence nobody knows. 43101: no credit is left.</summary>
    /// <returns>msgid, or "" where WeChat gives none.</returns>
    /// <exception cref="ArgumentException">Also for a value that must not be cut (<see cref="NotificationValue.Fit"/>).</exception>
    public async Task<string> SendNotificationAsync(WeChatAccount account, string openId, Notification message, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(openId);
        ArgumentException.ThrowIfNullOrEmpty(message.TemplateId);
        var data = message.Data.Select(d => (d.Key, NotificationValue.Fit(d.Key, d.Value))).ToList();
        var method = account == WeChatAccount.Mp ? "/cgi-bin/message/subscribe/bizsend" : "/cgi-bin/message/subscribe/send";
        var answer = await _calls.SendAsync(WeChatCall.Post(account, method, mayRepeat: false, members: json =>
        {
            json.WriteText("touser", openId);
            json.WriteText("template_id", message.TemplateId);
            json.WriteTextIfAny("page", message.Page);
            json.WriteText("miniprogram_state", "formal");
            json.WriteText("lang", "zh_CN");
            WriteData(json, data);
        }), ct);
        return answer.Id("msgid");
    }

    /// <summary>The official account's template messages, 25 at most.</summary>
    public async Task<IReadOnlyList<MessageTemplate>> TemplatesAsync(CancellationToken ct)
    {
        var answer = await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/template/get_all_private_template"), ct);
        return [.. answer.Items("template_list").Select(t => new MessageTemplate(t.Id("template_id"), t.Text("title") ?? "", t.Text("content") ?? "", false))];
    }

    /// <summary>The account's subscription templates.</summary>
    public async Task<IReadOnlyList<MessageTemplate>> NotificationTemplatesAsync(WeChatAccount account, CancellationToken ct)
    {
        const int LongTerm = 3;
        var answer = await _calls.SendAsync(WeChatCall.Get(account, "/wxaapi/newtmpl/gettemplate"), ct);
        return [.. answer.Items("data").Select(t => new MessageTemplate(t.Id("priTmplId"), t.Text("title") ?? "", t.Text("content") ?? "", t.Number("type") == LongTerm))];
    }

    private static void WriteData(Utf8JsonWriter json, IReadOnlyList<(string Key, string Value)> values)
        => json.WriteObject("data", data =>
        {
            foreach (var (key, value) in values)
            {
                data.WriteObject(key, member => member.WriteText("value", value));
            }
        });
}
