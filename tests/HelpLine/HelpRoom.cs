using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Bot.Core.HelpLine;
using Bot.Tests.Pushes;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.HelpLine;

/// <summary>A bot whose help line is open, with those who answer: two counsellors, a duty supervisor and a custodian, all for the whole tree.</summary>
internal sealed class HelpRoom : IAsyncDisposable
{
    public const string Inbox = "/staff/help";

    private readonly PostOffice _office;

    private HelpRoom(PostOffice office) => _office = office;

    public BotUnderTest Bot => _office.Bot;

    /// <summary>What WeChat was given to send, and how it answers.</summary>
    public PostOffice Office => _office;

    public Colleague Zhao { get; private set; } = null!;

    public Colleague Qian { get; private set; } = null!;

    public Colleague Supervisor { get; private set; } = null!;

    public Colleague Custodian { get; private set; } = null!;

    public static async Task<HelpRoom> OpenAsync()
    {
        var bot = await Desk.StartAsync(("HelpLine:Open", "true"));
        bot.Network.Answer("/cgi-bin/message/custom/typing", """{"errcode":0}""");
        var room = new HelpRoom(PostOffice.Of(bot));
        room.Zhao = await Desk.JoinAsync(bot, "zhao", "counsellor", "示例省");
        room.Qian = await Desk.JoinAsync(bot, "qian", "counsellor", "示例省");
        room.Supervisor = await Desk.JoinAsync(bot, "sun", "duty-supervisor", "示例省");
        room.Custodian = await Desk.JoinAsync(bot, "li", "custodian", "示例省");
        foreach (var member in new[] { "zhao", "qian", "sun" })
        {
            await room.TeamAsync(member, Enum.GetValues<HelpTopic>());
        }

        bot.Clock.Now += TimeSpan.FromSeconds(5); // whether the line is open is remembered for two
        return room;
    }

    /// <summary>The supervisor says on the page for teams which topics somebody reads.</summary>
    public async Task TeamAsync(string login, params HelpTopic[] topics)
    {
        var (who, area) = (await IdAsync(login), await Desk.OrganisationAsync(Bot, "示例省"));
        var set = await Desk.PostToAsync(
            Supervisor.Browser, $"/staff/help/teams?who={who}&area={area}", "/staff/help/teams", [("who", $"{who}"), ("area", $"{area}"), .. topics.Select(t => ("topics", $"{t}"))]);
        Assert.Equal("/staff/help/teams?done=set", set.Headers.Location?.ToString());
    }

    public Task<int> IdAsync(string login) => Bot.InDb(db => db.Users.Where(u => u.UserName == login).Select(u => u.Id).SingleAsync());

    /// <summary>Somebody asks for help and writes this; what they write ends the questions.</summary>
    /// <returns>The case's id.</returns>
    public async Task<int> AskedAsync(string openId, string words, string? topic = null)
    {
        var phone = Bot.Phone(openId);
        await phone.Sends("求助");
        if (topic is not null)
        {
            await phone.Sends(topic);
        }

        await phone.Sends(words);
        return await Bot.InDb(db => db.HelpCases.OrderByDescending(c => c.LastInboundAt).ThenByDescending(c => c.Id).Select(c => c.Id).FirstAsync());
    }

    public static Task<IHtmlDocument> PageAsync(Colleague who, string path) => Branch.PageAsync(who.Browser, path);

    public static Task<IHtmlDocument> CaseAsync(Colleague who, int id) => PageAsync(who, $"{Inbox}/{id}");

    /// <summary>Sends a form of the case's page as the browser would: with what stands in its hidden fields.</summary>
    /// <param name="page">As it was opened, maybe a while ago; null for now.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(Colleague who, int id, string deed, IHtmlDocument? page, params (string Name, string Value)[] fields)
    {
        page ??= await CaseAsync(who, id);
        var action = deed == "reply" ? $"{Inbox}/{id}?handler=Reply" : $"{Inbox}/{id}?handler=Do&deed={deed}";
        var form = page.QuerySelectorAll<IHtmlFormElement>("form").Single(f => f.GetAttribute("action") == action);
        var hidden = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Select(i => (i.Name!, i.Value)).Where(h => fields.All(f => f.Name != h.Item1));
        return await Desk.SendFormAsync(who.Browser, action, [.. hidden, .. fields]);
    }

    public async Task<HttpResponseMessage> RepliesAsync(Colleague who, int id, string text, IHtmlDocument? page = null) => await SubmitAsync(who, id, "reply", page, ("text", text));

    /// <summary>Sends all that can be sent.</summary>
    public async Task SendAllAsync()
    {
        while (await _office.SendAsync() > 0)
        {
        }
    }

    public Task<int> ReadsAsync(int caseId, string login)
        => Bot.InDb(db => db.HelpReads.CountAsync(r => r.CaseId == caseId && db.Users.Any(u => u.Id == r.StaffId && u.UserName == login)));

    public ValueTask DisposeAsync() => _office.DisposeAsync();
}
