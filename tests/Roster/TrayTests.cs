using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class TrayTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市,盟市,,,,,
        示例市/一班,,学生001,2008-05-01,13800000001,N1,团员
        示例市/一班,,学生002,2014-05-02,,N2,少先队员
        示例市/二班,,学生003,,,N3,团员
        """;

    private BotUnderTest _bot = null!;
    private Organisation _root = null!;
    private Organisation _first = null!;
    private Organisation _second = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        var all = await _bot.InDb(db => db.Organisations.AsNoTracking().OrderBy(o => o.Id).ToListAsync());
        (_root, _first, _second) = (all[0], all[1], all[2]);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_secretary_sees_the_wishes_of_the_own_subtree_only()
    {
        await AskAsync("o1", "学生777 1234");

        var item = Assert.Single(await OpenAsync(_first));
        Assert.Equal(("学生777", "1234", JoinDoubt.Unknown), (item.Name, item.Number, item.Doubt));
        Assert.Single(await OpenAsync(_root));
        Assert.Empty(await OpenAsync(_second));
        Assert.Equal(Tray.NotFound, await DecideAsync(t => t.DeclineAsync(item.Id, [_second.Id], "s", CancellationToken.None)));
    }

    [Fact]
    public async Task Accepting_binds_the_account_to_the_chosen_row_and_clears_what_was_typed()
    {
        await AskAsync("o1", "学生01 1234");
        var item = Assert.Single(await OpenAsync(_first));
        var candidates = await _bot.DoAsync<TrayJoins, IReadOnlyList<TrayCandidate>>(async t =>
        {
            Assert.False((await t.CandidatesAsync(item.Id, [_first.Id], CancellationToken.None)).IsRefused(out _, out var rows));
            return rows!;
        });
        Assert.Equal(["学生001", "学生002"], candidates.Select(c => c.Name));

        Assert.Null(await DecideAsync(t => t.AcceptAsync(item.Id, [_first.Id], candidates[0].PersonId, "secretary:1", CancellationToken.None)));

        var request = await _bot.InDb(db => db.JoinRequests.SingleAsync());
        Assert.Equal((null, null, true, "secretary:1", _bot.Clock.Now), (request.Name, request.Number, request.Accepted, request.DecidedBy, request.DecidedAt));
        Assert.Empty(await OpenAsync(_root));
        Assert.Contains("已经通过", await _bot.SayAsync("o1", "帮助"));
        Assert.Contains("学生001，你在：示例市/一班（团员）", await _bot.SayAsync("o1", "我的"));
    }

    [Fact]
    public async Task Accepting_for_an_occupied_row_releases_the_account_that_held_it()
    {
        await _bot.SayAsync("o1", $"绑定 {_first.JoinCode} 学生001 0001", "同意");
        await AskAsync("o2", "学生001 0001");
        var item = Assert.Single(await OpenAsync(_first));
        Assert.Equal(JoinDoubt.Occupied, item.Doubt);

        Assert.Null(await DecideAsync(t => t.AcceptAsync(item.Id, [_first.Id], PersonIdAsync("学生001").Result, "s", CancellationToken.None)));

        var entry = await _bot.InDb(db => db.AuditEntries.SingleAsync(a => a.Action != "roster.imported"));
        Assert.Equal(("s", "tray.row-given-away"), (entry.Actor, entry.Action));
        Assert.Matches($@"^request:{item.Id} person:{await PersonIdAsync("学生001")} from:\d+ to:\d+$", entry.Subject);
        Assert.Contains("学生001", await _bot.SayAsync("o2", "我的"));
        Assert.Contains("绑定到了另一个微信号", await _bot.SayAsync("o1", "帮助"));
        Assert.Contains("还没有绑定", await _bot.SayAsync("o1", "我的"));
    }

    [Fact]
    public async Task A_new_person_counts_from_now_on()
    {
        await AskAsync("o1", "学生777 1234");
        var item = Assert.Single(await OpenAsync(_first));
        Assert.Equal(TrayJoins.WrongCategory, await DecideAsync(t => t.AcceptAsNewAsync(item.Id, [_first.Id], PersonCategory.Party, "s", CancellationToken.None)));

        Assert.Null(await DecideAsync(t => t.AcceptAsNewAsync(item.Id, [_first.Id], PersonCategory.Member, "s", CancellationToken.None)));

        Assert.Equal(2, await _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == _first.Id).Select(h => h.Members).SingleAsync()));
        Assert.Contains("学生777", await _bot.SayAsync("o1", "我的"));
        await _bot.InDb(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Headcounts.RecountAsync(db, CancellationToken.None);
            await transaction.CommitAsync();
            Assert.Equal(2, (await db.Headcounts.AsNoTracking().SingleAsync(h => h.OrganisationId == _first.Id)).Members);
            return 0;
        });
    }

    [Fact]
    public async Task Of_twenty_who_decide_at_once_one_has_decided()
    {
        await AskAsync("o1", "学生777 1234");
        var item = Assert.Single(await OpenAsync(_first));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => DecideAsync(t => i % 2 == 0
            ? t.DeclineAsync(item.Id, [_first.Id], $"s{i}", CancellationToken.None)
            : t.AcceptAsNewAsync(item.Id, [_first.Id], PersonCategory.Youth, $"s{i}", CancellationToken.None)))));

        Assert.Equal(1, answers.Count(a => a is null));
        Assert.Equal(19, answers.Count(a => a == Tray.Decided));
        Assert.InRange(await _bot.InDb(db => db.People.CountAsync(p => p.Name == "学生777")), 0, 1);
    }

    [Fact]
    public async Task Nobody_is_bound_to_a_child_or_to_a_row_of_another_branch()
    {
        await AskAsync("o1", "学生777 1234");
        var item = Assert.Single(await OpenAsync(_first));

        Assert.Equal(Joining.GuardianNeeded, await DecideAsync(t => t.AcceptAsync(item.Id, [_first.Id], PersonIdAsync("学生002").Result, "s", CancellationToken.None)));
        Assert.Equal(Tray.NotOnRoster, await DecideAsync(t => t.AcceptAsync(item.Id, [_first.Id], PersonIdAsync("学生003").Result, "s", CancellationToken.None)));
        Assert.Single(await OpenAsync(_first));
    }

    [Fact]
    public async Task A_declined_wish_is_told_and_may_be_made_again()
    {
        await AskAsync("o1", "学生777 1234");
        var item = Assert.Single(await OpenAsync(_first));

        Assert.Null(await DecideAsync(t => t.DeclineAsync(item.Id, [_first.Id], "s", CancellationToken.None)));

        Assert.Contains("没有通过", await _bot.SayAsync("o1", "帮助"));
        await AskAsync("o1", "学生777 1234");
        Assert.Single(await OpenAsync(_first));
    }

    [Fact]
    public async Task Who_asks_again_before_a_decision_has_one_wish_the_latest()
    {
        await AskAsync("o1", "学生777 1234");
        await AskAsync("o1", "学生778 1234");

        Assert.Equal("学生778", Assert.Single(await OpenAsync(_first)).Name);
    }

    [Fact]
    public async Task A_refused_acceptance_leaves_no_audit_entry()
    {
        await AskAsync("o1", "学生777 1234");
        var item = Assert.Single(await OpenAsync(_first));
        Assert.Null(await DecideAsync(t => t.DeclineAsync(item.Id, [_first.Id], "s", CancellationToken.None)));

        Assert.Equal(Tray.Decided, await DecideAsync(t => t.AcceptAsNewAsync(item.Id, [_first.Id], PersonCategory.Member, "s", CancellationToken.None)));

        Assert.Equal(0, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action != "roster.imported")));
    }

    [Fact]
    public async Task Those_above_a_branch_with_a_secretary_are_told_a_number_and_nothing_else()
    {
        await _bot.SayAsync("o9", $"绑定 {_first.JoinCode} 学生001 0001", "同意");
        await _bot.InDb(db => db.Memberships.Where(m => m.OrganisationId == _first.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, Duty.DeputySecretary)));
        await AskAsync("o1", "学生777 1234");
        var wish = Assert.Single(await OpenAsync(_first));
        var person = await PersonIdAsync("学生001");

        Assert.Empty(await OpenAsync(_root));
        Assert.Equal((0, 1), await CountsAsync(_root));
        Assert.Equal((1, 0), await CountsAsync(_first));
        Assert.Equal(Tray.NotFound, await _bot.DoAsync<TrayJoins, Refusal?>(async t => (await t.CandidatesAsync(wish.Id, [_root.Id], CancellationToken.None)).IsRefused(out var r) ? r : null));
        Assert.Equal(Tray.NotFound, await DecideAsync(t => t.AcceptAsync(wish.Id, [_root.Id], person, "s", CancellationToken.None)));
        Assert.Equal(Tray.NotFound, await DecideAsync(t => t.AcceptAsNewAsync(wish.Id, [_root.Id], PersonCategory.Member, "s", CancellationToken.None)));
        Assert.Equal(Tray.NotFound, await DecideAsync(t => t.DeclineAsync(wish.Id, [_root.Id], "s", CancellationToken.None)));
        Assert.Null(await DecideAsync(t => t.DeclineAsync(wish.Id, [_first.Id], "s", CancellationToken.None)));
    }

    [Fact]
    public async Task A_secretary_without_an_account_bars_nobody_and_a_row_of_a_barred_branch_is_given_to_nobody()
    {
        await _bot.InDb(db => db.Memberships.Where(m => m.Duty == null && m.Category == PersonCategory.Member).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, Duty.Secretary)));
        await AskAsync("o1", "学生777 1234");
        var wish = Assert.Single(await OpenAsync(_root));
        await _bot.SayAsync("o9", $"绑定 {_second.JoinCode} 学生003 N3", "同意");

        Assert.Equal(Tray.NotOnRoster, await DecideAsync(t => t.AcceptAsync(wish.Id, [_root.Id], PersonIdAsync("学生003").Result, "s", CancellationToken.None)));
        Assert.Null(await DecideAsync(t => t.AcceptAsync(wish.Id, [_second.Id, _root.Id], PersonIdAsync("学生001").Result, "s", CancellationToken.None)));
    }

    private Task<(int Own, int OfOthers)> CountsAsync(Organisation top) => _bot.DoAsync<Tray, (int, int)>(
        async t => (await t.CountAsync([top.Id], CancellationToken.None), await t.CountOfOthersAsync([top.Id], null, CancellationToken.None)));

    [Fact]
    public async Task Whom_an_import_brings_just_now_nobody_adds_once_more()
    {
        if (_bot.Provider == DatabaseProvider.Sqlite)
        {
            return; // it has one writer: nobody is in the middle
        }

        await AskAsync("o1", "学生777 1234");
        await AskAsync("o2", "学生778 1234");
        var (same, other) = ((await OpenAsync(_first)).Single(i => i.Name == "学生777").Id, (await OpenAsync(_first)).Single(i => i.Name == "学生778").Id);
        var held = new TaskCompletionSource();
        var holds = Task.Run(() => _bot.InDb(async db =>
        {
            // Stops the commit after it has looked who is there.
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"LOCK TABLE headcounts IN SHARE MODE");
            await held.Task;
        }));
        var imports = Task.Run(() => _bot.ImportAsync(Roster + "\n示例市/一班,,学生777,2008-05-07,,N7,团员\n"));
        await Task.Delay(2000);
        var added = new[] { same, other }.Select(id => Task.Run(() => DecideAsync(t => t.AcceptAsNewAsync(id, [_first.Id], PersonCategory.Member, "s", CancellationToken.None)))).ToArray();
        await Task.WhenAny(Task.WhenAll(added), Task.Delay(1500));
        Assert.False(imports.IsCompleted);
        held.SetResult();

        Assert.Equal(1, (await imports).PeopleNew);
        Assert.Equal(TrayJoins.Alike, await added[0]);
        Assert.Null(await added[1]);
        await holds;
        Assert.Equal(1, await _bot.InDb(db => db.People.CountAsync(p => p.Name == "学生777")));
        await _bot.AssertConsistentAsync();

        // Who has seen the one may say that it is another.
        Assert.Null(await DecideAsync(t => t.AcceptAsNewAsync(same, [_first.Id], PersonCategory.Member, "s", CancellationToken.None)));
    }

    private async Task AskAsync(string openId, string claim) => Assert.Contains("团支书核对", await _bot.SayAsync(openId, $"绑定 {_first.JoinCode} {claim}", "同意"));

    private Task<IReadOnlyList<TrayItem>> OpenAsync(Organisation top) => _bot.TrayAsync(top.Id);

    private Task<Refusal?> DecideAsync(Func<TrayJoins, Task<Result<bool>>> decide)
        => _bot.DoAsync<TrayJoins, Refusal?>(async t => (await decide(t)).IsRefused(out var refusal) ? refusal : null);

    private Task<int> PersonIdAsync(string name) => _bot.InDb(db => db.People.Where(p => p.Name == name).Select(p => p.Id).SingleAsync());
}
