using System.Net;
using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Calendar;

/// <summary>What young people see of articles and notices.</summary>
public sealed class YouthPieceTests : NewsroomTest
{
    private static readonly DateTimeOffset Tomorrow = new(2026, 11, 19, 8, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task An_article_shows_from_its_instant_on_and_goes_when_it_is_withdrawn()
    {
        var id = await ApprovedAsync("安全骑行", Newsroom.Root);
        var stranger = Site.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/y/articles/{id}")).StatusCode);
        Assert.Contains("还没有文章", await Desk.TextAsync(stranger, "/y/articles"), StringComparison.Ordinal);

        Site.Clock.Now = Tomorrow;

        Assert.Contains("安全骑行", await Desk.TextAsync(stranger, "/y/articles"), StringComparison.Ordinal);
        Assert.Contains("正文。", await Desk.TextAsync(stranger, $"/y/articles/{id}"), StringComparison.Ordinal);
        var approver = await Newsroom.ApproverAsync(Site, "shen2");
        await Desk.PostToAsync(approver, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Withdraw", ("Seen", "1"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/y/articles/{id}")).StatusCode);
    }

    [Fact]
    public async Task An_article_of_a_county_is_for_its_people_only()
    {
        var id = await ApprovedAsync("甲县的文章", "甲县");
        var (own, other) = (await BoundAsync("o-1", "一支部", "学生002", "S002"), await BoundAsync("o-2", "三支部", "学生009", "S009"));
        Site.Clock.Now = Tomorrow;

        foreach (var (phone, sees) in new[] { (own, true), (other, false) })
        {
            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await phone.Browser.GetAsync($"/y/articles/{id}")).StatusCode);
            Assert.Equal(sees, (await Desk.TextAsync(phone.Browser, "/y/articles")).Contains("甲县的文章", StringComparison.Ordinal));
            Assert.Equal(sees, (await phone.Sends("文章")).Text.Contains("甲县的文章", StringComparison.Ordinal));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Site.Browser().GetAsync($"/y/articles/{id}")).StatusCode);
    }

    [Fact]
    public async Task The_chat_hands_over_the_latest_five()
    {
        for (var i = 1; i <= 6; i++)
        {
            await ApprovedAsync($"第{i}篇<b>", Newsroom.Root, $"2026-11-19T0{i}:00");
        }

        Site.Clock.Now = Tomorrow;
        var phone = Site.Phone("o-1");

        var said = await phone.Sends("文章");

        Assert.Contains("第6篇", said.Text, StringComparison.Ordinal);
        Assert.Contains("第2篇", said.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("第1篇", said.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", said.Text, StringComparison.Ordinal);
        var opened = await phone.Browser.OpenAsync(said.Link!);
        Assert.Contains("第6篇", await opened.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("还没有文章", (await (await Fresh()).Sends("文章")).Text, StringComparison.Ordinal);

        async Task<Phone> Fresh()
        {
            Site.Clock.Now = Tomorrow - TimeSpan.FromDays(1);
            await Task.CompletedTask;
            return Site.Phone("o-2");
        }
    }

    [Fact]
    public async Task A_notice_is_a_band_on_youth_pages_between_its_times_for_whom_it_is()
    {
        await NoticeAsync("全省停课一天", Newsroom.Root);
        await NoticeAsync("甲县有讲座", "甲县");
        var (own, other) = (await BoundAsync("o-1", "一支部", "学生002", "S002"), await BoundAsync("o-2", "三支部", "学生009", "S009"));
        Assert.DoesNotContain("全省停课一天", await Desk.TextAsync(own.Browser, "/y/me"), StringComparison.Ordinal);

        Site.Clock.Now = Tomorrow;

        Assert.Equal(["甲县有讲座", "全省停课一天"], (await BandsAsync(own.Browser, "/y/me")).Order(StringComparer.Ordinal).Reverse().OrderBy(b => b.Contains("全省", StringComparison.Ordinal)));
        Assert.Equal(["全省停课一天"], await BandsAsync(other.Browser, "/y/me"));
        Assert.Equal(["全省停课一天"], await BandsAsync(Site.Browser(), "/y/articles"));
        Site.Clock.Now = Tomorrow + TimeSpan.FromDays(7);
        Assert.Empty(await BandsAsync(Site.Browser(), "/y/articles"));
    }

    [Fact]
    public async Task While_the_database_is_away_bands_stay_as_they_were_and_the_sorry_page_asks_for_none()
    {
        await NoticeAsync("全省停课一天", Newsroom.Root);
        Site.Clock.Now = Tomorrow;
        var databases = new Databases(Site.Services.GetRequiredService<IDbContextFactory<BotDb>>());
        using var shelf = new NoticeShelf(databases, Site.Services.GetRequiredService<OrganisationTree>(), Site.Clock);
        databases.AreAway = true;
        Assert.Empty(await shelf.NowAsync(default));
        databases.AreAway = false;
        Site.Clock.Now += TimeSpan.FromSeconds(3);
        Assert.Single(await shelf.NowAsync(default));

        databases.AreAway = true;
        shelf.Forget();
        Assert.Single(await shelf.NowAsync(default));
        Site.Clock.Now += TimeSpan.FromSeconds(3);
        Assert.Single(await shelf.NowAsync(default));

        var sorry = await Site.Browser().GetAsync("/y/nothing-here");
        Assert.Equal(HttpStatusCode.NotFound, sorry.StatusCode);
        Assert.DoesNotContain("全省停课一天", await sorry.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["全省停课一天"], await BandsAsync(Site.Browser(), "/y/articles"));
    }

    private sealed class Databases(IDbContextFactory<BotDb> real) : IDbContextFactory<BotDb>
    {
        private const int Busy = 5;

        public bool AreAway { get; set; }

        public BotDb CreateDbContext() => AreAway ? throw new SqliteException("database is locked", Busy) : real.CreateDbContext();
    }

    private static async Task<string[]> BandsAsync(Browser browser, string path) => [.. (await Newsroom.PageAsync(browser, path)).QuerySelectorAll(".band b").Select(b => b.TextContent)];

    /// <summary>Somebody of a branch, with a session.</summary>
    private async Task<Phone> BoundAsync(string openId, string branch, string name, string number)
    {
        var phone = await SecretaryTests.BoundAsync(Site, openId, branch, name, number);
        await phone.Browser.GetAsync((await phone.Sends("我的")).Link!);
        return phone;
    }
}
