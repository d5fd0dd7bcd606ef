using System.Net;

namespace Bot.Tests.Simulator;

/// <summary>The browser inside a phone.</summary>
public sealed class WebProxyTests
{
    [Fact]
    public async Task Two_people_are_signed_in_as_two_people()
    {
        await using var world = await PretendWorld.StartAsync();
        using var one = await world.Client().GetAsync("/web/u1/y/sign-in?name=one");
        using var two = await world.Client().GetAsync("/web/u2/y/sign-in?name=two");

        Assert.Equal("/web/u1/y/who", one.Headers.Location!.OriginalString);
        Assert.False(one.Headers.Contains("Set-Cookie"));
        Assert.Equal("one", await world.Client().GetStringAsync("/web/u1/y/who"));
        Assert.Equal("two", await world.Client().GetStringAsync("/web/u2/y/who"));
    }

    [Fact]
    public async Task The_phones_of_tests_have_sessions_of_their_own_too()
    {
        await using var world = await PretendWorld.StartAsync();
        var neighbour = world.Phones.New();

        using var one = await world.Phone.Browser.OpensAsync("/y/sign-in?name=one");
        using var two = await neighbour.Browser.OpensAsync("http://localhost:5000/y/who");

        Assert.Equal("one", await one.Content.ReadAsStringAsync());
        Assert.Equal("nobody", await two.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_absolute_path_belongs_to_whoever_the_referring_page_belongs_to()
    {
        await using var world = await PretendWorld.StartAsync();
        using var _ = await world.Client().GetAsync("/web/u2/y/sign-in?name=two");

        using var fetched = await GetAsync(world, "/y/who", "/web/u2/y/lesson", ("Sec-Fetch-Mode", "cors"));
        using var navigated = await GetAsync(world, "/y/who?a=b", "/web/u2/y/lesson", ("Sec-Fetch-Mode", "navigate"));
        using var lost = await GetAsync(world, "/y/who", "/");

        Assert.Equal("two", await fetched.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.TemporaryRedirect, "/web/u2/y/who?a=b"), (navigated.StatusCode, navigated.Headers.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
    }

    [Fact]
    public async Task A_pages_files_are_found_and_those_that_a_style_sheet_asks_for_belong_to_nobody()
    {
        await using var world = await PretendWorld.StartAsync();
        using var _ = await world.Client().GetAsync("/web/u2/y/sign-in?name=two");

        using var ofPage = await GetAsync(world, "/lib/page.css", "/web/u2/y/lesson", ("Sec-Fetch-Mode", "no-cors"));
        using var ofSheet = await GetAsync(world, "/lib/page.css", "/lib/other.css", ("Sec-Fetch-Dest", "style"));

        Assert.Equal("/* two */", await ofPage.Content.ReadAsStringAsync());
        Assert.Equal("/* nobody */", await ofSheet.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_bot_sees_its_own_address_and_a_foreign_origin_stays_foreign()
    {
        await using var world = await PretendWorld.StartAsync();

        Assert.Equal(
            "localhost:5000 http://localhost:5000 http://localhost:5000/y/lesson?x=1", await SourceAsync(world, "http://localhost:5080"));
        Assert.StartsWith("localhost:5000 https://evil.example ", await SourceAsync(world, "https://evil.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_forbids_framing_is_taken_off_a_page()
    {
        await using var world = await PretendWorld.StartAsync();

        using var page = await world.Client().GetAsync("/web/u1/y/guarded");

        Assert.False(page.Headers.Contains("X-Frame-Options"));
        Assert.Equal("default-src 'self'; img-src data:", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("same-origin", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Nothing_leads_away_from_the_bot()
    {
        await using var world = await PretendWorld.StartAsync();

        using var away = await world.Client().GetAsync("/web/u1/y/away");
        using var hidden = await world.Client().GetAsync("/web/u1/y/slashes");
        using var slashes = await world.Client().GetAsync("/web/u1//example.com/y/who");
        using var nobody = await world.Client().GetAsync("/web/u9/y/who");

        Assert.Equal("/phone/outside.html?to=https%3A%2F%2Fexample.com%2Fx", away.Headers.Location!.OriginalString);
        Assert.Equal("/phone/outside.html?to=http%3A%2F%2Fexample.com%2Fx", hidden.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, slashes.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Phone.Browser.OpensAsync("https://example.com/"));
    }

    [Fact]
    public async Task OAuth2_sends_a_person_back_with_a_code_of_their_own_and_only_to_the_bot()
    {
        await using var world = await PretendWorld.StartAsync();
        var to = Authorize(world, "http://localhost:5000/y/code?a=b");

        using var step = await world.Client().GetAsync("/web/u2/y/oauth?to=" + Uri.EscapeDataString(to));
        using var back = await world.Client().GetAsync(step.Headers.Location);
        using var foreign = await world.Client().GetAsync("/web/u2" + new Uri(Authorize(world, "https://evil.example/")).PathAndQuery);

        Assert.StartsWith("/web/u2/connect/oauth2/authorize?", step.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("/web/u2/y/code?a=b&code=", back.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.EndsWith("&state=s1", back.Headers.Location.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        var code = System.Web.HttpUtility.ParseQueryString(back.Headers.Location.OriginalString.Split('?')[1])["code"];
        Assert.Equal(0, world.WeChat.Logins.Redeem(code, world.WeChat.Mp.AppId, out var openId));
        Assert.Equal(world.WeChat.People[1].OpenIdAt(world.WeChat.Mp), openId);
    }

    [Fact]
    public async Task The_phones_of_tests_take_the_OAuth2_detour_by_themselves()
    {
        await using var world = await PretendWorld.StartAsync();

        using var page = await world.Phone.Browser.OpensAsync("/y/oauth?to=" + Uri.EscapeDataString(Authorize(world, "http://localhost:5000/y/code")));

        Assert.EndsWith(" s1", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Authorize(PretendWorld world, string redirect)
        => $"http://localhost:5080/connect/oauth2/authorize?appid={world.WeChat.Mp.AppId}&redirect_uri={Uri.EscapeDataString(redirect)}"
            + "&response_type=code&scope=snsapi_base&state=s1#wechat_redirect";

    private static async Task<string> SourceAsync(PretendWorld world, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/source") { Content = new StringContent("{}") };
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Referer", "http://localhost:5080/web/u1/y/lesson?x=1");
        using var response = await world.Client().SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> GetAsync(PretendWorld world, string path, string referer, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Referer", "http://localhost:5080" + referer);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await world.Client().SendAsync(request);
    }
}
