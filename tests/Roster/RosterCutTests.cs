using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>Imports that end early, and imports that meet.</summary>
public sealed class RosterCutTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务\n";

    private const string Before = Header + "示例市/一中/一班,,学生001,2008-05-01,,N1,团员,P1,\n";

    private const string After = Header + """
        示例市/一中/一班,,学生001,2008-05-01,13800000001,N1,团员,P1,书记
        示例市/一中/二班,,学生002,2008-05-02,,N2,团员,P2,
        示例市/一中/二班,,学生003,2008-05-03,,N3,青年,P3,
        """;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_cancellation_that_is_stored_before_the_commit_wins()
    {
        await _bot.ImportAsync(Before);

        var ended = await Assert.ThrowsAnyAsync<Exception>(() => _bot.ImportAsync(
            After, () => _bot.InDb(db => db.RosterImports.Where(i => i.CommittedAt == null).ExecuteUpdateAsync(set => set.SetProperty(i => i.Approved, false)))));

        Assert.Equal("SlotLostException", ended.GetType().Name);
        Assert.Equal(1, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null)));
    }

    [Fact]
    public async Task Cancelled_at_any_step_it_leaves_nothing_and_the_next_one_works()
    {
        await _bot.ImportAsync(Before);
        var before = await RowsAsync();
        var steps = 0;
        for (; ; steps++)
        {
            using var stop = new CancellationTokenSource();
            var left = steps;
            try
            {
                await _bot.ImportAsync(After, ct: stop.Token, progress: new Step(() =>
                {
                    if (left-- == 0)
                    {
                        stop.Cancel();
                    }
                }));
                break; // committed: what is cancelled from here on has happened
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(before, await RowsAsync());
                Assert.Equal(before, await RowsAsync(hidden: true));
            }
        }

        Assert.InRange(steps, 6, 100);
        Assert.Equal(3, await _bot.InDb(db => db.Memberships.CountAsync()));
        Assert.Equal(0, await _bot.InDb(db => db.Memberships.IgnoreQueryFilters().CountAsync(m => m.ImportId != null)));
        Assert.Equal((0, 3), ((await _bot.ImportAsync(After)).PeopleNew, (await _bot.ImportAsync(After)).PeopleUnchanged));
    }

    [Fact]
    public async Task What_a_killed_import_wrote_ahead_is_invisible_and_removed_by_the_next()
    {
        await _bot.ImportAsync(Before);
        var before = await RowsAsync();
        await LeaveBehindAsync(committed: false);
        Assert.Equal(before, await RowsAsync());
        Assert.NotEqual(before, await RowsAsync(hidden: true));

        _bot.Clock.Now += RosterSlot.DeadAfter + TimeSpan.FromSeconds(1);
        var next = await _bot.ImportAsync(After);

        Assert.Equal((1, 2), (next.OrganisationsNew, next.PeopleNew));
        Assert.Equal(await RowsAsync(), await RowsAsync(hidden: true));
        Assert.Equal(1, await _bot.InDb(db => db.RosterImports.CountAsync(i => i.State == ImportState.Broken)));
        Assert.Equal(3, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task What_was_killed_after_its_commit_stays_visible_and_is_finished()
    {
        await _bot.ImportAsync(Before);
        await LeaveBehindAsync(committed: true);
        var rows = await RowsAsync();

        _bot.Clock.Now += RosterSlot.DeadAfter + TimeSpan.FromSeconds(1);
        await _bot.DoAsync<RosterSlot, int>(async slot =>
        {
            await slot.TidyAsync(CancellationToken.None);
            await slot.TidyAsync(CancellationToken.None);
            return 0;
        });

        Assert.Equal(rows, await RowsAsync());
        Assert.Equal(0, await _bot.InDb(db => db.Memberships.CountAsync(m => m.ImportId != null)));
        Assert.True(await _bot.InDb(db => db.RosterImports.AllAsync(i => i.State == ImportState.Done && i.Writes == null)));
    }

    [Fact]
    public async Task The_mark_is_taken_off_once_and_whoever_ends_the_turn_has_nothing_left_to_walk_over()
    {
        RosterImportRun? left = null;

        await _bot.ImportAsync(After, progress: new Far(at =>
        {
            if (at >= 1 && left is null)
            {
                left = _bot.InDb(db => db.RosterImports.AsNoTracking().SingleAsync()).Result;
            }
        }));

        Assert.Equal((ImportState.Committed, true, 0, 0), (left!.State, left.Writes, left.PersonIds, left.OrganisationIds));
        Assert.Equal(0, await _bot.InDb(db => db.Memberships.IgnoreQueryFilters().CountAsync(m => m.ImportId != null)));
        Assert.Equal(0, await _bot.InDb(db => db.Organisations.IgnoreQueryFilters().CountAsync(o => o.ImportId != null)));
    }

    [Fact]
    public async Task While_one_writes_another_waits_and_sees_what_it_has_written()
    {
        await _bot.ImportAsync(Before);
        var inside = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var steps = 0;
        var first = Task.Run(() => _bot.ImportAsync(After, progress: new Step(() =>
        {
            if (++steps == 8)
            {
                inside.SetResult();
                go.Task.GetAwaiter().GetResult();
            }
        })));
        await inside.Task;
        var second = Task.Run(() => _bot.ImportAsync(After));
        await Task.Delay(1000);

        Assert.False(second.IsCompleted);
        go.SetResult();
        Assert.Equal((2, 0), ((await first).PeopleNew, (await second).PeopleNew));
        Assert.Equal(3, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task Of_twenty_imports_at_once_one_adds_and_the_others_find_it_done()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _bot.ImportAsync(After))));

        Assert.Equal(3, all.Sum(i => i.PeopleNew));
        Assert.Equal((3, 4), (await _bot.InDb(db => db.People.CountAsync()), await _bot.InDb(db => db.Organisations.CountAsync())));
    }

    [Fact]
    public async Task Of_two_files_that_want_one_person_in_two_branches_the_later_has_its_way_and_nobody_is_twice()
    {
        await _bot.ImportAsync(Before);
        for (var round = 0; round < 4; round++)
        {
            // One knows the person by number, one by the stable id; each brings somebody of its own, too.
            var both = await Task.WhenAll(
                Task.Run(() => _bot.ImportAsync(Header + $"示例市/一中/二班,,学生001,2008-05-01,,N1,团员,,\n示例市/一中/二班,,学生1{round},2008-06-01,,,团员,,\n")),
                Task.Run(() => _bot.ImportAsync(Header + $"示例市/一中/三班,,学生001,2008-05-01,,,团员,P1,\n示例市/一中/三班,,学生2{round},2008-07-01,,,团员,,\n")));

            Assert.Equal([1, 1], both.Select(i => i.PeopleNew));
            Assert.InRange(both.Sum(i => i.PeopleMoved), 1, 2);
            Assert.Equal(1, await _bot.InDb(db => db.People.CountAsync(p => p.Name == "学生001")));
            await _bot.AssertConsistentAsync();
        }
    }

    [Fact]
    public async Task Without_the_unique_index_more_than_one_import_would_write()
    {
        await _bot.InDb(db => db.Database.ExecuteTextAsync("DROP INDEX ix_roster_imports_writes", CancellationToken.None));

        await LookingFirst.RaceAsync(
            _bot,
            async (db, _) => await db.RosterImports.AnyAsync(i => i.Writes == true) ? null : (int?)await _bot.DoAsync<RosterSlot, int>(s => s.BeginAsync(new RosterOrder("li", "roster.csv"), CancellationToken.None)),
            (db, _, run) => db.RosterImports.Where(i => i.Id == run).ExecuteUpdateAsync(set => set.SetProperty(i => i.Writes, true)));

        Assert.True(await _bot.InDb(db => db.RosterImports.CountAsync(i => i.Writes == true)) > 1);
    }

    [Fact]
    public async Task Who_is_moved_by_hand_while_the_file_is_stored_is_compared_anew()
    {
        await _bot.ImportAsync(Before + "示例市/一中/三班,,学生009,2008-05-09,,N9,团员,P9,\n");
        var other = await _bot.InDb(db => db.Organisations.Where(o => o.Name == "三班").Select(o => o.Id).SingleAsync());
        var moved = false;

        var imported = await _bot.ImportAsync(After, progress: new Step(() =>
        {
            if (!moved && _bot.InDb(db => db.RosterImports.AnyAsync(i => i.PersonIds > 0)).Result)
            {
                moved = true;
                _bot.InDb(async db =>
                {
                    var person = await db.People.Where(p => p.RosterId == "P1").Select(p => p.Id).SingleAsync();
                    await db.Memberships.Where(m => m.PersonId == person).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, _bot.Clock.Now));
                    db.Add(new Membership { PersonId = person, OrganisationId = other, Category = PersonCategory.Member, Since = _bot.Clock.Now });
                    await db.SaveChangesAsync();
                }).Wait();
            }
        }));

        Assert.Equal((true, 2, 1), (moved, imported.PeopleNew, imported.PeopleMoved));
        Assert.Equal(1, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null && db.People.Any(p => p.Id == m.PersonId && p.RosterId == "P1"))));
        Assert.Equal(4, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task Who_goes_into_an_organisation_that_was_merged_since_the_preview_comes_to_where_it_went()
    {
        await _bot.ImportAsync(Before + "示例市/一中/二班,,学生002,2008-05-02,,N2,团员,P2,\n");

        var imported = await _bot.ImportAsync(Header + "示例市/一中/一班,,学生004,2008-05-04,,N4,团员,P4,\n", () => _bot.DoAsync<Mergers, int>(async mergers =>
        {
            var (from, into) = (await IdAsync("一班"), await IdAsync("二班"));
            Assert.False((await mergers.MergeAsync(from, into, new Reorganiser("operator", null), CancellationToken.None)).IsRefused(out _));
            return 0;
        }));

        Assert.Equal((0, 1), (imported.OrganisationsNew, imported.PeopleNew));
        var into = await IdAsync("二班");
        Assert.Equal(3, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null && m.OrganisationId == into)));
        Assert.Equal(3, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null)));
    }

    [Fact]
    public async Task An_import_that_began_earlier_and_ended_later_is_noticed()
    {
        await _bot.ImportAsync(Before);
        var early = await _bot.DoAsync<RosterSlot, int>(slot => slot.BeginAsync(new RosterOrder("li", "early.csv"), CancellationToken.None));
        await _bot.ImportAsync(Before + "示例市/一中/三班,,学生009,2008-05-09,,N9,团员,P9,\n");

        var imported = await _bot.ImportAsync(After, async () =>
        {
            await AddElsewhereAsync();
            await _bot.InDb(db => db.RosterImports.Where(i => i.Id == early).ExecuteUpdateAsync(set => set.SetProperty(i => i.CommittedAt, _bot.Clock.Now)));
        });

        Assert.Equal((1, 1), (imported.PeopleNew, imported.PeopleMoved));
    }

    [Fact]
    public async Task What_was_looked_at_for_long_is_compared_anew()
    {
        await _bot.ImportAsync(Before);

        var imported = await _bot.ImportAsync(After, async () =>
        {
            await AddElsewhereAsync();
            _bot.Clock.Now += TimeSpan.FromMinutes(6);
            await _bot.InDb(db => db.RosterImports.ExecuteUpdateAsync(set => set.SetProperty(i => i.Heartbeat, _bot.Clock.Now)));
        });

        Assert.Equal((1, 1), (imported.PeopleNew, imported.PeopleMoved));
    }

    [Fact]
    public async Task Killed_after_a_commit_that_added_nobody_it_does_not_stand_in_the_way()
    {
        await _bot.ImportAsync(Before);
        await _bot.InDb(async db =>
        {
            db.Add(new RosterImportRun
            {
                At = _bot.Clock.Now,
                By = "operator",
                FileName = "roster.csv",
                Heartbeat = _bot.Clock.Now,
                Writes = true,
                State = ImportState.Committed,
                CommittedAt = _bot.Clock.Now,
            });
            await db.SaveChangesAsync();
        });
        _bot.Clock.Now += RosterSlot.DeadAfter + TimeSpan.FromSeconds(1);

        var next = await _bot.ImportAsync(After).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(2, next.PeopleNew);
        Assert.True(await _bot.InDb(db => db.RosterImports.AllAsync(i => i.State == ImportState.Done && i.Writes == null)));
    }

    /// <summary>Somebody of the file comes into another organisation than the file says.</summary>
    private Task AddElsewhereAsync() => _bot.InDb(async db =>
    {
        var person = new Person { Name = "学生002", NameKey = "学生002", MemberNumber = "N2" };
        db.Add(person);
        await db.SaveChangesAsync();
        db.Add(new Membership { PersonId = person.Id, OrganisationId = await db.Organisations.Where(o => o.Name == "一班").Select(o => o.Id).SingleAsync(), Category = PersonCategory.Member, Since = _bot.Clock.Now });
        await db.SaveChangesAsync();
    });

    private Task<int> IdAsync(string name) => _bot.InDb(db => db.Organisations.Where(o => o.Name == name).Select(o => o.Id).SingleAsync());

    /// <summary>As a process leaves the database that was killed while it wrote ahead, or just after its commit.</summary>
    private Task LeaveBehindAsync(bool committed) => _bot.InDb(async db =>
    {
        var root = await db.Organisations.Where(o => o.ParentId == null).Select(o => o.Id).SingleAsync();
        var run = new RosterImportRun
        {
            At = _bot.Clock.Now,
            By = "operator",
            FileName = "roster.csv",
            Heartbeat = _bot.Clock.Now,
            Writes = true,
            State = committed ? ImportState.Committed : ImportState.Storing,
            CommittedAt = committed ? _bot.Clock.Now : null,
        };
        db.Add(run);
        await db.SaveChangesAsync();
        var branch = new Organisation { Name = "二班", NameKey = "二班", ParentId = root, Kind = OrganisationKind.Branch, JoinCode = "ABCDEFGH", ImportId = run.Id };
        var person = new Person { Name = "学生002", NameKey = "学生002", RosterId = "P2" };
        db.AddRange(branch, person);
        await db.SaveChangesAsync();
        db.Add(new OrganisationAncestor { OrganisationId = branch.Id, AncestorId = branch.Id, Distance = 0 });
        var membership = new Membership { PersonId = person.Id, OrganisationId = branch.Id, Category = PersonCategory.Member, Since = _bot.Clock.Now, ImportId = run.Id };
        db.Add(membership);
        await db.SaveChangesAsync();
        (run.FirstOrganisation, run.OrganisationIds, run.FirstPerson, run.FirstMembership, run.PersonIds) = (branch.Id, 1, person.Id, membership.Id, 1);
        await db.SaveChangesAsync();
    });

    /// <param name="hidden">Rows that are written ahead, too.</param>
    private Task<string> RowsAsync(bool hidden = false) => _bot.InDb(async db =>
    {
        var (organisations, memberships) = hidden ? (db.Organisations.IgnoreQueryFilters(), db.Memberships.IgnoreQueryFilters()) : (db.Organisations, db.Memberships);
        var rows = await organisations.AsNoTracking().OrderBy(o => o.Id).Select(o => $"{o.Id} {o.ParentId} {o.Name} {o.Kind}").ToListAsync();
        rows.AddRange((await memberships.AsNoTracking().OrderBy(m => m.Id).ToListAsync()).Select(m => $"{m.Id} {m.PersonId} {m.OrganisationId} {m.Category} {m.Duty} {m.Until}"));
        rows.AddRange((await db.Headcounts.AsNoTracking().OrderBy(h => h.OrganisationId).ToListAsync()).Select(h => $"{h.OrganisationId} {h.Members}"));
        rows.AddRange((await db.People.AsNoTracking().Where(p => hidden || memberships.Any(m => m.PersonId == p.Id)).OrderBy(p => p.Id).ToListAsync()).Select(p => $"{p.Id} {p.Name} {p.PhoneLast4}"));
        return string.Join('\n', rows);
    });

    private sealed class Step(Action act) : IProgress<double>
    {
        public void Report(double value) => act();
    }

    private sealed class Far(Action<double> act) : IProgress<double>
    {
        public void Report(double value) => act(value);
    }
}
