using Bot.Core;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class ReorganisingTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;
    private int _root;
    private int _county;
    private int _town;
    private int _first;
    private int _second;
    private int _other;
    private int _third;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        _root = await _bot.OrganisationAsync("示例省");
        _county = await _bot.OrganisationAsync("甲县");
        _town = await _bot.OrganisationAsync("甲镇");
        _first = await _bot.OrganisationAsync("一支部");
        _second = await _bot.OrganisationAsync("二支部");
        _other = await _bot.OrganisationAsync("乙县");
        _third = await _bot.OrganisationAsync("三支部");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_renamed_organisation_keeps_its_people_and_files_with_the_old_name_still_mean_it()
    {
        Assert.True(await RenameAsync(_first, " 新一支部 "));

        Assert.Equal("示例省/甲县/甲镇/新一支部", (await TreeAsync()).Find(_first)!.Path);
        Assert.Equal(_first, await AliasAsync(_town, "一支部"));
        Assert.False(await RenameAsync(_first, "新一支部"));
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync(r => r.RenameAsync(_first, "二支部", null, By(), CancellationToken.None)));
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync(r => r.RenameAsync(_second, "一支部", null, By(), CancellationToken.None)));
        foreach (var bad in new[] { " ", "a/b", "a／b", new string('长', 61), "a\nb" })
        {
            Assert.Equal(TreeChanges.BadName, await RefusedAsync(r => r.RenameAsync(_first, bad, null, By(), CancellationToken.None)));
        }

        Assert.True(await RenameAsync(_first, "一支部"));
        Assert.Null(await AliasAsync(_town, "一支部"));
        Assert.Equal(_first, await AliasAsync(_town, "新一支部"));
        var history = await _bot.DoAsync<OrganisationHistory, List<OrganisationChange>>(h => h.OfAsync(_first, CancellationToken.None));
        Assert.Equal([("新一支部", "一支部"), ("一支部", "新一支部")], history.Select(c => (c.OldName, c.NewName)));
        Assert.Equal(2, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "organisation.renamed")));
    }

    [Fact]
    public async Task A_moved_organisation_takes_everything_below_it_along()
    {
        Assert.True(await ChangeAsync(r => r.MoveAsync(_town, _other, By(), CancellationToken.None)));

        var tree = await TreeAsync();
        Assert.Equal("示例省/乙县/甲镇/一支部", tree.Find(_first)!.Path);
        Assert.Equal(_town, await AliasAsync(_county, "甲镇"));
        await _bot.AssertConsistentAsync();
        Assert.False(await ChangeAsync(r => r.MoveAsync(_town, _other, By(), CancellationToken.None)));
    }

    [Fact]
    public async Task Nothing_stands_below_itself_beside_a_namesake_or_too_deep()
    {
        Assert.Equal(Reorganising.Loop, await RefusedAsync(r => r.MoveAsync(_county, _first, By(), CancellationToken.None)));
        Assert.Equal(Reorganising.Loop, await RefusedAsync(r => r.MoveAsync(_county, _county, By(), CancellationToken.None)));
        Assert.Equal(TreeChanges.IsRoot, await RefusedAsync(r => r.MoveAsync(_root, _first, By(), CancellationToken.None)));
        Assert.True(await RenameAsync(_third, "一 支部"));
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync(r => r.MoveAsync(_third, _town, By(), CancellationToken.None)));
        await _bot.ImportAsync($"组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例省/{string.Join('/', Enumerable.Range(1, 17).Select(i => $"第{i}层"))},支部,,,,,\n");
        var deep = await _bot.OrganisationAsync("第17层");
        Assert.Equal(TreeChanges.TooDeep, await RefusedAsync(r => r.MoveAsync(_county, deep, By(), CancellationToken.None)));
        Assert.True(await ChangeAsync(r => r.MoveAsync(_town, deep, By(), CancellationToken.None)));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Two_moves_that_would_make_a_loop_together_do_not_both_happen()
    {
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(
                Task.Run(() => RefusedAsync(r => r.MoveAsync(_county, _other, By(), CancellationToken.None))),
                Task.Run(() => RefusedAsync(r => r.MoveAsync(_other, _county, By(), CancellationToken.None))));
            await _bot.AssertConsistentAsync();
            Assert.Equal(7, (await TreeAsync()).Nodes.Count);
            await RefusedAsync(r => r.MoveAsync(_county, _root, By(), CancellationToken.None));
            await RefusedAsync(r => r.MoveAsync(_other, _root, By(), CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_merged_branch_brings_its_people_completions_requests_transfers_and_join_code()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var learner = await phone.Opens("学习");
        await learner.StudiesFor(60);
        Assert.NotEmpty((await learner.Finishes()).Receipt);
        var wish = await ScopeTests.WishAsync(_bot, "o-9", "一支部");
        await phone.Sends("隐私 更正");
        await phone.Sends("出生日期写错了。");
        var (away, _) = await _bot.ReleaseAsync("学生003", _first, _third, _first);
        var (there, _) = await _bot.ReleaseAsync("学生004", _first, _second, _first);
        var (here, _) = await _bot.ReleaseAsync("学生009", _third, _first, _third);
        var code = await _bot.InDb(db => db.Organisations.Where(o => o.Id == _first).Select(o => o.JoinCode).SingleAsync());

        Assert.True(await MergeAsync(_first, _second));

        Assert.Equal(8, await _bot.InDb(db => db.Memberships.CountAsync(m => m.OrganisationId == _second && m.Until == null)));
        Assert.Equal(8, await _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == _second).Select(h => h.Members).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.Completions.Select(c => c.OrganisationId).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.JoinRequests.Where(r => r.Id == wish).Select(r => r.OrganisationId).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.CorrectionRequests.Select(r => r.OrganisationId).SingleAsync()));
        var transfers = await _bot.InDb(db => db.Transfers.ToDictionaryAsync(t => t.Id));
        Assert.Equal((_second, _third, TransferState.Waiting), (transfers[away].FromId, transfers[away].ToId, transfers[away].State));
        Assert.Equal(TransferState.Withdrawn, transfers[there].State);
        Assert.Equal(_second, transfers[here].ToId);
        await _bot.AssertConsistentAsync();

        var tree = await TreeAsync();
        Assert.Null(tree.Find(_first));
        Assert.Equal(_second, tree.FindByJoinCode(code)!.Id);
        Assert.Equal(_second, await AliasAsync(_town, "一支部"));
        Assert.Contains("二支部", await _bot.SayAsync("o-10", $"绑定 {code} 学生005 S005"), StringComparison.Ordinal);
        Assert.Contains("二支部", (await phone.Sends("我的")).Text, StringComparison.Ordinal);
        Assert.False(await MergeAsync(_first, _second));
        Assert.Equal(Reorganising.WasMerged, await RefusedAsync(r => r.ReopenAsync(_first, By(), CancellationToken.None)));
    }

    [Fact]
    public async Task Ten_thousand_members_are_merged_together()
    {
        await _bot.InDb(async db =>
        {
            db.Add(Samples.Lesson(_bot.Clock.Now));
            var people = Enumerable.Range(0, 10_000).Select(i => new Person { Name = $"学生{i:00000}", NameKey = $"学生{i:00000}" }).ToList();
            db.AddRange(people);
            await db.SaveChangesAsync();
            var lesson = await db.Lessons.Select(l => l.Id).SingleAsync();
            db.AddRange(people.Select(p => new Membership { PersonId = p.Id, OrganisationId = _first, Category = PersonCategory.Member, Since = _bot.Clock.Now }));
            db.AddRange(people.Where(p => p.Id % 2 == 0).Select(p => new Core.Lessons.Completion
            {
                LessonId = lesson,
                PersonId = p.Id,
                OrganisationId = _first,
                Standing = Core.Lessons.Standing.Member,
                Late = false,
                At = _bot.Clock.Now,
                Receipt = $"RECEIPT{p.Id:000000000}",
            }));
            await db.SaveChangesAsync();
            await Headcounts.RecountAsync(db, CancellationToken.None);
        });
        var lessonId = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        await _bot.DoAsync<Core.Lessons.Tallies, int>(t => t.RebuildAsync(lessonId, CancellationToken.None));
        _bot.Clock.Now += TimeSpan.FromSeconds(1);

        Assert.True(await MergeAsync(_first, _second));

        Assert.Equal(10_008, await _bot.InDb(db => db.Memberships.CountAsync(m => m.OrganisationId == _second && m.Until == null)));
        Assert.Equal(5_000, await _bot.InDb(db => db.Tallies.Where(t => t.OrganisationId == _second).Select(t => t.Completed).SingleAsync()));
    }

    [Fact]
    public async Task What_stands_below_comes_along_unless_names_collide()
    {
        Assert.Equal(Mergers.Same, await RefusedAsync<Mergers>(m => m.MergeAsync(_county, _first, By(), CancellationToken.None)));
        Assert.Equal(Mergers.Same, await RefusedAsync<Mergers>(m => m.MergeAsync(_county, _county, By(), CancellationToken.None)));
        Assert.True(await RenameAsync(_third, "甲镇"));
        Assert.Equal(Mergers.ChildrenCollide, await RefusedAsync<Mergers>(m => m.MergeAsync(_other, _county, By(), CancellationToken.None)));
        Assert.True(await RenameAsync(_third, "三支部"));
        Assert.Equal(Mergers.ChildrenCollide, await RefusedAsync<Mergers>(m => m.MergeAsync(_county, _other, By(), CancellationToken.None)));

        Assert.True(await MergeAsync(_other, _county));

        Assert.Equal("示例省/甲县/三支部", (await TreeAsync()).Find(_third)!.Path);
        Assert.True(await MergeAsync(_town, _county));
        Assert.Equal("示例省/甲县/一支部", (await TreeAsync()).Find(_first)!.Path);
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task A_split_makes_a_neighbour_and_takes_the_chosen_people_there()
    {
        var chosen = new[] { await _bot.PersonAsync("学生002"), await _bot.PersonAsync("学生003") };
        Assert.Equal(Mergers.NotMembers, await RefusedAsync<Mergers>(m => m.SplitAsync(
            new SplitAsked(_first, "一支部乙", OrganisationKind.Branch, [.. chosen, 999_999]), By(), CancellationToken.None)));
        Assert.False(await _bot.InDb(db => db.Organisations.AnyAsync(o => o.Name == "一支部乙")));

        Assert.Null(await RefusedAsync<Mergers>(m => m.SplitAsync(new SplitAsked(_first, "一支部乙", OrganisationKind.Branch, chosen), By(), CancellationToken.None)));

        var added = await _bot.OrganisationAsync("一支部乙");
        Assert.Equal("示例省/甲县/甲镇/一支部乙", (await TreeAsync()).Find(added)!.Path);
        Assert.Equal(added, await _bot.PlaceAsync("学生002"));
        await _bot.AssertConsistentAsync();
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync<Mergers>(m => m.SplitAsync(new SplitAsked(_first, "一支部乙", OrganisationKind.Branch, []), By(), CancellationToken.None)));
    }

    [Fact]
    public async Task Names_of_a_branch_with_a_secretary_are_not_ticked_by_those_above()
    {
        await SecretaryTests.BoundAsync(_bot, "o-1", "一支部", "学生001", "S001");
        var chosen = new[] { await _bot.PersonAsync("学生002") };

        var refused = await RefusedAsync<Mergers>(m => m.SplitAsync(
            new SplitAsked(_first, "一支部乙", OrganisationKind.Branch, chosen), new Reorganiser("li", [_county]), CancellationToken.None));

        Assert.Equal(Mergers.NotMembers, refused);
    }

    [Fact]
    public async Task Only_what_is_empty_closes_its_code_says_so_and_it_can_be_opened_again()
    {
        Assert.Equal(Reorganising.NotEmpty, await RefusedAsync(r => r.CloseAsync(_third, By(), CancellationToken.None)));
        Assert.Equal(Reorganising.NotEmpty, await RefusedAsync(r => r.CloseAsync(_other, By(), CancellationToken.None)));
        Assert.Equal(TreeChanges.IsRoot, await RefusedAsync(r => r.CloseAsync(_root, By(), CancellationToken.None)));
        var (id, _) = await _bot.ReleaseAsync("学生009", _third, _first, _third);
        Assert.Null(await _bot.AcceptAsync(id, _first));
        var wish = await ScopeTests.WishAsync(_bot, "o-9", "三支部");
        Assert.Equal(Reorganising.NotEmpty, await RefusedAsync(r => r.CloseAsync(_third, By(), CancellationToken.None)));
        await _bot.DoAsync<TrayJoins, bool>(async t => !(await t.DeclineAsync(wish, [_third], "s", CancellationToken.None)).IsRefused(out _));
        var code = await _bot.InDb(db => db.Organisations.Where(o => o.Id == _third).Select(o => o.JoinCode).SingleAsync());

        Assert.True(await ChangeAsync(r => r.CloseAsync(_third, By(), CancellationToken.None)));

        Assert.Null((await TreeAsync()).Find(_third));
        Assert.Contains("已经撤销", await _bot.SayAsync("o-10", $"绑定 {code} 学生005 S005"), StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Accounts.SumAsync(a => a.WrongTries)));
        await _bot.AssertConsistentAsync();

        // The same name may be taken by a new one, and then the old one stays closed.
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例省/乙县/三支部,支部,学生010,2008-05-01,,S010,团员\n");
        Assert.NotEqual(_third, await _bot.PlaceAsync("学生010"));
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync(r => r.ReopenAsync(_third, By(), CancellationToken.None)));
        Assert.True(await RenameAsync(await _bot.OrganisationAsync("三支部"), "新三支部"));
        Assert.Equal(TreeChanges.NameTaken, await RefusedAsync(r => r.ReopenAsync(_third, By(), CancellationToken.None)));
    }

    [Fact]
    public async Task A_closing_is_taken_back_unless_what_is_above_has_closed()
    {
        var (id, _) = await _bot.ReleaseAsync("学生009", _third, _first, _third);
        Assert.Null(await _bot.AcceptAsync(id, _first));
        Assert.True(await ChangeAsync(r => r.CloseAsync(_third, By(), CancellationToken.None)));
        Assert.True(await ChangeAsync(r => r.CloseAsync(_other, By(), CancellationToken.None)));

        Assert.Equal(TreeChanges.HasClosed, await RefusedAsync(r => r.ReopenAsync(_third, By(), CancellationToken.None)));
        Assert.True(await ChangeAsync(r => r.ReopenAsync(_other, By(), CancellationToken.None)));
        Assert.True(await ChangeAsync(r => r.ReopenAsync(_third, By(), CancellationToken.None)));

        Assert.Equal("示例省/乙县/三支部", (await TreeAsync()).Find(_third)!.Path);
        Assert.False(await ChangeAsync(r => r.ReopenAsync(_third, By(), CancellationToken.None)));
    }

    [Fact]
    public async Task Everything_touched_lies_in_the_subtree_of_whoever_changes_it()
    {
        var by = new Reorganiser("li", [_county]);

        Assert.Null(await RefusedAsync(r => r.RenameAsync(_county, "甲甲县", null, by, CancellationToken.None)));
        foreach (var refused in new[]
        {
            await RefusedAsync(r => r.RenameAsync(_third, "x", null, by, CancellationToken.None)),
            await RefusedAsync(r => r.MoveAsync(_town, _other, by, CancellationToken.None)),
            await RefusedAsync(r => r.MoveAsync(_third, _county, by, CancellationToken.None)),
            await RefusedAsync(r => r.MoveAsync(_county, _town, by, CancellationToken.None)),
            await RefusedAsync(r => r.CloseAsync(_county, by, CancellationToken.None)),
            await RefusedAsync<Mergers>(m => m.MergeAsync(_first, _third, by, CancellationToken.None)),
            await RefusedAsync<Mergers>(m => m.MergeAsync(_third, _first, by, CancellationToken.None)),
            await RefusedAsync<Mergers>(m => m.SplitAsync(new SplitAsked(_county, "x", OrganisationKind.County, []), by, CancellationToken.None)),
            await RefusedAsync(r => r.RenameAsync(_first, "x", null, new Reorganiser("li", []), CancellationToken.None)),
        })
        {
            Assert.Equal(StaffScope.NotFound, refused);
        }

        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task While_an_import_writes_the_tree_stays_as_it_is()
    {
        await _bot.InDb(async db =>
        {
            db.Add(new RosterImportRun { At = _bot.Clock.Now, By = "operator", FileName = "x", Heartbeat = _bot.Clock.Now, Writes = true });
            await db.SaveChangesAsync();
        });

        Assert.Equal(TreeChanges.ImportRunning, await RefusedAsync(r => r.RenameAsync(_first, "x", null, By(), CancellationToken.None)));
        await _bot.InDb(db => db.RosterImports.ExecuteDeleteAsync());
        Assert.True(await RenameAsync(_first, "x"));
        Assert.Equal(0, await _bot.InDb(db => db.RosterImports.CountAsync()));
    }

    [Fact]
    public async Task The_operator_changes_the_tree_beside_the_running_server()
    {
        Assert.Equal("示例省/甲县/甲镇/一支部 is called 新一支部 now.", await Desk.RunAsync(_bot, "organisation", "rename", "示例省/甲县/甲镇/一支部", "新一支部", "--reason", "换名"));
        Assert.Equal("示例省/甲县/甲镇/新一支部 is below 示例省/乙县 now.", await Desk.RunAsync(_bot, "organisation", "move", "示例省/甲县/甲镇/新一支部", "--under", "示例省/乙县"));
        Assert.Equal("示例省/乙县/新一支部 is part of 示例省/乙县/三支部 now.", await Desk.RunAsync(_bot, "organisation", "merge", "示例省/乙县/新一支部", "--into", "示例省/乙县/三支部"));
        Assert.Equal("换名", await _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "organisation.renamed" && a.Actor == "operator").Select(a => a.Reason).SingleAsync()));
        Assert.Equal(6, await _bot.InDb(db => db.Memberships.CountAsync(m => m.OrganisationId == _third && m.Until == null)));

        var refused = await _bot.RunAsync("organisation", "close", "示例省/乙县/三支部");
        Assert.Equal((1, true), (refused.Code, refused.Error.Contains("organisation.not-empty", StringComparison.Ordinal)));
        Assert.Equal(1, (await _bot.RunAsync("organisation", "merge", "示例省/乙县/三支部")).Code);
        Assert.Equal(1, (await _bot.RunAsync("organisation", "rename", "没有/这个", "x")).Code);
        Assert.True(await MergeAsync(_second, _third));
        Assert.Equal("示例省/甲县/甲镇 has closed.", await Desk.RunAsync(_bot, "organisation", "close", "示例省/甲县/甲镇"));
        await _bot.AssertConsistentAsync();
    }

    private static Reorganiser By() => new("operator", null);

    private async Task<bool> RenameAsync(int id, string name) => await ChangeAsync(r => r.RenameAsync(id, name, null, By(), CancellationToken.None));

    private Task<bool> MergeAsync(int id, int into) => ChangeAsync<Mergers>(m => m.MergeAsync(id, into, By(), CancellationToken.None));

    private Task<bool> ChangeAsync(Func<Reorganising, Task<Result<bool>>> change) => ChangeAsync<Reorganising>(change);

    private Task<bool> ChangeAsync<T>(Func<T, Task<Result<bool>>> change)
        where T : notnull
        => _bot.DoAsync<T, bool>(async t => (await change(t)).IsRefused(out var refusal, out var changed) ? throw new InvalidOperationException(refusal.Code) : changed);

    private Task<Refusal?> RefusedAsync(Func<Reorganising, Task<Result<bool>>> change) => RefusedAsync<Reorganising>(change);

    private Task<Refusal?> RefusedAsync<T>(Func<T, Task<Result<bool>>> change)
        where T : notnull
        => _bot.DoAsync<T, Refusal?>(async t => (await change(t)).IsRefused(out var refusal) ? refusal : null);

    private Task<TreeSnapshot> TreeAsync() => _bot.DoAsync<OrganisationTree, TreeSnapshot>(t => t.AllAsync(CancellationToken.None).AsTask());

    private Task<int?> AliasAsync(int parent, string name)
        => _bot.InDb(db => db.OrganisationAliases.Where(a => a.ParentId == parent && a.NameKey == Names.Key(name)).Select(a => (int?)a.OrganisationId).SingleOrDefaultAsync());
}
