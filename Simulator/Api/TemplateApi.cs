using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Template messages and subscription notifications (wechat-protocol.md §6.3 and §6.4).</summary>
internal static class TemplateApi
{
    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/message/template/send", SendAsync);
        api.MapGet("/cgi-bin/template/get_all_private_template", () => Answers.Ok(new JsonObject { ["template_list"] = new JsonArray() }));
        api.MapGet("/wxaapi/newtmpl/gettemplate", () => Answers.Ok(new JsonObject { ["errcode"] = 0, ["data"] = new JsonArray() }));
        api.MapPost("/cgi-bin/message/subscribe/bizsend", (HttpContext http, FakeWeChat wechat, CancellationToken ct) => NotifyAsync(http, wechat, false, ct));
        api.MapPost("/cgi-bin/message/subscribe/send", (HttpContext http, FakeWeChat wechat, CancellationToken ct) => NotifyAsync(http, wechat, true, ct));
    }

    private static async Task<IResult> SendAsync(HttpContext http, FakeWeChat wechat, SentTemplates sent, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var account = http.Account();
        var openId = body.Text("touser") ?? "";
        var person = wechat.FindByOpenId(account, openId);
        code = code != 0 ? code
            : account.IsMini ? 48001
            : person is null ? 40003
            : string.IsNullOrEmpty(body.Text("template_id")) ? 40037
            : body["data"] is not JsonObject { Count: > 0 } ? 47001
            : !person.Follows ? 43004
            : 0;
        if (code != 0)
        {
            return Answers.No(code);
        }

        var id = body.Text("client_msg_id");
        if (id is not null && sent.Find(openId, id) is { } before)
        {
            return Ok(before);
        }

        var line = Show(wechat, person!, body, "template");
        if (id is not null)
        {
            sent.Remember(openId, id, line.Id);
        }

        Events.Tell(http, person!, account, Push.TemplateSent(line.Id, "success"));
        return Ok(line.Id);
    }

    private static async Task<IResult> NotifyAsync(HttpContext http, FakeWeChat wechat, bool mini, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var account = http.Account();
        var person = wechat.FindByOpenId(account, body.Text("touser"));
        var template = body.Text("template_id");
        var crowd = person is null ? wechat.Crowd?.Find(body.Text("touser")) ?? -1 : -1;
        code = code != 0 ? code : account.IsMini != mini ? 48001 : person is null && crowd < 0 ? 40003 : string.IsNullOrEmpty(template) ? 40037 : 0;
        if (code != 0)
        {
            return Answers.No(code);
        }

        if (NoticeLimits.Wrong(body["data"] as JsonObject) is { } wrong)
        {
            return Answers.No(47003, $"argument invalid! data.{wrong}.value is invalid");
        }

        if (crowd >= 0)
        {
            return NotifyCrowd(http, wechat, wechat.Crowd!, crowd, body.Text("touser")!, template!);
        }

        var key = Person.CreditKey(account, template!);
        if (!wechat.Change(() => person!.Credits.GetValueOrDefault(key) is > 0 and var left && (person.Credits[key] = left - 1) >= 0))
        {
            return Answers.No(43101);
        }

        var line = Show(wechat, person!, body, "notification");
        Events.Tell(http, person!, account, Push.Notified(account, template!, line.Id));
        return Ok(line.Id);
    }

    /// <summary>As the card reads: one line a value.</summary>
    private static ChatLine Show(FakeWeChat wechat, Person person, JsonObject body, string kind)
    {
        var values = body["data"]!.AsObject().Select(d => NoticeLimits.Value(d.Value));
        return wechat.AddLine(person, Side.Account, "notice", line => line with
        {
            Title = kind == "template" ? "模板消息" : "服务通知",
            Description = string.Join('\n', values),
            Url = body.Text("url") ?? body.Text("page"),
        });
    }

    private static IResult NotifyCrowd(HttpContext http, FakeWeChat wechat, Crowd crowd, int number, string openId, string template)
    {
        crowd.Reach(number, wechat.Clock.GetUtcNow());
        var id = wechat.NextId();
        if (crowd.IsToldOf)
        {
            Events.Tell(http, openId, http.Account(), Push.Notified(http.Account(), template, id));
        }

        return Ok(id);
    }

    private static IResult Ok(long msgId) => Answers.Ok(new JsonObject { ["errcode"] = 0, ["errmsg"] = "ok", ["msgid"] = msgId });
}
