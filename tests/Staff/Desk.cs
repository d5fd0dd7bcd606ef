using System.Net;
using System.Text.RegularExpressions;
using Bot.Core.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

/// <summary>What people do at the console, as a browser would.</summary>
public static partial class Desk
{
    public const string Password = "four words in a row";

    /// <summary>Two counties; the first has a town with two branches, one of them of three people.</summary>
    public const string Roster =
        """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务
        示例省,省级,,,,,,
        示例省/甲县,旗县,,,,,,
        示例省/甲县/甲镇,乡镇街道,,,,,,
        示例省/甲县/甲镇/一支部,支部,学生001,2008-05-01,,S001,团员,书记
        示例省/甲县/甲镇/一支部,支部,学生002,2008-05-01,,S002,团员,
        示例省/甲县/甲镇/一支部,支部,学生003,2008-05-01,,S003,团员,
        示例省/甲县/甲镇/一支部,支部,学生004,2008-05-01,,S004,团员,
        示例省/甲县/甲镇/一支部,支部,学生005,2008-05-01,,S005,团员,
        示例省/甲县/甲镇/二支部,支部,学生006,2008-05-01,,S006,团员,书记
        示例省/甲县/甲镇/二支部,支部,学生007,2008-05-01,,S007,团员,
        示例省/甲县/甲镇/二支部,支部,学生008,2008-05-01,,S008,团员,
        示例省/乙县,旗县,,,,,,
        示例省/乙县/三支部,支部,学生009,2008-05-01,,S009,团员,
        """;

    public static async Task<BotUnderTest> StartAsync(params (string, string)[] settings)
    {
        var bot = await BotUnderTest.StartAsync(settings);
        var file = Path.Combine(bot.Folder, "roster.csv");
        await File.WriteAllTextAsync(file, Roster);
        await RunAsync(bot, "roster", "import", file);
        return bot;
    }

    /// <returns>What it printed, without the line's end.</returns>
    public static async Task<string> RunAsync(BotUnderTest bot, params string[] args)
    {
        var ran = await bot.RunAsync(args);
        Assert.True(ran.Code == 0, ran.Error);
        return ran.Out.Trim();
    }

    public static async Task<int> OrganisationAsync(BotUnderTest bot, string name)
        => await bot.InDb(db => Task.FromResult(db.Organisations.Single(o => o.Name == name).Id));

    /// <returns>The path of a new colleague's invitation.</returns>
    public static async Task<string> InviteAsync(BotUnderTest bot, string login, string role = "committee-officer", string under = "示例省/甲县")
        => (await RunAsync(bot, "staff", "add", login, "--role", role, "--under", under))[BotUnderTest.PublicUrl.Length..];

    /// <summary>Follows an invitation to the end: password, authenticator, recovery codes.</summary>
    public static async Task<Colleague> JoinAsync(BotUnderTest bot, string login, string role = "committee-officer", string under = "示例省/甲县")
        => await AcceptAsync(bot, login, await InviteAsync(bot, login, role, under));

    /// <param name="invitation">Its path.</param>
    public static async Task<Colleague> AcceptAsync(BotUnderTest bot, string login, string invitation)
    {
        var browser = bot.Browser();
        var set = await PostAsync(browser, invitation, ("password", Password), ("repeated", Password));
        Assert.Equal("/staff/enrolment", set.Headers.Location?.ToString());
        var key = KeyOf(await TextAsync(browser, "/staff/enrolment"));
        var confirmed = await PostAsync(browser, "/staff/enrolment", ("code", Totp.Code(key, bot.Clock.Now)));
        var codes = RecoveryCode().Matches(await confirmed.Content.ReadAsStringAsync()).Select(m => m.Value).ToList();
        bot.Clock.Now += TimeSpan.FromMinutes(1); // a code opens once
        return new Colleague(login, browser, key, codes);
    }

    /// <summary>Sends a page's form with its anti-forgery token.</summary>
    public static async Task<HttpResponseMessage> PostAsync(Browser browser, string page, params (string Name, string Value)[] fields)
        => await PostToAsync(browser, page, page, fields);

    public static async Task<HttpResponseMessage> PostToAsync(Browser browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = await TokenAsync(browser, page);
        return await SendFormAsync(browser, action, [.. fields, ("__RequestVerificationToken", token)]);
    }

    /// <summary>The anti-forgery token of a page's form.</summary>
    public static async Task<string> TokenAsync(Browser browser, string page) => TokenField().Match(await TextAsync(browser, page)).Groups[1].Value;

    public static Task<HttpResponseMessage> SendFormAsync(Browser browser, string action, params (string Name, string Value)[] fields)
        => browser.SendAsync(HttpMethod.Post, action, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public static async Task<string> TextAsync(Browser browser, string path) => await (await browser.GetAsync(path)).Content.ReadAsStringAsync();

    /// <summary>True when the console lets this browser in.</summary>
    public static async Task<bool> IsInAsync(Browser browser) => (await browser.GetAsync("/staff")).StatusCode == HttpStatusCode.OK;

    public static byte[] KeyOf(string page)
    {
        const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var written = ManualKey().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(32, written.Length);
        var bits = string.Concat(written.Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
    }

    [GeneratedRegex("""name="__RequestVerificationToken" type="hidden" value="([^"]+)"|value="([^"]+)" name="__RequestVerificationToken""")]
    private static partial Regex TokenField();

    /// <summary>The path of the invitation that a page shows to the administrator who has just made it.</summary>
    public static string InvitationIn(string page) => Shown().Match(page).Groups[1].Value;

    [GeneratedRegex("id=\"invitation\">http://[^/]+(/staff/invitations/[^<]+)<")]
    private static partial Regex Shown();

    [GeneratedRegex("""<code id="key">([A-Z2-7 ]+)</code>""")]
    private static partial Regex ManualKey();

    [GeneratedRegex(@"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b")]
    private static partial Regex RecoveryCode();
}

/// <summary>Somebody who has just signed in for the first time.</summary>
public sealed record Colleague(string Login, Browser Browser, byte[] Key, IReadOnlyList<string> RecoveryCodes);
