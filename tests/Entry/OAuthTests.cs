using System.Net;
using System.Web;
using Bot.Tests.Support;

namespace Bot.Tests.Entry;

/// <summary>Links from the chat where the account has OAuth2: WeChat says whose phone it is.</summary>
public sealed class OAuthTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync(("WeChat:Mp:OAuth2", "base"));
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_owner_is_sent_to_WeChat_and_back_into_the_lesson()
    {
        var phone = _bot.Phone("o-1");
        var way = await BeginAsync(phone.Browser, (await phone.Sends("学习")).Link!);
        Names("o-1");

        Assert.Equal("/y/lessons/9-2", await BackAsync(phone.Browser, way));

        Assert.Equal(HttpStatusCode.OK, (await phone.Browser.GetAsync("/api/v1/lessons/current")).StatusCode);
        Assert.Equal("/y/lessons/9-2", await BackAsync(phone.Browser, way)); // browsers do repeat it
    }

    [Fact]
    public async Task Nothing_that_names_a_person_or_opens_the_link_goes_to_WeChat_in_the_address()
    {
        var link = (await _bot.Phone("o-openid-of-this-test").Sends("学习")).Link!;

        var to = (await _bot.Browser().GetAsync(link)).Headers.Location!.ToString();

        Assert.DoesNotContain("o-openid-of-this-test", to, StringComparison.Ordinal);
        Assert.DoesNotContain(link[(link.LastIndexOf('/') + 1)..], to, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o-2", false, "link.other-account")]
    [InlineData("o-1", true, "link.snapshot")]
    public async Task A_forwarded_link_opens_for_nobody_else_and_stays_good_for_its_owner(string openId, bool snapshot, string code)
    {
        await _bot.Phone("o-2").Sends("学习");
        var phone = _bot.Phone("o-1");
        var link = (await phone.Sends("学习")).Link!;
        var other = _bot.Browser();
        var way = await BeginAsync(other, link);
        Names(openId, snapshot);

        Assert.Equal("/y/sorry/" + code, await BackAsync(other, way));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/lessons/current")).StatusCode);

        Names("o-1");
        Assert.Equal("/y/lessons/9-2", await BackAsync(phone.Browser, await BeginAsync(phone.Browser, link)));
    }

    [Fact]
    public async Task A_way_back_that_another_browser_began_leads_nowhere()
    {
        var phone = _bot.Phone("o-1");
        var way = await BeginAsync(phone.Browser, (await phone.Sends("学习")).Link!);
        Names("o-1");

        Assert.Equal("/y/sorry/link.invalid", await BackAsync(_bot.Browser(), way));
        Assert.Equal("/y/sorry/link.invalid", await BackAsync(phone.Browser, way + "x"));
    }

    private void Names(string openId, bool snapshot = false)
        => _bot.Network.Answer("/sns/oauth2/access_token", $$"""{"access_token":"t","expires_in":7200,"openid":"{{openId}}","scope":"snsapi_base"{{(snapshot ? ",\"is_snapshotuser\":1" : "")}}}""");

    /// <returns>The state that WeChat is asked to send back.</returns>
    private static async Task<string> BeginAsync(Browser browser, string link)
    {
        var to = (await browser.GetAsync(link)).Headers.Location!;
        Assert.Contains("/connect/oauth2/authorize", to.ToString(), StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(to.Query);
        Assert.Equal(BotUnderTest.PublicUrl + "/go/back", query["redirect_uri"]);
        return query["state"]!;
    }

    private static async Task<string> BackAsync(Browser browser, string state) => (await browser.GetAsync($"/go/back?code=c&state={state}")).Headers.Location!.ToString();
}
