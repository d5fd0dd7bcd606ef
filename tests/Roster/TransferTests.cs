using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class TransferTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;
    private int _first;
    private int _second;
    private int _third;
    private int _root;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        (_first, _second, _third, _root) = (await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"), await _bot.OrganisationAsync("三支部"), await _bot.OrganisationAsync("示例省"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Until_somebody_is_accepted_they_belong_to_the_old_branch_and_from_then_on_to_the_new_one()
    {
        var (id, refusal) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Null(refusal);
        Assert.Equal(_first, await _bot.PlaceAsync("学生002"));
        Assert.Equal(5, await HeadcountAsync(_first));
        _bot.Clock.Now += TimeSpan.FromDays(1);
        Assert.Null(await _bot.AcceptAsync(id, _second));

        Assert.Equal(_second, await _bot.PlaceAsync("学生002"));
        Assert.Equal((4, 4), (await HeadcountAsync(_first), await HeadcountAsync(_second)));
        var history = await _bot.InDb(async db =>
        {
            var person = await db.People.SingleAsync(p => p.Name == "学生002");
            return await db.Memberships.Where(m => m.PersonId == person.Id).OrderBy(m => m.Since).ToListAsync();
        });
        Assert.Equal([(_first, _bot.Clock.Now), (_second, (DateTimeOffset?)null)], history.Select(m => (m.OrganisationId, m.Until)));
        Assert.Equal(_bot.Clock.Now, history[1].Since);
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task What_was_studied_in_an_open_lesson_comes_along_and_a_closed_week_stays()
    {
        await _bot.Given(LessonGiven.Open("9-1") with { Closes = _bot.Clock.Now.AddHours(1) }, LessonGiven.Open("9-2"));
        var phone = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await phone.StudiesAsync("9-1");
        await phone.StudiesAsync("9-2");
        _bot.Clock.Now += TimeSpan.FromHours(2);
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Null(await _bot.AcceptAsync(id, _second));

        var counted = await _bot.InDb(db => (
            from completion in db.Completions
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            orderby lesson.Period
            select completion.OrganisationId).ToListAsync());
        Assert.Equal([_first, _second], counted);
        await _bot.AssertConsistentAsync();
        Assert.Equal(1, await _bot.InDb(db => db.Tallies.CountAsync(t => t.OrganisationId == _first && t.Completed == 1)));
    }

    [Fact]
    public async Task A_duty_ends_with_the_transfer_and_the_account_stays()
    {
        var phone = await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        var (id, _) = await _bot.ReleaseAsync("学生001", _first, _third, _first);
        Assert.Contains("点这里看进度", (await phone.Sends("进度")).Text, StringComparison.Ordinal);

        Assert.Null(await _bot.AcceptAsync(id, _third));

        Assert.DoesNotContain("点这里看进度", (await phone.Sends("进度")).Text, StringComparison.Ordinal);
        Assert.Contains("示例省/乙县/三支部", (await phone.Sends("我的")).Text, StringComparison.Ordinal);
        Assert.Null(await _bot.InDb(db => db.Memberships.Where(m => m.OrganisationId == _third && m.Duty != null).Select(m => m.Duty).FirstOrDefaultAsync()));
    }

    [Fact]
    public async Task Somebody_has_one_open_transfer_and_all_of_a_release_or_none_are_released()
    {
        await _bot.ReleaseAsync("学生002", _first, _second, _first);
        Assert.Equal(Transfers.Open, (await _bot.ReleaseAsync("学生002", _first, _third, _first)).Refusal);
        var people = new[] { await _bot.PersonAsync("学生002"), await _bot.PersonAsync("学生003") };

        var refused = await _bot.DoAsync<Transfers, bool>(async t =>
            (await t.ReleaseAsync(new NewTransfers(_first, people, _third, TransferKind.Other, null), [_first], "s", CancellationToken.None)).IsRefused(out _));

        Assert.True(refused);
        Assert.Equal(1, await _bot.InDb(db => db.Transfers.CountAsync()));
    }

    [Fact]
    public async Task Nobody_releases_accepts_or_sees_what_is_anothers()
    {
        Assert.Equal(Transfers.NotFound, (await _bot.ReleaseAsync("学生002", _first, _second, _second)).Refusal);
        Assert.Equal(Transfers.NotHere, (await _bot.ReleaseAsync("学生006", _first, _second, _first)).Refusal);
        Assert.Equal(Transfers.SamePlace, (await _bot.ReleaseAsync("学生002", _first, _first, _first)).Refusal);
        Assert.Equal(Transfers.NoSuchPlace, (await _bot.ReleaseAsync("学生002", _first, 999_999, _first)).Refusal);
        Assert.Equal(Transfers.BadDeadline, (await _bot.ReleaseAsync("学生002", _first, _second, _first, new DateOnly(2026, 1, 1))).Refusal);
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Equal(Transfers.NotFound, await _bot.AcceptAsync(id, _first));
        Assert.Equal(Transfers.NotFound, await _bot.AcceptAsync(id, _third));
        Assert.Equal(Transfers.NotFound, await _bot.DecideAsync(t => t.WithdrawAsync(id, [_second], "s", CancellationToken.None)));
        Assert.Equal(Transfers.NotFound, await _bot.RefuseAsync(id, TransferReason.Other, _first));
        Assert.Empty((await _bot.DoAsync<TransferLists, FirstRows<TransferItem>>(l => l.ToReceiveAsync([_third], default, 9, CancellationToken.None))).Items);
        Assert.Null(await _bot.DoAsync<TransferLists, TransferItem?>(l => l.FindAsync(id, [_third], CancellationToken.None)));
    }

    [Fact]
    public async Task Those_above_act_only_where_a_branch_has_no_secretary_who_could()
    {
        await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006");
        Assert.Equal(Transfers.NotFound, (await _bot.ReleaseAsync("学生002", _first, _second, _root)).Refusal);
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Equal(Transfers.NotFound, await _bot.AcceptAsync(id, _root));
        Assert.Null(await _bot.DoAsync<TransferLists, TransferItem?>(l => l.FindAsync(id, [_root], CancellationToken.None)));
        await _bot.InDb(db => db.Memberships.Where(m => m.OrganisationId == _second).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, (Duty?)null)));
        Assert.Null(await _bot.AcceptAsync(id, _root));
    }

    [Fact]
    public async Task Refused_it_goes_back_and_is_sent_elsewhere_or_taken_back()
    {
        var secretary = await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        var person = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Null(await _bot.RefuseAsync(id, TransferReason.NotOurs, _second));

        Assert.Contains("对方没有接收", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Contains("你还在原来的支部", (await person.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Equal(Transfers.Decided, await _bot.AcceptAsync(id, _second));
        Assert.Null(await _bot.DecideAsync(t => t.SendAsync(id, _third, null, [_first], "s", CancellationToken.None)));
        Assert.Equal(Transfers.NotFound, await _bot.AcceptAsync(id, _second));
        Assert.Null(await _bot.DecideAsync(t => t.WithdrawAsync(id, [_first], "s", CancellationToken.None)));
        Assert.Equal(Transfers.Decided, await _bot.AcceptAsync(id, _third));
        Assert.Equal(_first, await _bot.PlaceAsync("学生002"));
        Assert.Null((await _bot.ReleaseAsync("学生002", _first, _second, _first)).Refusal);
    }

    [Fact]
    public async Task Sent_to_the_same_branch_once_more_and_refused_once_more_everybody_is_told_once_more()
    {
        var (from, to) = (await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001"), await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006"));
        var person = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        for (var round = 1; round <= 3; round++)
        {
            Assert.Contains("有人要转到你的支部", (await to.Sends("帮助")).Text, StringComparison.Ordinal);
            Assert.Contains("已经把你转出", (await person.Sends("帮助")).Text, StringComparison.Ordinal);
            Assert.Null(await _bot.RefuseAsync(id, TransferReason.NotOurs, _second));
            Assert.Contains("对方没有接收", (await from.Sends("帮助")).Text, StringComparison.Ordinal);
            Assert.Contains("你还在原来的支部", (await person.Sends("帮助")).Text, StringComparison.Ordinal);
            Assert.Null(await _bot.DecideAsync(t => t.SendAsync(id, _second, null, [_first], "s", CancellationToken.None)));
        }
    }

    [Fact]
    public async Task The_person_sees_from_where_to_where_until_when_and_finds_it_in_the_own_copy()
    {
        var person = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _third, _first, new DateOnly(2026, 12, 24));

        var said = (await person.Sends("我的")).Text;

        Assert.Contains("支部已经把你转出", said, StringComparison.Ordinal);
        Assert.Contains("转接中：一支部 → 示例省/乙县/三支部，12月24日到期", said, StringComparison.Ordinal);
        Assert.Null(await _bot.AcceptAsync(id, _third));
        said = (await person.Sends("我的")).Text;
        Assert.Contains("转接办好了", said, StringComparison.Ordinal);
        Assert.DoesNotContain("转接中", said, StringComparison.Ordinal);
        var account = await _bot.InDb(db => db.Accounts.SingleAsync());
        var copy = await _bot.DoAsync<Core.Privacy.PersonalCopy, string>(c => c.MakeAsync(new KnownAccount(account.Id, account.PersonId, account.SessionEpoch, account.AppId), CancellationToken.None));
        Assert.Contains("示例省/甲县/甲镇/一支部", copy, StringComparison.Ordinal);
        Assert.Contains("示例省/乙县/三支部", copy, StringComparison.Ordinal);
        Assert.Contains("\"转接\"", copy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_takes_is_decided_by_the_lowest_committee_above_both_that_has_staff()
    {
        var county = await _bot.OrganisationAsync("甲县");
        await Desk.RunAsync(_bot, "staff", "add", "li", "--role", "committee-officer", "--under", "示例省/甲县");
        await Desk.RunAsync(_bot, "staff", "add", "wang", "--role", "committee-officer", "--under", "示例省");
        await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006");
        var (near, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        var (far, _) = await _bot.ReleaseAsync("学生003", _first, _third, _first);
        var (open, _) = await _bot.ReleaseAsync("学生004", _first, null, _first);
        Assert.Equal([open], await UntakenAsync(county));

        _bot.Clock.Now += TimeSpan.FromDays(Transfers.UsualDays + 1);

        Assert.Equal([near, open], await UntakenAsync(county));
        Assert.Equal([far], await UntakenAsync(_root));
        Assert.Equal((1, 2), (await OfOthersAsync(county), await OfOthersAsync(_root)));
        Assert.Equal(Transfers.NotFound, await _bot.DecideAsync(t => t.WithdrawAsync(near, [_root], "s", CancellationToken.None)));
        var later = Core.ChinaTime.DateOf(_bot.Clock.Now).AddDays(10);
        Assert.Null(await _bot.DecideAsync(t => t.ExtendAsync(near, later, [county], "s", CancellationToken.None)));
        Assert.Null(await _bot.DecideAsync(t => t.SendAsync(open, _second, null, [county], "s", CancellationToken.None)));
        Assert.Null(await _bot.DecideAsync(t => t.WithdrawAsync(far, [_root], "s", CancellationToken.None)));
        Assert.Empty(await UntakenAsync(county));
        Assert.Equal(_first, await _bot.PlaceAsync("学生003"));
        Assert.Null(await _bot.AcceptAsync(near, _second));
    }

    [Fact]
    public async Task A_refusal_that_the_old_branch_leaves_unanswered_for_a_week_goes_up()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        await _bot.RefuseAsync(id, TransferReason.Other, _second);
        var town = await _bot.OrganisationAsync("甲镇");
        Assert.Empty(await UntakenAsync(town));

        _bot.Clock.Now += TimeSpan.FromDays(7);

        Assert.Equal([id], await UntakenAsync(town));
    }

    [Fact]
    public async Task The_secretary_of_the_destination_is_told_at_release_a_week_and_a_day_before_each_once()
    {
        var secretary = await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006");
        await _bot.ReleaseAsync("学生002", _first, _second, _first);
        Assert.Contains("有人要转到你的支部", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
        await RemindAsync();
        Assert.DoesNotContain("支部的人", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);

        _bot.Clock.Now += TimeSpan.FromDays(24);
        await RemindAsync();
        await RemindAsync();
        Assert.Contains("一周内到期", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
        _bot.Clock.Now += TimeSpan.FromDays(1);
        await RemindAsync();
        Assert.DoesNotContain("到期", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);

        _bot.Clock.Now += TimeSpan.FromDays(4);
        await RemindAsync();
        Assert.Contains("今天或者明天到期", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
        _bot.Clock.Now += TimeSpan.FromDays(1);
        await RemindAsync();
        Assert.DoesNotContain("到期", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rate_counts_each_once_and_a_year_that_is_over_stays()
    {
        var day = Core.ChinaTime.DateOf(_bot.Clock.Now);
        var (taken, _) = await _bot.ReleaseAsync("学生001", _first, _second, _first, day.AddDays(10));
        var (late, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first, day.AddDays(10));
        var (withdrawn, _) = await _bot.ReleaseAsync("学生003", _first, _second, _first, day.AddDays(10));
        await _bot.ReleaseAsync("学生004", _first, _second, _first, day.AddDays(50));
        Assert.Null(await _bot.AcceptAsync(taken, _second));
        Assert.Null(await _bot.DecideAsync(t => t.WithdrawAsync(withdrawn, [_first], "s", CancellationToken.None)));
        Assert.Equal(new TransferFigure(1, 1), await RateAsync(_first, 2026, _first));

        _bot.Clock.Now += TimeSpan.FromDays(11);
        Assert.Equal(new TransferFigure(2, 1), await RateAsync(_first, 2026, _first));
        Assert.Null(await _bot.AcceptAsync(late, _second));
        _bot.Clock.Now += TimeSpan.FromDays(50);

        Assert.Equal(new TransferFigure(2, 1), await RateAsync(_first, 2026, _first));
        Assert.Equal(new TransferFigure(1, 0), await RateAsync(_first, 2027, _first));
        Assert.Null(await RateAsync(_first, 2026, _root));
        Assert.Equal(new TransferFigure(0, 0), await RateAsync(_third, 2026, _root));
    }

    [Fact]
    public async Task However_many_ask_for_the_rates_they_are_counted_once_a_minute()
    {
        var (first, _) = await _bot.ReleaseAsync("学生001", _first, _second, _first);
        var (second, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        Assert.Null(await _bot.AcceptAsync(first, _second));
        Assert.Equal(new TransferFigure(1, 1), await RateAsync(_first, 2026, _first));

        Assert.Null(await _bot.AcceptAsync(second, _second));
        Assert.Equal(new TransferFigure(1, 1), await RateAsync(_first, 2026, _first));
        _bot.Clock.Now += TimeSpan.FromMinutes(1);

        Assert.Equal(new TransferFigure(2, 2), await RateAsync(_first, 2026, _first));
    }

    [Fact]
    public async Task Nobody_is_reminded_of_what_is_done_by_then_or_too_late()
    {
        var secretary = await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        _bot.Clock.Now += TimeSpan.FromDays(24);
        await RemindAsync();
        Assert.Null(await _bot.AcceptAsync(id, _second));

        var said = (await secretary.Sends("帮助")).Text;

        Assert.DoesNotContain("到期", said, StringComparison.Ordinal);
        Assert.DoesNotContain("有人要转到", said, StringComparison.Ordinal);

        await _bot.ReleaseAsync("学生003", _first, _second, _first);
        _bot.Clock.Now += TimeSpan.FromDays(29);
        await RemindAsync();
        _bot.Clock.Now += TimeSpan.FromDays(5);
        Assert.DoesNotContain("到期", (await secretary.Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_came_by_a_clock_that_is_ahead_and_goes_on_at_once_is_never_in_two_places()
    {
        var ahead = _bot.Clock.GetUtcNow().AddSeconds(2);
        await _bot.InDb(db => db.Memberships.Where(m => m.OrganisationId == _first).ExecuteUpdateAsync(set => set.SetProperty(m => m.Since, ahead)));
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.Null(await _bot.AcceptAsync(id, _second));
        Assert.False((await _bot.DoAsync<Mergers, Result<bool>>(m => m.MergeAsync(_first, _third, new Reorganiser("operator", null), CancellationToken.None))).IsRefused(out _));

        var rows = await _bot.InDb(db => db.Memberships.AsNoTracking().OrderBy(m => m.Id).ToListAsync());
        Assert.All(rows.GroupBy(m => m.PersonId), person => Assert.All(person.Zip(person.Skip(1)), next => Assert.Equal(next.First.Until, next.Second.Since)));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task When_a_roster_moves_somebody_the_transfer_has_ended()
    {
        var (moved, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        var (elsewhere, _) = await _bot.ReleaseAsync("学生003", _first, _second, _first);

        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例省/甲县/甲镇/二支部,支部,学生002,2008-05-01,,S002,团员\n示例省/乙县/三支部,支部,学生003,2008-05-01,,S003,团员\n");

        var states = await _bot.InDb(db => db.Transfers.ToDictionaryAsync(t => t.Id, t => t.State));
        Assert.Equal((TransferState.Accepted, TransferState.Withdrawn), (states[moved], states[elsewhere]));
        Assert.Equal(Transfers.Decided, await _bot.AcceptAsync(elsewhere, _second));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task What_a_roster_ends_is_noted_and_told_to_the_person_and_to_both_secretaries()
    {
        var (from, to) = (await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001"), await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006"));
        var (taken, other) = (await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002"), await SecretaryTests.BoundAsync(_bot, "o-3", "一支部", "学生003", "S003"));
        var (moved, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        var (elsewhere, _) = await _bot.ReleaseAsync("学生003", _first, _second, _first);
        await _bot.ReleaseAsync("学生004", _first, _second, _first); // goes on waiting
        foreach (var phone in new[] { from, to, taken, other })
        {
            await phone.Sends("帮助");
        }

        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例省/甲县/甲镇/二支部,支部,学生002,2008-05-01,,S002,团员\n示例省/乙县/三支部,支部,学生003,2008-05-01,,S003,团员\n");

        Assert.Equal(
            [("transfer.accepted", $"transfer:{moved}", "operator", (int?)_first), ("transfer.withdrawn", $"transfer:{elsewhere}", "operator", _first)],
            (await _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "transfer.accepted" || a.Action == "transfer.withdrawn").OrderBy(a => a.Id).ToListAsync()))
                .Select(a => (a.Action, a.Subject, a.Actor, a.OrganisationId)));
        Assert.Contains("转接办好了", (await taken.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Contains("不用再办", (await other.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Contains("随名册更新办结", (await from.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Contains("随名册更新办结", (await to.Sends("帮助")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Transfers.CountAsync(t => t.EndedAt == null)));
    }

    [Fact]
    public async Task Who_has_everything_deleted_is_handed_over_no_more()
    {
        await _bot.ReleaseAsync("学生002", _first, _second, _first);

        await Desk.RunAsync(_bot, "erase", "--member", "S002");

        Assert.Equal(TransferState.Withdrawn, await _bot.InDb(db => db.Transfers.Select(t => t.State).SingleAsync()));
    }

    private Task<int> HeadcountAsync(int id) => _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == id).Select(h => h.Members).SingleAsync());

    private Task<int> RemindAsync() => _bot.DoAsync<TransferReminders, int>(r => r.RunAsync(CancellationToken.None));

    private Task<TransferFigure?> RateAsync(int organisation, int year, int top)
        => _bot.DoAsync<TransferFigures, TransferFigure?>(async f => (await f.OfAsync(year, CancellationToken.None)).Find(organisation, [top]));

    private async Task<IEnumerable<int>> UntakenAsync(int top)
        => (await _bot.DoAsync<TransferLists, FirstRows<TransferItem>>(l => l.UntakenAsync([top], default, 9, CancellationToken.None))).Items.Select(t => t.Id).Order();

    private Task<int> OfOthersAsync(int top) => _bot.DoAsync<TransferLists, int>(
        async l => await l.UntakenOfOthersAsync([top], default, (await l.UntakenAsync([top], default, 9, CancellationToken.None)).Total, CancellationToken.None));
}
