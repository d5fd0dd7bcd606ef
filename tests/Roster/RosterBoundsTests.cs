using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>What somebody may import who answers for a part of the tree.</summary>
public sealed class RosterBoundsTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务\n";

    private BotUnderTest _bot = null!;
    private int _county;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        var imported = await _bot.ImportAsync(Header + """
            示例市,省级,,,,,,,
            示例市/甲县,旗县,,,,,,,
            示例市/甲县/一支部,支部,学生001,2008-05-01,,N1,团员,P1,
            示例市/乙县,旗县,,,,,,,
            示例市/乙县/二支部,支部,学生002,2008-05-02,,N2,团员,P2,
            示例市/乙县/二支部,支部,学生003,2008-05-03,,N3,团员,,
            """);
        Assert.Empty(imported.Faults.First);
        _county = await _bot.InDb(db => db.Organisations.Where(o => o.Name == "甲县").Select(o => o.Id).SingleAsync());
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Inside_of_the_own_subtree_everything_goes_and_the_way_there_may_be_said()
    {
        var imported = await _bot.ImportAsync(Header + """
            示例市,省级,,,,,,,
            示例市/甲县/一支部,,学生001,2008-05-01,13800000001,N1,团员,P1,
            示例市/甲县/新镇/新支部,,学生004,2008-05-04,,N4,团员,P4,
            """, tops: _county);

        Assert.Empty(imported.Faults.First);
        Assert.Equal((2, 1, 1), (imported.OrganisationsNew, imported.PeopleNew, imported.PeopleChanged));
    }

    [Fact]
    public async Task An_operators_import_is_listed_for_whoever_answers_for_every_root_and_nobody_else()
    {
        await _bot.ImportAsync(Header + "别的市/三支部,,学生006,2008-05-06,,N6,团员,P6,\n");
        var roots = await _bot.InDb(db => db.Organisations.Where(o => o.ParentId == null).OrderBy(o => o.Id).Select(o => o.Id).ToListAsync());

        Assert.Equal(2, roots.Count);
        Assert.Equal(2, await ListedAsync(roots));
        Assert.Equal(0, await ListedAsync([roots[0]]));

        Task<int> ListedAsync(List<int> tops) => _bot.DoAsync<RosterUploads, int>(async uploads
            => (await uploads.ListAsync(new Viewer("li", "li", tops, []) { ReorganiseTops = tops }, 10, CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData("示例市/乙县/二支部,,学生009,2008-05-09,,N9,团员,P9,")]
    [InlineData("示例市/乙县/新支部,,学生009,2008-05-09,,N9,团员,P9,")]
    [InlineData("示例市,,学生009,2008-05-09,,N9,团员,P9,")]
    [InlineData("别的市/新支部,,学生009,2008-05-09,,N9,团员,P9,")]
    [InlineData("示例市/乙县/新支部,支部,,,,,,,")]
    [InlineData("示例市/丙县,旗县,,,,,,,")]
    [InlineData("示例市/乙县,乡镇街道,,,,,,,")]
    [InlineData("示例市,旗县,,,,,,,")]
    public async Task What_lies_outside_is_a_fault_and_nothing_is_changed(string row)
    {
        var imported = await _bot.ImportAsync(Header + "示例市/甲县/一支部,,学生005,2008-05-05,,N5,团员,P5,\n" + row + "\n", tops: _county);

        Assert.Equal([(3, "组织路径", RosterFaults.Outside)], imported.Faults.First.Select(f => (f.Line, f.Column, f.Code)));
        Assert.Equal(3, await _bot.InDb(db => db.People.CountAsync()));
        Assert.Equal(5, await _bot.InDb(db => db.Organisations.CountAsync()));
    }

    [Theory]
    [InlineData("学生002,2008-05-02,,N2,团员,P2,", "人员标识")]
    [InlineData("学生002,2008-05-02,,,团员,P2,", "人员标识")]
    [InlineData("学生003,2008-05-03,,N3,团员,,", "团员编号")]
    public async Task Whoever_belongs_elsewhere_is_not_pulled_over_by_a_number(string person, string column)
    {
        var row = $"示例市/甲县/一支部,,{person}\n";

        var imported = await _bot.ImportAsync(Header + row, tops: _county);

        Assert.Equal([(2, column, RosterFaults.Elsewhere)], imported.Faults.First.Select(f => (f.Line, f.Column, f.Code)));
        Assert.Equal(2, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null && db.Organisations.Any(o => o.Id == m.OrganisationId && o.Name == "二支部"))));
        Assert.Equal(1, (await _bot.ImportAsync(Header + row)).PeopleMoved);
    }

    [Fact]
    public async Task Who_was_deleted_elsewhere_is_not_pulled_over_either()
    {
        var person = await _bot.InDb(db => db.People.Where(p => p.RosterId == "P2").Select(p => p.Id).SingleAsync());
        await _bot.RunAsync("erase", "--member", "N2");
        Assert.NotNull(await _bot.InDb(db => db.People.Where(p => p.Id == person).Select(p => p.ErasedAt).SingleAsync()));

        var imported = await _bot.ImportAsync(Header + "示例市/甲县/一支部,,学生002,2008-05-02,,N2,团员,P2,\n", tops: _county);

        Assert.Equal([(2, RosterFaults.Elsewhere)], imported.Faults.First.Select(f => (f.Line, f.Code)));
    }

    [Fact]
    public async Task Who_left_the_own_subtree_while_the_file_waited_stays_where_they_are()
    {
        var other = await _bot.InDb(db => db.Organisations.Where(o => o.Name == "二支部").Select(o => o.Id).SingleAsync());
        var moved = false;

        var imported = await _bot.ImportAsync(Header + "示例市/甲县/新支部,,学生001,2008-05-01,,N1,团员,P1,\n", tops: _county, progress: new Step(() =>
        {
            if (!moved && _bot.InDb(db => db.RosterImports.AnyAsync(i => i.OrganisationIds > 0)).Result)
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

        Assert.Equal((true, 1), (moved, imported.Faults.Count));
        Assert.Equal(RosterFaults.Elsewhere, imported.Faults.First[0].Code);
        Assert.Equal(5, await _bot.InDb(db => db.Organisations.IgnoreQueryFilters().CountAsync()));
    }

    private sealed class Step(Action act) : IProgress<double>
    {
        public void Report(double value) => act();
    }
}
