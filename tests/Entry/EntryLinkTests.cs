using System.Net;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Entry;

public sealed class EntryLinkTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task A_link_opens_once_and_for_its_owner_again_without_being_used()
    {
        var phone = _bot.Phone("o-1");
        var link = (await phone.Sends("学习")).Link!;

        Assert.Equal("/y/lessons/9-2", (await phone.Browser.GetAsync(link)).Headers.Location!.ToString());
        Assert.Equal("/y/lessons/9-2", (await phone.Browser.GetAsync(link)).Headers.Location!.ToString());
        Assert.Equal("/y/sorry/link.used", (await _bot.Browser().GetAsync(link)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Of_twenty_who_open_one_link_together_one_gets_in()
    {
        var link = (await _bot.Phone("o-1").Sends("学习")).Link!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _bot.Browser().GetAsync(link)));

        Assert.Single(answers, a => a.Headers.Location!.ToString() == "/y/lessons/9-2");
    }

    [Fact]
    public async Task A_preview_with_HEAD_does_not_use_the_link_up()
    {
        var phone = _bot.Phone("o-1");
        var link = (await phone.Sends("学习")).Link!;

        Assert.Equal(HttpStatusCode.OK, (await _bot.Browser().SendAsync(HttpMethod.Head, link)).StatusCode);

        Assert.Equal("/y/lessons/9-2", (await phone.Browser.GetAsync(link)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_link_runs_out_after_ten_minutes_and_a_changed_one_is_none()
    {
        var link = (await _bot.Phone("o-1").Sends("学习")).Link!;
        Assert.Equal("/y/sorry/link.invalid", (await _bot.Browser().GetAsync(link[..^1] + (link[^1] == 'A' ? 'B' : 'A'))).Headers.Location!.ToString());

        _bot.Clock.Now += Core.Entry.EntryLinks.Lifetime;

        Assert.Equal("/y/sorry/link.expired", (await _bot.Browser().GetAsync(link)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_used_link_stays_used_after_a_restart()
    {
        var phone = _bot.Phone("o-1");
        var link = (await phone.Sends("学习")).Link!;
        await phone.Browser.GetAsync(link);

        await _bot.RestartAsync();

        Assert.Equal("/y/sorry/link.used", (await _bot.Browser().GetAsync(link)).Headers.Location!.ToString());
        Assert.Equal(1, await _bot.InDb(db => db.RedeemedLinks.CountAsync()));
    }

    [Fact]
    public async Task A_session_survives_a_restart_and_ends_after_seven_days()
    {
        var learner = await _bot.Phone("o-1").Opens("学习");
        await _bot.Given(LessonGiven.Open("9-3") with { Closes = TestClock.Start.AddDays(30) });

        _bot.Clock.Now += TimeSpan.FromDays(6.9);
        Assert.Equal(HttpStatusCode.OK, (await learner.Browser.GetAsync("/api/v1/lessons/current")).StatusCode);
        _bot.Clock.Now += TimeSpan.FromDays(0.2);

        Assert.Equal(HttpStatusCode.Unauthorized, (await learner.Browser.GetAsync("/api/v1/lessons/current")).StatusCode);
    }

    [Fact]
    public async Task A_call_with_a_cookie_from_a_foreign_page_is_refused_and_with_a_token_it_is_not()
    {
        var learner = await _bot.Phone("o-1").Opens("学习");
        learner.Browser.Origin = "https://example.org";
        Assert.Equal("origin.refused", (await learner.CallAsync("attempts", new { })).GetProperty("code").GetString());
        learner.Browser.Origin = null;
        Assert.Equal("origin.refused", (await learner.CallAsync("attempts", new { })).GetProperty("code").GetString());

        var mini = await _bot.MiniProgram("o-m1");
        mini.Browser.Origin = null;
        Assert.True((await mini.CallAsync("attempts", new { })).TryGetProperty("ticket", out _));
    }
}
