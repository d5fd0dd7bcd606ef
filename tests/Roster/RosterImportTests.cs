using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class RosterImportTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务\n";

    private const string Small = Header + """
        示例市,盟市,,,,,,,
        示例市/一中,学校,,,,,,,
        示例市/一中/一班,,学生001,2008-05-01,13800000001,000000000001,团员,P1,书记
        示例市/一中/一班,,学生002,2008-05-02,13800000002,000000000002,团员,,
        示例市/一中/一班,,学生003,2008-05-03,,,青年,,
        示例市/街道/二班,,学生004,,,,团员,,
        """;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_first_import_makes_the_tree_the_people_and_the_counters()
    {
        var imported = await _bot.ImportAsync(Small);

        Assert.Empty(imported.Faults.First);
        Assert.Equal((5, 0, 4, 0, 0, 0), Counts(imported));
        var tree = await TreeAsync();
        Assert.Equal(["示例市", "示例市/一中", "示例市/一中/一班", "示例市/街道", "示例市/街道/二班"], tree.Nodes.Select(n => n.Path));
        Assert.Equal(
            [OrganisationKind.City, OrganisationKind.School, OrganisationKind.Branch, OrganisationKind.Committee, OrganisationKind.Branch],
            tree.Nodes.Select(n => n.Kind));
        Assert.All(tree.Nodes, n => Assert.Equal(n.JoinCode, JoinCodes.Parse(n.JoinCode)));
        var first = tree.FindByPath("示例市/一中/一班")!;
        Assert.Equal([(first.Id, 0), (first.ParentId!.Value, 1), (tree.Nodes[0].Id, 2)],
            await _bot.InDb(async db => (await db.OrganisationAncestors.Where(a => a.OrganisationId == first.Id).OrderBy(a => a.Distance).ToListAsync()).Select(a => (a.AncestorId, a.Distance))));
        Assert.Equal([(first.Id, 2), (tree.FindByPath("示例市/街道/二班")!.Id, 1)], await HeadcountsAsync());
        var person = await PersonAsync("学生001");
        Assert.Equal(("000000000001", "P1", "0001", new DateOnly(2008, 5, 1)), (person.MemberNumber, person.RosterId, person.PhoneLast4, person.BirthDate!.Value));
        Assert.Equal("13800000001", await _bot.DoAsync<Vault, string>(vault => Task.FromResult(vault.Open(person.PhoneSealed!))));
        Assert.Equal(Duty.Secretary, (await MembershipsAsync("学生001")).Single().Duty);
    }

    [Fact]
    public async Task A_path_that_comes_back_to_a_name_is_refused_with_its_line_and_nothing_changes()
    {
        var imported = await _bot.ImportAsync(Header + "甲,,,,,,,,\n甲/乙,,学生001,2008-05-01,,N1,团员,,\n甲/乙/ 甲/丙,,学生002,2008-05-01,,N2,团员,,\n");

        var fault = Assert.Single(imported.Faults.First);
        Assert.Equal((4, "组织路径", RosterFaults.Loop), (fault.Line, fault.Column, fault.Code));
        Assert.Empty((await TreeAsync()).Nodes);
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task What_somebody_named_like_an_organisation_above_it_goes_on_being_imported()
    {
        await _bot.ImportAsync(Header + "甲/乙,,学生001,2008-05-01,,N1,团员,,\n");
        await _bot.InDb(db => db.Organisations.Where(o => o.Name == "乙").ExecuteUpdateAsync(set => set.SetProperty(o => o.Name, "甲").SetProperty(o => o.NameKey, "甲")));

        var imported = await _bot.ImportAsync(Header + "甲/甲,,学生002,2008-05-02,,N2,团员,,\n");

        Assert.Equal((0, 0, 1), (imported.Faults.Count, imported.OrganisationsNew, imported.PeopleNew));
    }

    [Fact]
    public async Task One_organisation_under_two_parents_is_refused_with_both_lines_and_one_name_under_two_parents_is_not()
    {
        await _bot.ImportAsync(Header + "甲/乙/一支部,,学生001,2008-05-01,,N1,团员,,\n甲/丙/一支部,,学生002,2008-05-01,,N2,团员,,\n甲/乙/二支部,,学生003,2008-05-01,,N3,团员,,\n");
        var (branch, parent) = await _bot.InDb(async db => ((await db.Organisations.SingleAsync(o => o.Name == "二支部")).Id, (await db.Organisations.SingleAsync(o => o.Name == "丙")).Id));
        Assert.False((await _bot.DoAsync<Reorganising, Core.Result<bool>>(r => r.MoveAsync(branch, parent, new Reorganiser("operator", null), CancellationToken.None))).IsRefused(out _));

        var imported = await _bot.ImportAsync(Header + "甲/乙/二支部,,学生003,2008-05-01,,N3,团员,,\n甲/丙/二支部,,学生004,2008-05-01,,N4,团员,,\n");

        var fault = Assert.Single(imported.Faults.First);
        Assert.Equal((3, "组织路径", RosterFaults.TwoParents), (fault.Line, fault.Column, fault.Code));
        Assert.Equal(["2", "甲/乙/二支部"], fault.Values.Select(v => v.Value));
        Assert.Equal(3, await _bot.InDb(db => db.People.CountAsync()));
        var old = await _bot.ImportAsync(Header + "甲/乙/二支部,,学生004,2008-05-01,,N4,团员,,\n");
        Assert.Equal((0, 1), (old.Faults.Count, old.PeopleNew));
    }

    [Fact]
    public async Task One_stable_id_under_two_paths_is_refused_with_both_lines()
    {
        var imported = await _bot.ImportAsync(Header + "甲/乙,,学生001,2008-05-01,,,团员,P1,\n甲/丙,,学生001,2008-05-01,,,团员,P1,\n");

        var fault = Assert.Single(imported.Faults.First);
        Assert.Equal((3, RosterFaults.Twice, "2"), (fault.Line, fault.Code, fault.Values.Single(v => v.Item1 == "line").Item2));
        Assert.Equal(0, await _bot.InDb(db => db.Organisations.CountAsync()));
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        await _bot.ImportAsync(Small);
        var before = await RowsAsync();

        var again = await _bot.ImportAsync(Small);

        Assert.Equal((0, 0, 0, 0, 4, 0), Counts(again));
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task A_dry_run_counts_and_stores_nothing()
    {
        var counted = await _bot.ImportAsync(Small, dryRun: true);

        Assert.Equal((5, 0, 4, 0, 0, 0), Counts(counted));
        Assert.Empty((await TreeAsync()).Nodes);
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task One_faulty_row_keeps_the_whole_file_out()
    {
        var imported = await _bot.ImportAsync(Small + "\n示例市/一中/一班,,学生009,,,,群众,,\n");

        Assert.Equal((8, "人员类别"), (Assert.Single(imported.Faults.First).Line, imported.Faults.First[0].Column));
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync()));
        Assert.Empty((await TreeAsync()).Nodes);
    }

    [Fact]
    public async Task A_changed_branch_or_category_ends_the_old_membership_and_begins_a_new_one()
    {
        await _bot.ImportAsync(Small);
        var begun = DateTimeOffset.UnixEpoch; // the first roster holds for the weeks before it, too
        _bot.Clock.Now += TimeSpan.FromDays(1);

        var imported = await _bot.ImportAsync(Header + """
            示例市/街道/二班,,学生001,2008-05-01,13900000001,000000000001,团员,P1,
            示例市/一中/一班,,学生003,2008-05-03,,,团员,,
            """);

        Assert.Equal((0, 0, 0, 2, 0, 1), Counts(imported));
        var tree = await TreeAsync();
        var (first, second) = (tree.FindByPath("示例市/一中/一班")!.Id, tree.FindByPath("示例市/街道/二班")!.Id);
        Assert.Equal(
            [(first, begun, _bot.Clock.Now, Duty.Secretary), (second, _bot.Clock.Now, null, null)],
            (await MembershipsAsync("学生001")).Select(m => (m.OrganisationId, m.Since, m.Until, m.Duty)));
        Assert.Equal([(PersonCategory.Youth, _bot.Clock.Now), (PersonCategory.Member, null)], (await MembershipsAsync("学生003")).Select(m => (m.Category, m.Until)));
        Assert.Equal([(first, 2), (second, 2)], await HeadcountsAsync());
        Assert.Equal("0001", (await PersonAsync("学生001")).PhoneLast4);
    }

    [Fact]
    public async Task An_empty_cell_leaves_what_is_stored_and_a_missing_duty_column_says_nothing()
    {
        await _bot.ImportAsync(Small);

        var imported = await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n示例市/一中/一班,,学生001,,,,团员,P1\n");

        Assert.Equal((0, 0, 0, 0, 1, 0), Counts(imported));
        Assert.Equal("000000000001", (await PersonAsync("学生001")).MemberNumber);
    }

    [Fact]
    public async Task A_file_may_correct_a_name_a_number_and_a_kind()
    {
        await _bot.ImportAsync(Small);

        var imported = await _bot.ImportAsync(Header + """
            示例市/街道,乡镇街道,,,,,,,
            示例市/一中/一班,,学生01,2008-05-01,13800000001,000000000001,团员,P1,副书记
            示例市/一中/一班,,学生003,2008-05-03,13800000003,000000000003,青年,P3,
            """);

        Assert.Equal((0, 1, 0, 2, 0, 0), Counts(imported));
        Assert.Equal(OrganisationKind.Township, (await TreeAsync()).FindByPath("示例市/街道")!.Kind);
        var corrected = await PersonAsync("学生01");
        Assert.Equal(("学生01", "P1"), (corrected.NameKey, corrected.RosterId));
        Assert.Equal(Duty.DeputySecretary, (await MembershipsAsync("学生01")).Single().Duty);
        Assert.Equal(("000000000003", "P3", "0003"), await _bot.InDb(db => db.People.Where(p => p.Name == "学生003").Select(p => new ValueTuple<string?, string?, string?>(p.MemberNumber, p.RosterId, p.PhoneLast4)).SingleAsync()));
    }

    [Theory]
    [InlineData("示例市/一中/一班,,学生002,2008-05-02,,000000000001,团员,,", RosterFaults.NumberOfAnother)] // another's number
    [InlineData("示例市/一中/一班,,学生002,2008-05-02,,000000000002,团员,P1,", RosterFaults.NumberOfAnother)] // one's id, another's number
    [InlineData("示例市/一中/一班,,学生001,2008-05-01,,000000000001,团员,P9,", RosterFaults.NumberOfAnother)] // known number, other id
    [InlineData("示例市/街道/二班,,学生001,2007-03-01,,000000000001,团员,,", RosterFaults.NumberOfAnother)] // a namesake elsewhere, of another birth date
    [InlineData("示例市/一中/一班,,学生002,2008-05-02,,000000000009,团员,,", RosterFaults.PerhapsKnown)] // same name and birthday, other number
    [InlineData("示例市/街道/二班,,学生004,2008-05-04,,,团员,,", RosterFaults.PerhapsKnown)] // namesake whose birth date is not stored
    [InlineData("示例市/一中/一班,,学生003,,,,青年,,", RosterFaults.PerhapsKnown)] // namesake, birth date not told
    public async Task A_row_that_could_be_two_people_is_left_out_for_a_human(string row, string code)
    {
        await _bot.ImportAsync(Small);
        var before = await PeopleAsync();

        var imported = await _bot.ImportAsync(Header + "示例市/新支部,,,,,,,,\n" + row);

        Assert.Equal((1, 0, 0, 0, 0, 0), Counts(imported));
        Assert.Equal((0, 1), (imported.Faults.Count, imported.Ambiguous));
        var doubt = await _bot.InDb(db => db.RosterDoubts.SingleAsync());
        Assert.Equal((3, code), (doubt.Line, doubt.Reason));
        Assert.Equal(before, await PeopleAsync());
        await _bot.ImportAsync(Header + row);
        Assert.Equal(1, await _bot.InDb(db => db.RosterDoubts.CountAsync()));
    }

    [Fact]
    public async Task Three_of_one_name_in_one_school_who_cannot_be_told_apart_are_left_out_each()
    {
        const string File = Header + """
            示例市/一中,学校,学生001,,,,团员,,
            示例市/一中,学校,学生 001,,,,团员,,
            示例市/一　中,学校,学生００１,,,,团员,,
            示例市/一中,学校,学生002,,,,团员,,
            """;

        var imported = await _bot.ImportAsync(File);

        Assert.Equal((1, 3), (imported.PeopleNew, imported.Ambiguous));
        Assert.Equal(3, await _bot.InDb(db => db.RosterDoubts.CountAsync(d => d.Reason == RosterFaults.CannotTellApart && d.DecidedAt == null)));
        var again = await _bot.ImportAsync(File);
        Assert.Equal((0, 1, 3), (again.PeopleNew, again.PeopleUnchanged, again.Ambiguous));
        Assert.Equal(3, await _bot.InDb(db => db.RosterDoubts.CountAsync()));
    }

    [Fact]
    public async Task Numbers_given_twice_refuse_the_file()
    {
        var imported = await _bot.ImportAsync(Header + """
            示例市/一中,,学生001,2008-01-01,,N1,团员,A,
            示例市/一中,,学生002,2008-01-01,,N1,团员,B,
            示例市/一中,,学生003,2008-01-01,,N2,团员,A,
            """);

        Assert.Equal(
            [(3, "团员编号", RosterFaults.Twice), (4, "人员标识", RosterFaults.Twice)],
            imported.Faults.First.OrderBy(f => f.Line).Select(f => (f.Line, f.Column, f.Code)));
        Assert.All(imported.Faults.First, f => Assert.Equal(("line", "2"), Assert.Single(f.Values)));
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task Two_rows_for_one_stored_person_refuse_the_file_or_go_to_a_human()
    {
        await _bot.ImportAsync(Small);

        var byNumber = await _bot.ImportAsync(Header + """
            示例市/一中/一班,,学生001,2008-05-01,,,团员,P1,
            示例市/一中/一班,,学生001,2008-05-01,,000000000001,团员,,
            """);
        var byName = await _bot.ImportAsync(Header + """
            示例市/一中/一班,,学生003,2008-05-03,,,青年,P7,
            示例市/一中/一班,,学生003,2008-05-03,,,青年,P8,
            """);

        Assert.Equal([(3, RosterFaults.SamePerson)], byNumber.Faults.First.Select(f => (f.Line, f.Code)));
        Assert.Equal(2, byName.Ambiguous);
        Assert.Equal([(2, RosterFaults.SeveralFit), (3, RosterFaults.SeveralFit)], await _bot.InDb(async db => (await db.RosterDoubts.OrderBy(d => d.Line).ToListAsync()).Select(d => (d.Line, d.Reason))));
    }

    [Fact]
    public async Task Namesakes_in_another_branch_or_with_another_birth_date_are_other_people()
    {
        await _bot.ImportAsync(Small);

        var imported = await _bot.ImportAsync(Header + """
            示例市/街道/二班,,学生003,2008-05-03,,,团员,,
            示例市/一中/一班,,学生003,2008-06-03,,,团员,,
            """);

        Assert.Equal((0, 0, 2, 0, 0, 0), Counts(imported));
    }

    [Fact]
    public async Task Joining_by_import_makes_a_member_of_a_visitor_before_the_lesson_closes()
    {
        await _bot.ImportAsync(Small);
        var youth = await PersonAsync("学生003");
        var branch = (await TreeAsync()).FindByPath("示例市/一中/一班")!.Id;
        var lessonId = await _bot.InDb(async db =>
        {
            var lesson = db.Add(Samples.Lesson(_bot.Clock.Now)).Entity;
            await db.SaveChangesAsync();
            db.Add(new Completion { LessonId = lesson.Id, PersonId = youth.Id, OrganisationId = branch, Standing = Standing.Visitor, Late = false, At = _bot.Clock.Now, Receipt = "R" });
            db.Add(new Tally { LessonId = lesson.Id, OrganisationId = branch, Visitors = 1 });
            await db.SaveChangesAsync();
            return lesson.Id;
        });

        await _bot.ImportAsync(Header + "示例市/一中/一班,,学生003,2008-05-03,,,团员,,\n");

        var tally = await _bot.InDb(db => db.Tallies.SingleAsync(t => t.LessonId == lessonId));
        Assert.Equal((branch, 1, 0), (tally.OrganisationId, tally.Completed, tally.Visitors));
    }

    [Fact]
    public async Task Whoever_joined_with_a_code_and_is_moved_by_a_file_visits_the_new_branch()
    {
        await _bot.ImportAsync(Small);
        var youth = await PersonAsync("学生003");
        var (old, other) = ((await TreeAsync()).FindByPath("示例市/一中/一班")!.Id, (await TreeAsync()).FindByPath("示例市/街道/二班")!.Id);
        await _bot.Phone("oVisitor").Sends("帮助");
        await _bot.InDb(db => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(a => a.PersonId, youth.Id).SetProperty(a => a.JoinOrganisationId, old)));

        await _bot.InDb(db => db.People.Where(p => p.Id == youth.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.RosterId, "P3")));

        await _bot.ImportAsync(Header + "示例市/街道/二班,,学生003,2008-05-03,,,青年,P3,\n");

        Assert.Equal(other, await _bot.InDb(db => db.Accounts.Select(a => a.JoinOrganisationId!.Value).SingleAsync()));
    }

    [Fact]
    public async Task Somebody_who_came_meanwhile_under_a_lower_number_is_not_doubled()
    {
        await _bot.ImportAsync(Small);
        var branch = (await TreeAsync()).FindByPath("示例市/一中/一班")!.Id;
        var ids = await _bot.InDb(db => db.Memberships.OrderBy(m => m.Id).Select(m => m.Id).ToListAsync());
        await _bot.InDb(db => db.Memberships.Where(m => m.Id == ids[1]).ExecuteDeleteAsync()); // a number that a slower writer holds
        var file = new System.IO.MemoryStream(System.Text.Encoding.UTF8.GetBytes(Header + "示例市/一中/一班,,学生009,2008-05-09,,,团员,P9,\n"));
        var order = new RosterOrder("operator", "roster.csv");
        await using var session = await _bot.DoAsync<RosterImport, RosterSession>(import => import.ReadAsync(new RosterReader(file, new DateOnly(2026, 11, 21)), order, null, default));
        await _bot.InDb(async db =>
        {
            var person = db.Add(new Person { Name = "学生009", NameKey = "学生009", BirthDate = new DateOnly(2008, 5, 9) }).Entity;
            await db.SaveChangesAsync();
            var now = _bot.Clock.Now.ToUnixTimeMilliseconds();
            return await db.Database.ExecuteSqlAsync($"INSERT INTO memberships (id, person_id, organisation_id, category, since) VALUES ({ids[1]}, {person.Id}, {branch}, 0, {now})");
        });

        var run = await _bot.DoAsync<RosterSlot, int>(slot => slot.BeginAsync(order, default));
        await _bot.DoAsync<RosterImport, bool>(async import =>
        {
            await import.StoreAsync(session, run, null, default);
            return true;
        });

        Assert.Equal(1, await _bot.InDb(db => db.People.CountAsync(p => p.Name == "学生009")));
        Assert.Equal((0, 1), (session.Result.PeopleNew, session.Result.PeopleChanged));
    }

    [Fact]
    public async Task Two_imports_at_once_make_each_organisation_and_person_once()
    {
        var both = await Task.WhenAll(Task.Run(() => _bot.ImportAsync(Small)), Task.Run(() => _bot.ImportAsync(Small)));

        Assert.Equal([0, 4], both.Select(i => i.PeopleNew).Order());
        Assert.Equal(5, await _bot.InDb(db => db.Organisations.CountAsync()));
    }

    private static (int, int, int, int, int, int) Counts(RosterImported i)
        => (i.OrganisationsNew, i.OrganisationsChanged, i.PeopleNew, i.PeopleChanged, i.PeopleUnchanged, i.PeopleMoved);

    private Task<TreeSnapshot> TreeAsync() => _bot.DoAsync<OrganisationTree, TreeSnapshot>(async tree =>
    {
        tree.Forget();
        return await tree.AllAsync(CancellationToken.None);
    });

    private Task<Person> PersonAsync(string name) => _bot.InDb(db => db.People.AsNoTracking().SingleAsync(p => p.Name == name));

    private Task<List<Membership>> MembershipsAsync(string name)
        => _bot.InDb(db => db.Memberships.AsNoTracking().Where(m => db.People.Any(p => p.Id == m.PersonId && p.Name == name)).OrderBy(m => m.Id).ToListAsync());

    private Task<IEnumerable<(int, int)>> HeadcountsAsync()
        => _bot.InDb(async db => (await db.Headcounts.AsNoTracking().OrderBy(h => h.OrganisationId).ToListAsync()).Select(h => (h.OrganisationId, h.Members)));

    private async Task<List<string>> PeopleAsync() => (await RowsAsync()).FindAll(row => row.Contains("学生", StringComparison.Ordinal));

    /// <summary>Every stored row of the roster as text.</summary>
    private Task<List<string>> RowsAsync() => _bot.InDb(async db =>
    {
        List<string> rows = [];
        rows.AddRange(await db.Organisations.AsNoTracking().OrderBy(o => o.Id).Select(o => $"{o.Id} {o.ParentId} {o.Name} {o.Kind} {o.JoinCode}").ToListAsync());
        rows.AddRange((await db.People.AsNoTracking().OrderBy(p => p.Id).ToListAsync()).Select(p => $"{p.Id} {p.Name} {p.BirthDate} {p.MemberNumber} {p.RosterId} {Convert.ToHexString(p.PhoneSealed ?? [])}"));
        rows.AddRange((await db.Memberships.AsNoTracking().OrderBy(m => m.Id).ToListAsync()).Select(m => $"{m.Id} {m.PersonId} {m.OrganisationId} {m.Category} {m.Duty} {m.Since} {m.Until}"));
        rows.AddRange((await db.Headcounts.AsNoTracking().OrderBy(h => h.OrganisationId).ToListAsync()).Select(h => $"{h.OrganisationId} {h.Members} {h.Exempt}"));
        rows.AddRange((await db.InstallationFacts.AsNoTracking().Where(f => f.Name == "tree.version").ToListAsync()).Select(f => f.Value));
        return rows;
    });
}
