using System.Net;
using Bot.Core.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

public sealed class SignInTests
{
    private const string SignIn = "/staff/sign-in";
    private const string Code = "/staff/sign-in/code";

    [Fact]
    public async Task The_password_alone_opens_nothing()
    {
        await using var bot = await Desk.StartAsync();
        var colleague = await Desk.JoinAsync(bot, "li");
        var browser = bot.Browser();

        var answer = await PasswordAsync(browser, "li");

        Assert.StartsWith(Code, answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.False(await Desk.IsInAsync(browser));
        await Desk.PostAsync(browser, Code, ("code", "000000"));
        Assert.False(await Desk.IsInAsync(browser));
        await Desk.PostAsync(browser, Code, ("code", Totp.Code(colleague.Key, bot.Clock.Now)));
        Assert.True(await Desk.IsInAsync(browser));
    }

    [Fact]
    public async Task Who_has_no_second_factor_yet_is_sent_to_set_one_up()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.PostAsync(bot.Browser(), await Desk.InviteAsync(bot, "li"), ("password", Desk.Password), ("repeated", Desk.Password));
        var browser = bot.Browser();

        var answer = await PasswordAsync(browser, "li");

        Assert.StartsWith("/staff/enrolment", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.False(await Desk.IsInAsync(browser));
    }

    [Fact]
    public async Task A_code_opens_once_and_so_does_a_recovery_code()
    {
        await using var bot = await Desk.StartAsync();
        var colleague = await Desk.JoinAsync(bot, "li");
        var code = Totp.Code(colleague.Key, bot.Clock.Now);

        Assert.True(await SignsInAsync(bot, "li", code));
        Assert.False(await SignsInAsync(bot, "li", code));
        Assert.True(await SignsInAsync(bot, "li", colleague.RecoveryCodes[0].ToLowerInvariant()));
        Assert.False(await SignsInAsync(bot, "li", colleague.RecoveryCodes[0]));
        Assert.True(await SignsInAsync(bot, "li", colleague.RecoveryCodes[1]));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_even_the_right_one_for_a_quarter_of_an_hour()
    {
        await using var bot = await Desk.StartAsync();
        var colleague = await Desk.JoinAsync(bot, "li");
        for (var i = 0; i < SignIns.MaxTries; i++)
        {
            await PasswordAsync(bot.Browser(), "li", "wrong");
        }

        var locked = await PasswordAsync(bot.Browser(), "li");
        Assert.Equal(HttpStatusCode.OK, locked.StatusCode);
        Assert.Contains("15 分钟", await locked.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        bot.Clock.Now += SignIns.LockedFor;
        Assert.True(await SignsInAsync(bot, "li", Totp.Code(colleague.Key, bot.Clock.Now)));
    }

    [Fact]
    public async Task A_login_that_there_is_not_answers_and_locks_like_one_that_there_is()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.JoinAsync(bot, "li");
        var answers = new Dictionary<string, List<string>> { ["li"] = [], ["nobody"] = [] };
        foreach (var (login, said) in answers)
        {
            for (var i = 0; i < SignIns.MaxTries + 2; i++)
            {
                said.Add(await SaidAsync(login));
            }
        }

        bot.Clock.Now += SignIns.LockedFor;
        foreach (var (login, said) in answers)
        {
            said.Add(await SaidAsync(login));
        }

        Assert.Equal(answers["li"], answers["nobody"]);
        Assert.Equal(2, answers["li"].Distinct().Count());

        async Task<string> SaidAsync(string login)
        {
            var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await (await PasswordAsync(bot.Browser(), login, "wrong")).Content.ReadAsStringAsync());
            return page.QuerySelector("[role=alert]")!.TextContent.Trim();
        }
    }

    [Fact]
    public async Task Thirty_guesses_made_together_are_judged_five_times()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.JoinAsync(bot, "li");

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => await (await PasswordAsync(bot.Browser(), "li", $"guess {i}")).Content.ReadAsStringAsync()));

        Assert.True(answers.Count(a => a.Contains("账号或密码不对", StringComparison.Ordinal)) < SignIns.MaxTries);
        Assert.True(answers.Count(a => a.Contains("试错太多次", StringComparison.Ordinal)) > 30 - SignIns.MaxTries);
    }

    [Fact]
    public async Task Who_knows_the_password_cannot_guess_codes_for_ever()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.JoinAsync(bot, "li");
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await SignsInAsync(bot, "li", "000000"));
        }

        Assert.Contains("试错太多次", await (await PasswordAsync(bot.Browser(), "li")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/staff/organisations/1?period=9-2", "/staff/organisations/1?period=9-2")]
    [InlineData("https://example.com/staff", "/staff")]
    [InlineData("//example.com/staff", "/staff")]
    [InlineData("/\\example.com/staff", "/staff")]
    [InlineData("/staff/../\\example.com", "/staff")]
    [InlineData("/y/me", "/staff")]
    public async Task After_signing_in_one_is_at_the_page_that_was_asked_for_if_it_is_ours(string asked, string landed)
    {
        await using var bot = await Desk.StartAsync();
        await Desk.RunAsync(bot, "staff", "sample", "demo", "demo", "--under", "示例省");
        var browser = bot.Browser();

        var answer = await Desk.PostAsync(browser, $"{SignIn}?return={Uri.EscapeDataString(asked)}", ("login", "demo"), ("password", "demo"));

        Assert.Equal(landed, answer.Headers.Location?.ToString());
        Assert.True(await Desk.IsInAsync(browser));
    }

    [Fact]
    public async Task An_account_without_a_second_factor_is_only_made_on_loopback()
    {
        await using var bot = await Desk.StartAsync(("Site:PublicUrl", "https://example.org"));

        Assert.Equal(1, (await bot.RunAsync("staff", "sample", "demo", "demo", "--under", "示例省")).Code);
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.RunAsync(bot, "staff", "sample", "demo", "demo", "--under", "示例省");
        var browser = bot.Browser();

        Assert.Equal(HttpStatusCode.BadRequest, (await Desk.SendFormAsync(browser, SignIn, ("login", "demo"), ("password", "demo"))).StatusCode);

        await Desk.PostAsync(browser, SignIn, ("login", "demo"), ("password", "demo"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Desk.SendFormAsync(browser, "/staff/sign-out")).StatusCode);
        Assert.True(await Desk.IsInAsync(browser));
        await Desk.PostToAsync(browser, "/staff", "/staff/sign-out");
        Assert.False(await Desk.IsInAsync(browser));
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_and_when_its_owner_leaves()
    {
        await using var bot = await Desk.StartAsync();
        var (stays, leaves) = (await Desk.JoinAsync(bot, "stays"), await Desk.JoinAsync(bot, "leaves"));

        await Desk.RunAsync(bot, "staff", "leave", "leaves");

        Assert.False(await Desk.IsInAsync(leaves.Browser));
        Assert.True(await Desk.IsInAsync(stays.Browser));
        bot.Clock.Now += TimeSpan.FromHours(12);
        Assert.False(await Desk.IsInAsync(stays.Browser));
    }

    private static Task<HttpResponseMessage> PasswordAsync(Browser browser, string login, string password = Desk.Password)
        => Desk.PostAsync(browser, SignIn, ("login", login), ("password", password));

    private static async Task<bool> SignsInAsync(BotUnderTest bot, string login, string code)
    {
        var browser = bot.Browser();
        await PasswordAsync(browser, login);
        await Desk.PostAsync(browser, Code, ("code", code));
        return await Desk.IsInAsync(browser);
    }
}
