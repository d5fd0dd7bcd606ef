using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Bot.Tests.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Calendar;

/// <summary>What editors and approvers do at the calendar, as a browser without script would.</summary>
internal static partial class Newsroom
{
    public const string Root = "示例省";
    public const string Body = "## 先看再走\n\n过马路先看**左右**。";

    public static async Task<Browser> EditorAsync(BotUnderTest bot, string login = "bian", string under = Root) => (await Desk.JoinAsync(bot, login, "editor", under)).Browser;

    public static async Task<Browser> ApproverAsync(BotUnderTest bot, string login = "shen", string under = Root) => (await Desk.JoinAsync(bot, login, "approver", under)).Browser;

    public static Task<IHtmlDocument> PageAsync(Browser browser, string path) => Branch.PageAsync(browser, path);

    /// <summary>Fills in a page's form and presses one of its buttons.</summary>
    /// <param name="fields">Names without the Form. before them.</param>
    public static async Task<HttpResponseMessage> PressAsync(Browser browser, string path, string button, params (string Name, string Value)[] fields)
        => await PressAsync(browser, await PageAsync(browser, path), button, fields);

    public static Task<HttpResponseMessage> PressAsync(Browser browser, IHtmlDocument page, string button, params (string Name, string Value)[] fields)
    {
        var form = page.QuerySelector("form[data-piece-form]")!;
        var sent = new List<(string Name, string Value)>();
        foreach (var element in form.QuerySelectorAll("input[name], textarea[name], select[name]"))
        {
            var value = element switch
            {
                IHtmlInputElement { Type: "file" } => null,
                IHtmlInputElement { Type: "radio" or "checkbox", IsChecked: false } => null,
                IHtmlInputElement input => input.Value,
                IHtmlTextAreaElement area => area.Value,
                IHtmlSelectElement select => select.Value,
                _ => null,
            };
            if (value is not null && fields.All(f => "Form." + f.Name != element.GetAttribute("name") && f.Name != element.GetAttribute("name")))
            {
                sent.Add((element.GetAttribute("name")!, value));
            }
        }

        sent.AddRange(fields.Select(f => (f.Name is "OrganisationId" or "Seen" or "Again" ? f.Name : "Form." + f.Name, f.Value)));
        return Desk.SendFormAsync(browser, form.GetAttribute("action")!, [.. sent, ("Do", button)]);
    }

    /// <returns>The new piece's id.</returns>
    public static async Task<int> WriteAsync(Browser browser, string kind, string button, params (string, string)[] fields)
    {
        var answer = await PressAsync(browser, "/staff/calendar/new?kind=" + kind, button, fields);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, Text(await answer.Content.ReadAsStringAsync()));
        return Id(answer);
    }

    public static Task<int> LessonAsync(Browser browser, string button = "submit", string title = "骑车过马路") => WriteAsync(browser, "lesson", button, ("Title", title), ("Body", Body));

    public static async Task<int> ArticleAsync(BotUnderTest bot, Browser browser, string title, string organisation = Root, string button = "submit", string body = "正文。")
        => await WriteAsync(browser, "article", button, ("Title", title), ("Body", body), ("OrganisationId", $"{await Desk.OrganisationAsync(bot, organisation)}"));

    /// <summary>Opens the review and presses yes.</summary>
    public static async Task<HttpResponseMessage> ApproveAsync(Browser browser, int id) => await DecideAsync(browser, id, await PageAsync(browser, $"/staff/calendar/pieces/{id}/review"));

    /// <summary>Presses yes on a review that was opened before.</summary>
    public static Task<HttpResponseMessage> DecideAsync(Browser browser, int id, IHtmlDocument review)
        => Desk.SendFormAsync(browser, $"/staff/calendar/pieces/{id}/review?handler=Approve", [.. review.QuerySelectorAll("form[action$=Approve] input:not([type=checkbox])").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))]);

    public static async Task ApprovedAsync(Browser browser, int id)
    {
        var answer = await ApproveAsync(browser, id);
        Assert.Equal($"/staff/calendar/pieces/{id}?done=approved", answer.Headers.Location?.ToString());
    }

    public static async Task<HttpResponseMessage> DeclineAsync(Browser browser, int id, string reason)
    {
        var path = $"/staff/calendar/pieces/{id}/review";
        var seen = (await PageAsync(browser, path)).QuerySelector("form[action$=Decline] input[name=Seen]")!.GetAttribute("value")!;
        return await Desk.PostToAsync(browser, path, path + "?handler=Decline", ("Seen", seen), ("Reason", reason));
    }

    public static async Task<HttpResponseMessage> MoveAsync(Browser browser, int id, int version, string start)
        => await Desk.PostToAsync(browser, "/staff/calendar", "/staff/calendar?handler=Move", ("id", $"{id}"), ("version", $"{version}"), ("start", start));

    /// <summary>The word that the calendar has for a piece.</summary>
    public static async Task<string> StateAsync(Browser browser, int id, string query = "")
        => (await PageAsync(browser, "/staff/calendar" + query)).QuerySelector($"[data-entry][data-href='/staff/calendar/pieces/{id}'] .agenda__state")!.TextContent.Trim();

    public static string Text(string html) => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html).Body!.QuerySelector("main")?.TextContent ?? html;

    private static int Id(HttpResponseMessage answer) => int.Parse(PieceId().Match(answer.Headers.Location!.ToString()).Groups[1].Value, null);

    [GeneratedRegex("pieces/([0-9]+)")]
    private static partial Regex PieceId();
}
