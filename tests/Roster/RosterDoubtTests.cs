using Bot.Core;
using Bot.Core.Roster;
using Bot.Jobs.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Roster;

/// <summary>Rows of which a human says whom they mean, decided at the console.</summary>
public sealed class RosterDoubtTests
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n";
    private const string Vague = Header + "示例省/甲县/甲镇/一支部,,学生003,,13800000003,S103,青年,委员\n";

    [Fact]
    public async Task Chosen_to_be_a_stored_person_the_row_changes_that_person_as_the_import_would_have()
    {
        await using var bot = await Desk.StartAsync();
        var (colleague, doubt, person) = await DoubtAsync(bot);
        Assert.Contains("学生003", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
        Assert.Contains("S003", await Desk.TextAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}"), StringComparison.Ordinal);

        var answer = await Desk.PostToAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=Known", ("personId", $"{person}"));

        Assert.Equal("/staff/tray?done=doubt-known", answer.Headers.Location?.ToString());
        var changed = await bot.InDb(db => db.People.SingleAsync(p => p.Id == person));
        Assert.Equal(("S103", "0003", new DateOnly(2008, 5, 1)), (changed.MemberNumber, changed.PhoneLast4, changed.BirthDate!.Value));
        Assert.Equal((PersonCategory.Youth, Duty.CommitteeMember), await bot.InDb(async db => (await db.Memberships.SingleAsync(m => m.PersonId == person && m.Until == null)) is var m ? (m.Category, m.Duty!.Value) : default));
        await AssertCountsAgreeAsync(bot);
        Assert.True(await bot.InDb(db => db.RosterDoubts.AllAsync(d => d.RowSealed == null && d.DecidedBy == "li" && d.Outcome == DoubtOutcome.Known)));
        Assert.Contains("没有要处理的", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chosen_to_be_new_or_left_out_the_row_is_not_asked_about_again()
    {
        await using var bot = await Desk.StartAsync();
        var (colleague, doubt, _) = await DoubtAsync(bot);
        await Desk.PostToAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=LeaveOut");
        await bot.ImportAsync(Vague);
        Assert.Equal(0, await bot.InDb(db => db.RosterDoubts.CountAsync(d => d.DecidedAt == null)));

        await bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生004,,,,团员,\n");
        var second = await bot.InDb(db => db.RosterDoubts.Where(d => d.DecidedAt == null).Select(d => d.Id).SingleAsync());
        await Desk.PostToAsync(colleague.Browser, $"/staff/tray/doubts/{second}", $"/staff/tray/doubts/{second}?handler=New");

        Assert.Equal(2, await bot.InDb(db => db.People.CountAsync(p => p.Name == "学生004")));
        await AssertCountsAgreeAsync(bot);
    }

    [Fact]
    public async Task A_row_that_moves_somebody_settles_the_open_transfer_and_takes_the_account_along()
    {
        await using var bot = await Desk.StartAsync();
        var phone = await SecretaryTests.BoundAsync(bot, "o-7", "二支部", "学生007", "S007");
        var (first, second) = (await bot.OrganisationAsync("一支部"), await bot.OrganisationAsync("二支部"));
        var (transfer, _) = await bot.ReleaseAsync("学生007", second, first, second);
        Assert.Equal(1, (await bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生777,2008-05-07,,S007,团员,\n")).Ambiguous);
        var doubt = await bot.InDb(db => db.RosterDoubts.Select(d => d.Id).SingleAsync());
        var person = await bot.PersonAsync("学生007");

        var refused = await bot.DoAsync<RosterDoubts, bool>(async doubts => (await doubts.AcceptAsync(doubt, [first, second], person, "s", CancellationToken.None)).IsRefused(out _));

        Assert.False(refused);
        Assert.Equal(TransferState.Accepted, await bot.InDb(db => db.Transfers.Where(t => t.Id == transfer).Select(t => t.State).SingleAsync()));
        Assert.Equal(first, await bot.InDb(db => db.Accounts.Where(a => a.PersonId == person).Select(a => a.JoinOrganisationId).SingleAsync()));
        Assert.Contains("一支部", (await phone.Sends("我的")).Text, StringComparison.Ordinal);
        await bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Whoever_has_everything_deleted_is_gone_from_the_tray_too()
    {
        await using var bot = await Desk.StartAsync();
        var (_, other, _) = await DoubtAsync(bot);
        var row = Header + "示例省/甲县/甲镇/一支部,,学生777,2009-01-01,13800000007,S007,团员,\n";
        Assert.Equal(1, (await bot.ImportAsync(row)).Ambiguous);

        await Desk.RunAsync(bot, "erase", "--member", "S007");

        var doubts = await bot.InDb(db => db.RosterDoubts.AsNoTracking().OrderBy(d => d.Id).ToListAsync());
        Assert.Equal([(other, (DoubtOutcome?)null, true), (doubts[1].Id, DoubtOutcome.LeftOut, false)], doubts.Select(d => (d.Id, d.Outcome, d.RowSealed is not null)));
        Assert.DoesNotContain("学生777", await Desk.TextAsync((await Desk.JoinAsync(bot, "wang")).Browser, "/staff/tray"), StringComparison.Ordinal);
        await bot.ImportAsync(row);
        Assert.Equal(0, await bot.InDb(db => db.People.CountAsync(p => p.Name == "学生777")));
    }

    [Fact]
    public async Task Nobody_takes_in_as_new_whom_a_row_would_bring_back()
    {
        const string Wide = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n示例省/甲县/甲镇/一支部,,";
        await using var bot = await Desk.StartAsync();
        await bot.ImportAsync(Wide + "学生020,2008-05-20,,S020,团员,P20\n");
        await Desk.RunAsync(bot, "erase", "--member", "S020");
        await Desk.RunAsync(bot, "erase", "--member", "S007");
        Assert.Equal(1, (await bot.ImportAsync(Wide + "学生555,2008-05-20,,S007,团员,P20\n")).Ambiguous); // one's number, the other's id
        var doubt = await bot.InDb(db => db.RosterDoubts.Select(d => d.Id).SingleAsync());
        var browser = (await Desk.JoinAsync(bot, "li")).Browser;

        var answer = await Desk.PostToAsync(browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=New");

        Assert.Contains("删除过自己的信息", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await bot.InDb(db => db.People.CountAsync(p => p.Name == "学生555")));
        Assert.Equal(302, (int)(await Desk.PostToAsync(browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=LeaveOut")).StatusCode);
    }

    [Theory]
    [InlineData("2008-05-01", "2008-05-01", "N9", "", 0)]
    [InlineData("", "", "", "", 0)]
    [InlineData("", "", "N9", "", 1)]
    [InlineData("", "", "", "P9", 1)]
    public async Task By_a_name_alone_a_row_with_a_number_is_not_taken_for_somebody_without_one(string stored, string said, string number, string id, int asked)
    {
        const string Wide = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n示例省/甲县/甲镇/一支部,,学生030,";
        await using var bot = await Desk.StartAsync();
        await bot.ImportAsync($"{Wide}{stored},,,团员,\n");

        var imported = await bot.ImportAsync($"{Wide}{said},,{number},团员,{id}\n");

        Assert.Equal((0, asked), (imported.PeopleNew, imported.Ambiguous));
        Assert.Equal(asked == 1 || number.Length + id.Length == 0 ? (null, null) : (number, (string?)null), await bot.InDb(async db => await db.People.SingleAsync(p => p.Name == "学生030") is var p ? (p.MemberNumber, p.RosterId) : default));
    }

    [Fact]
    public async Task A_row_of_which_nobody_decides_for_ninety_days_is_forgotten_and_asked_about_anew()
    {
        await using var bot = await Desk.StartAsync();
        Assert.Equal(1, (await bot.ImportAsync(Vague)).Ambiguous);

        foreach (var (days, left) in new[] { (89, 1), (1, 0) })
        {
            bot.Clock.Now += TimeSpan.FromDays(days);
            await bot.DoAsync<ForgottenDoubts, int>(async doubts =>
            {
                await new TidyImports(bot.Services.GetRequiredService<RosterSlot>(), doubts).Execute(null!, CancellationToken.None);
                return 0;
            });
            Assert.Equal(left, await bot.InDb(db => db.RosterDoubts.CountAsync()));
        }

        await bot.ImportAsync(Vague);
        Assert.Equal(1, await bot.InDb(db => db.RosterDoubts.CountAsync(d => d.DecidedAt == null)));
    }

    [Fact]
    public async Task Of_twenty_who_decide_at_once_one_has_decided()
    {
        await using var bot = await Desk.StartAsync();
        var (_, doubt, _) = await DoubtAsync(bot);
        var tops = new[] { await bot.InDb(db => db.Organisations.Where(o => o.Name == "甲县").Select(o => o.Id).SingleAsync()) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => bot.DoAsync<RosterDoubts, Refusal?>(
            async doubts => (await doubts.AcceptAsNewAsync(doubt, tops, $"s{n}", CancellationToken.None)).IsRefused(out var refusal) ? refusal : null))));

        Assert.Single(answers, a => a is null);
        Assert.Equal(19, answers.Count(a => a == Tray.Decided));
        Assert.Equal(2, await bot.InDb(db => db.People.CountAsync(p => p.Name == "学生003")));
    }

    [Fact]
    public async Task Who_does_not_answer_for_the_organisation_sees_a_count_at_most()
    {
        await using var bot = await Desk.StartAsync();
        var (_, doubt, _) = await DoubtAsync(bot);
        var stranger = await Desk.JoinAsync(bot, "wu", under: "示例省/乙县");
        await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var above = await Desk.JoinAsync(bot, "zhao");

        Assert.Equal(404, (int)(await stranger.Browser.GetAsync($"/staff/tray/doubts/{doubt}")).StatusCode);
        Assert.Equal(404, (int)(await above.Browser.GetAsync($"/staff/tray/doubts/{doubt}")).StatusCode);
        var page = await Desk.TextAsync(above.Browser, "/staff/tray");
        Assert.Contains("另有 1 条由支部书记处理", page, StringComparison.Ordinal);
        Assert.DoesNotContain("学生003", page, StringComparison.Ordinal);
    }

    private static async Task<(Colleague, int Doubt, int Person)> DoubtAsync(BotUnderTest bot)
    {
        Assert.Equal(1, (await bot.ImportAsync(Vague)).Ambiguous);
        return (
            await Desk.JoinAsync(bot, "li"),
            await bot.InDb(db => db.RosterDoubts.Select(d => d.Id).SingleAsync()),
            await bot.InDb(db => db.People.Where(p => p.Name == "学生003").Select(p => p.Id).SingleAsync()));
    }

    private static async Task AssertCountsAgreeAsync(BotUnderTest bot)
    {
        var kept = await CountsAsync();
        await bot.InDb(db => Headcounts.RecountAsync(db, CancellationToken.None));
        Assert.Equal(await CountsAsync(), kept);

        Task<string> CountsAsync() => bot.InDb(async db => string.Join(' ', (await db.Headcounts.AsNoTracking().Where(h => h.Members > 0).OrderBy(h => h.OrganisationId).ToListAsync()).Select(h => $"{h.OrganisationId}:{h.Members}")));
    }
}
