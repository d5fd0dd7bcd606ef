using System.Net;
using Bot.Core;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class TransferPageTests
{
    [Fact]
    public async Task A_secretary_releases_from_the_phone_and_the_other_one_accepts()
    {
        await using var bot = await Desk.StartAsync();
        var (first, second) = (await SecretaryAsync(bot, "o-1", "一支部", "学生001", "S001"), await SecretaryAsync(bot, "o-6", "二支部", "学生006", "S006"));
        var (from, to) = (await Desk.OrganisationAsync(bot, "一支部"), await Desk.OrganisationAsync(bot, "二支部"));
        var people = new[] { await bot.PersonAsync("学生002"), await bot.PersonAsync("学生003") };
        var form = $"/staff/organisations/{from}/transfers/new";
        Assert.Contains(form, await Desk.TextAsync(first, "/staff/transfers"), StringComparison.Ordinal);

        // What is typed is looked up first, and nothing chosen so far is lost.
        var searched = await (await Desk.PostAsync(first, form, ("Chosen", $"{people[0]}"), ("Chosen", $"{people[1]}"), ("place", "二支部"), ("Kind", "ToSchool"), ("Deadline", "2026-12-20"))).Content.ReadAsStringAsync();
        Assert.Contains("示例省/甲县/甲镇/二支部", searched, StringComparison.Ordinal);
        Assert.Equal(2, searched.Split("name=\"Chosen\"").Count(part => part.Split('>')[0].Contains("checked", StringComparison.Ordinal)));
        Assert.Contains("value=\"2026-12-20\"", searched, StringComparison.Ordinal);
        Assert.Equal(0, await bot.InDb(db => db.Transfers.CountAsync()));
        var released = await Desk.PostAsync(first, form, ("Chosen", $"{people[0]}"), ("Chosen", $"{people[1]}"), ("place", "二支部"), ("to", $"{to}"), ("Kind", "ToSchool"), ("Deadline", "2026-12-20"));
        Assert.Equal("/staff/transfers?done=released&count=2", released.Headers.Location?.ToString());
        Assert.Contains("已转出 2 人", await Desk.TextAsync(first, "/staff/transfers?done=released&count=2"), StringComparison.Ordinal);

        var list = await Desk.TextAsync(second, "/staff/transfers");
        Assert.Contains("等我接收", list, StringComparison.Ordinal);
        Assert.Contains("学生002", list, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"2 人\"", list, StringComparison.Ordinal);
        var ids = await bot.InDb(db => db.Transfers.OrderBy(t => t.Id).Select(t => t.Id).ToListAsync());
        var accepted = await Desk.PostToAsync(second, "/staff/transfers", "/staff/transfers?handler=Accept", ("ids", $"{ids[0]}"));
        Assert.Equal("/staff/transfers?done=accepted&count=1", accepted.Headers.Location?.ToString());
        Assert.Equal(to, await bot.PlaceAsync("学生002"));
        var refused = await Desk.PostToAsync(second, $"/staff/transfers/{ids[1]}", $"/staff/transfers/{ids[1]}?handler=Refuse", ("reason", "NotOurs"));
        Assert.Equal("/staff/transfers?done=refused", refused.Headers.Location?.ToString());

        Assert.Contains("没有接收：不是本支部的人", await Desk.TextAsync(first, "/staff/transfers"), StringComparison.Ordinal);
        var back = await Desk.PostToAsync(first, $"/staff/transfers/{ids[1]}", $"/staff/transfers/{ids[1]}?handler=Withdraw");
        Assert.Equal("/staff/transfers?done=withdrawn", back.Headers.Location?.ToString());
        Assert.Equal(from, await bot.PlaceAsync("学生003"));
    }

    [Fact]
    public async Task A_join_code_names_the_destination_and_what_is_wrong_stands_beside_the_field()
    {
        await using var bot = await Desk.StartAsync();
        var secretary = await SecretaryAsync(bot, "o-1", "一支部", "学生001", "S001");
        var from = await Desk.OrganisationAsync(bot, "一支部");
        var form = $"/staff/organisations/{from}/transfers/new";
        var code = await bot.InDb(db => db.Organisations.Where(o => o.Name == "三支部").Select(o => o.JoinCode).SingleAsync());

        Assert.Contains("示例省/乙县/三支部", await AskAsync(("place", code.ToLowerInvariant()), ("find", "1")), StringComparison.Ordinal);
        Assert.Contains("好几个组织符合", await AskAsync(("place", "支部")), StringComparison.Ordinal);
        Assert.Contains("没有找到这个组织", await AskAsync(("place", "没有的")), StringComparison.Ordinal);
        Assert.Contains("请写去向", await AskAsync(("place", "")), StringComparison.Ordinal);
        Assert.Contains("请选要转出的人", await AskAsync(("Unknown", "true")), StringComparison.Ordinal);
        var person = await bot.PersonAsync("学生002");
        Assert.Contains("期限最早明天", await AskAsync(("Unknown", "true"), ("Chosen", $"{person}"), ("Deadline", "2020-01-01")), StringComparison.Ordinal);
        await AskAsync(("Unknown", "true"), ("Chosen", $"{person}"));
        Assert.Null(await bot.InDb(db => db.Transfers.Select(t => t.ToId).SingleAsync()));

        async Task<string> AskAsync(params (string, string)[] fields) => await (await Desk.PostAsync(secretary, form, fields)).Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Who_has_nothing_to_do_with_a_transfer_finds_none_and_no_name()
    {
        await using var bot = await Desk.StartAsync();
        await SecretaryAsync(bot, "o-1", "一支部", "学生001", "S001");
        await SecretaryAsync(bot, "o-6", "二支部", "学生006", "S006");
        var (first, second) = (await Desk.OrganisationAsync(bot, "一支部"), await Desk.OrganisationAsync(bot, "二支部"));
        var (id, _) = await bot.ReleaseAsync("学生002", first, second, first);
        var above = (await Desk.JoinAsync(bot, "li")).Browser;
        var editor = (await Desk.JoinAsync(bot, "wang", "editor")).Browser;

        var page = await Desk.TextAsync(above, "/staff/transfers");

        Assert.DoesNotContain("学生", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await above.GetAsync($"/staff/transfers/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await above.GetAsync($"/staff/organisations/{first}/transfers/new")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await editor.GetAsync("/staff/transfers")).StatusCode);
        foreach (var handler in new[] { "Accept", "Refuse&reason=Other", "Withdraw", "Extend&deadline=2026-12-30", $"Send&to={first}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(above, "/staff", $"/staff/transfers/{id}?handler={handler}")).StatusCode);
        }

        bot.Clock.Now += TimeSpan.FromDays(31);
        above = (await SignInAgainAsync(bot)).Browser;
        page = await Desk.TextAsync(above, "/staff/transfers");
        Assert.Contains("没有人接的", page, StringComparison.Ordinal);
        Assert.Contains("学生002", page, StringComparison.Ordinal);
        Assert.Contains("延长期限", await Desk.TextAsync(above, $"/staff/transfers/{id}"), StringComparison.Ordinal);
        var until = ChinaTime.DateOf(bot.Clock.Now).AddDays(10);
        var extended = await Desk.PostToAsync(above, $"/staff/transfers/{id}", $"/staff/transfers/{id}?handler=Extend", ("deadline", until.ToString("yyyy-MM-dd", null)));
        Assert.Equal("/staff/transfers?done=extended", extended.Headers.Location?.ToString());
        Assert.DoesNotContain("学生002", await Desk.TextAsync(above, "/staff/transfers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_renames_moves_splits_merges_closes_and_reopens_and_sees_the_history()
    {
        await using var bot = await Desk.StartAsync();
        var (town, first, second) = (await Desk.OrganisationAsync(bot, "甲镇"), await Desk.OrganisationAsync(bot, "一支部"), await Desk.OrganisationAsync(bot, "二支部"));
        var county = await Desk.OrganisationAsync(bot, "甲县");
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var person = await bot.PersonAsync("学生002");

        await DoAsync(first, "Rename", $"/staff/organisations/{first}/changes?done=renamed", ("Name", "新一支部"), ("Reason", "换名"));
        await DoAsync(first, "Split", $"/staff/organisations/{first}/changes?done=split", ("Name", "第四支部"), ("Kind", "Branch"), ("Chosen", $"{person}"));
        var fourth = await Desk.OrganisationAsync(bot, "第四支部");
        Assert.Equal(fourth, await bot.PlaceAsync("学生002"));
        var asked = await (await Desk.PostToAsync(browser, $"/staff/organisations/{fourth}/changes", $"/staff/organisations/{fourth}/changes?handler=Move", ("place", "甲县"))).Content.ReadAsStringAsync();
        Assert.Contains("把 第四支部 移到选中的组织下面", asked, StringComparison.Ordinal);
        await DoAsync(fourth, "Move", $"/staff/organisations/{fourth}/changes?done=moved", ("to", $"{county}"));
        await DoAsync(fourth, "Merge", $"/staff/organisations/{second}/changes?done=merged", ("to", $"{second}"));
        Assert.Equal(second, await bot.PlaceAsync("学生002"));
        await DoAsync(second, "Split", $"/staff/organisations/{second}/changes?done=split", ("Name", "空支部"), ("Kind", "Branch"));
        var empty = await Desk.OrganisationAsync(bot, "空支部");
        await DoAsync(empty, "Close", $"/staff/organisations/{town}/changes?done=closed");
        Assert.Contains("恢复 空支部", await Desk.TextAsync(browser, $"/staff/organisations/{town}/changes"), StringComparison.Ordinal);
        await DoAsync(town, "Reopen", $"/staff/organisations/{town}/changes?done=reopened", ("closed", $"{empty}"));

        var page = await Desk.TextAsync(browser, $"/staff/organisations/{first}/changes");
        Assert.Contains("改名：一支部 → 新一支部", page, StringComparison.Ordinal);
        Assert.Contains("拆出 第四支部（1 人）", page, StringComparison.Ordinal);
        Assert.Contains("li · 换名", page, StringComparison.Ordinal);
        var refused = await Desk.PostToAsync(browser, $"/staff/organisations/{first}/changes", $"/staff/organisations/{first}/changes?handler=Close");
        Assert.Contains("不能撤销", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await bot.AssertConsistentAsync();

        async Task DoAsync(int organisation, string handler, string lands, params (string, string)[] fields)
        {
            var page = $"/staff/organisations/{organisation}/changes";
            Assert.Equal(lands, (await Desk.PostToAsync(browser, page, $"{page}?handler={handler}", fields)).Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task Of_two_who_rename_an_organisation_the_second_is_told_and_keeps_what_was_typed()
    {
        await using var bot = await Desk.StartAsync();
        var path = $"/staff/organisations/{await Desk.OrganisationAsync(bot, "一支部")}/changes";
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;
        var was = (await Branch.PageAsync(browser, path)).QuerySelector("input[name=Was]")!.GetAttribute("value")!;
        await Desk.PostToAsync(browser, path, path + "?handler=Rename", ("Name", "甲支部"), ("Was", was));

        var told = await (await Desk.PostToAsync(browser, path, path + "?handler=Rename", ("Name", "乙支部"), ("Was", was))).Content.ReadAsStringAsync();

        Assert.Contains("有人给它改过名字", told, StringComparison.Ordinal);
        Assert.Contains("value=\"乙支部\"", System.Net.WebUtility.HtmlDecode(told), StringComparison.Ordinal);
        Assert.Contains("甲支部", await Desk.TextAsync(browser, path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("editor", false)]
    [InlineData("secretary", false)]
    [InlineData("administrator", true)]
    public async Task Who_may_not_change_the_tree_sees_its_history_only(string role, bool may)
    {
        await using var bot = await Desk.StartAsync();
        var (first, third) = (await Desk.OrganisationAsync(bot, "一支部"), await Desk.OrganisationAsync(bot, "三支部"));
        var browser = (await Desk.JoinAsync(bot, "li", role)).Browser;

        var page = await Desk.TextAsync(browser, $"/staff/organisations/{first}/changes");

        Assert.Equal(may, page.Contains("新名字", StringComparison.Ordinal));
        var renamed = await Desk.PostToAsync(browser, "/staff", $"/staff/organisations/{first}/changes?handler=Rename", ("Name", "x"));
        Assert.Equal(may ? HttpStatusCode.Found : HttpStatusCode.NotFound, renamed.StatusCode);
        var outside = await Desk.PostToAsync(browser, "/staff", $"/staff/organisations/{first}/changes?handler=Merge", ("to", $"{third}"));
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }

    private static async Task<Browser> SecretaryAsync(BotUnderTest bot, string openId, string branch, string name, string number)
    {
        var phone = await SecretaryTests.BoundAsync(bot, openId, branch, name, number);
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        return phone.Browser;
    }

    /// <summary>Somebody of the same rank: sessions last twelve hours.</summary>
    private static Task<Colleague> SignInAgainAsync(BotUnderTest bot) => Desk.JoinAsync(bot, "zhao");
}
