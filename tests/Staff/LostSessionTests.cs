using System.Net;
using Bot.Tests.Support;

namespace Bot.Tests.Staff;

/// <summary>A form that is sent after its session has ended.</summary>
public sealed class LostSessionTests
{
    [Theory]
    [InlineData("/staff/replies/edit?key=reply:welcome", "/staff/replies/edit?key=reply:welcome", "/staff/replies/edit?key=reply:welcome")]
    [InlineData("/staff/organisations/7/changes?handler=Rename", "/staff/organisations/7/changes", "/staff/organisations/7/changes")]
    [InlineData("/staff/calendar/pieces/7/review?handler=Decline", "/staff/calendar?open=%2Fstaff%2Fcalendar%2Fpieces%2F7%2Freview", "/staff/calendar?open=%2Fstaff%2Fcalendar%2Fpieces%2F7%2Freview")]
    [InlineData("/staff/calendar/pieces/7/review?handler=Decline", null, "/staff/calendar/pieces/7/review")]
    [InlineData("/staff/organisations/7/adjustments?period=9-2", null, "/staff/organisations/7/adjustments?period=9-2")]
    [InlineData("/staff/calendar/new?kind=push", "/y/me", "/staff/calendar/new?kind=push")]
    [InlineData("/staff/organisations/7/changes?handler=Merge", "/staff/organisations/7/changes?handler=Rename", "/staff/organisations/7/changes")]
    [InlineData("/staff/sign-out", null, "/staff")]
    public async Task It_leads_over_the_sign_in_back_to_the_page_of_the_form(string action, string? page, string back)
    {
        await using var bot = await Desk.StartAsync();

        var answer = await bot.Browser().SendAsync(HttpMethod.Post, action, new FormUrlEncodedContent([]), page is null ? [] : [("Referer", BotUnderTest.PublicUrl + page)]);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/staff/sign-in?return=" + Uri.EscapeDataString(back), answer.Headers.Location!.PathAndQuery());
    }

    [Fact]
    public async Task A_page_of_another_site_is_no_page_to_go_back_to()
    {
        await using var bot = await Desk.StartAsync();

        var answer = await bot.Browser().SendAsync(HttpMethod.Post, "/staff/ledger", new FormUrlEncodedContent([]), ("Referer", "https://example.org/staff/audit"));

        Assert.Equal("/staff/sign-in?return=%2Fstaff%2Fledger", answer.Headers.Location!.PathAndQuery());
    }
}
