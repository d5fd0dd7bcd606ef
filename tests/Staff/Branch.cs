using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

/// <summary>What tests of a branch's own lists do again and again.</summary>
internal static class Branch
{
    /// <summary>Adds these lines to the roster of <see cref="Desk"/>.</summary>
    public static async Task RosterAsync(BotUnderTest bot, string lines)
    {
        var file = Path.Combine(bot.Folder, "more.csv");
        await File.WriteAllTextAsync(file, "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n" + lines);
        await Desk.RunAsync(bot, "roster", "import", file);
        bot.Clock.Now += TimeSpan.FromMinutes(2); // longer than anything is kept in memory
    }

    /// <summary>The secretary's browser after 进度.</summary>
    public static async Task<Browser> SecretaryAsync(BotUnderTest bot, string openId = "o-1", string branch = "一支部", string name = "学生001", string number = "S001")
    {
        var phone = await SecretaryTests.BoundAsync(bot, openId, branch, name, number);
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        return phone.Browser;
    }

    public static async Task<string> PathAsync(BotUnderTest bot, string organisation, string page)
        => $"/staff/organisations/{await Desk.OrganisationAsync(bot, organisation)}/{page}";

    public static async Task<IHtmlDocument> PageAsync(Browser browser, string path) => new HtmlParser().ParseDocument(await Desk.TextAsync(browser, path));

    public static async Task StudyAsync(BotUnderTest bot, Phone phone, string lesson)
    {
        var learner = await phone.Opens("学习");
        learner.Lesson = lesson;
        Assert.Equal(201, (int)(await (await learner.StudiesFor(60)).Finishes()).Status);
    }

    /// <summary>What a browser without script would send of a form, without its token.</summary>
    public static (string Name, string Value)[] Fields(IElement form)
        => [.. form.QuerySelectorAll("input[name], select[name]")
            .Where(f => f.GetAttribute("name") is not "__RequestVerificationToken" && (f.GetAttribute("type") is not ("checkbox" or "radio") || f.HasAttribute("checked")))
            .Select(f => (f.GetAttribute("name")!, (f is IHtmlSelectElement select ? select.Value : f.GetAttribute("value")) ?? ""))];

    /// <summary>Asks for a file as the page's form does.</summary>
    public static async Task<HttpResponseMessage> ExportAsync(BotUnderTest bot, Browser browser, string organisation, string what, params (string, string)[] fields)
        => await Desk.PostToAsync(browser, await PathAsync(bot, organisation, "export?what=" + what), await PathAsync(bot, organisation, "export"), [("what", what), .. fields]);
}
