using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class BindingTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务
        示例市,盟市,,,,,,,
        示例市/一班,,学生001,2008-05-01,13800000001,000000000001,团员,P1,
        示例市/一班,,学生002,2008-05-02,13800000002,,青年,P2,
        示例市/一班,,学生003,2008-05-03,,N3,团员,P3,
        示例市/一班,,学生003,2008-06-03,,N4,团员,P4,
        示例市/一班,,学生009,2014-05-03,13800000009,,少先队员,P9,
        示例市/二班,,学生005,,,N5,团员,P5,
        """;

    private BotUnderTest _bot = null!;
    private string _code = "";
    private int _branch;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        var branch = await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"));
        (_code, _branch) = (branch.JoinCode, branch.Id);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task The_same_row_takes_one_account_of_each_appid()
    {
        await JoinAsync("o1", "学生001 0001");
        var mini = await _bot.DoAsync<Accounts, KnownAccount>(accounts => accounts.FindOrAddAsync(BotUnderTest.MiniAppId, "m1", CancellationToken.None));

        var outcome = await BindAsync(mini, "学生001", "k1");

        Assert.Equal(JoinOutcome.Bound, outcome);
        Assert.Equal(2, await BoundAsync());
    }

    [Fact]
    public async Task Of_twenty_wrong_tries_at_once_five_are_looked_at()
    {
        var by = await KnowAsync("o1");
        var claim = new JoinClaim(_branch, "学生001", "9999");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _bot.DoAsync<Joining, bool>(
            async joining => !(await joining.CheckAsync(by, claim, $"k{i}", CancellationToken.None)).IsRefused(out _)))));

        Assert.Equal(5, answers.Count(looked => looked));
    }

    [Fact]
    public async Task A_repeated_message_is_one_try_and_one_request()
    {
        var by = await KnowAsync("o1");
        var claim = new JoinClaim(_branch, "学生001", "9999");
        for (var i = 0; i < 9; i++)
        {
            await _bot.DoAsync<Joining, object>(async joining => await joining.CheckAsync(by, claim, "k1", CancellationToken.None));
            Assert.Equal(JoinOutcome.WithSecretary, await BindAsync(by, "学生777", "k2"));
        }

        Assert.Equal(1, await _bot.InDb(db => db.Accounts.Where(a => a.Id == by.Id).Select(a => a.WrongTries).SingleAsync()));
        Assert.Equal((1, 1), await _bot.InDb(async db => (await db.JoinRequests.CountAsync(), await db.Consents.CountAsync())));
    }

    [Fact]
    public async Task One_of_twenty_accounts_that_claim_one_row_gets_it()
    {
        var outcomes = await RaceAsync("学生001", "race");

        Assert.Equal(1, outcomes.Count(o => o == JoinOutcome.Bound));
        Assert.Equal(1, await BoundAsync());
        Assert.Equal(19, await _bot.InDb(db => db.JoinRequests.CountAsync()));
    }

    [Fact]
    public async Task Without_the_unique_index_more_than_one_of_them_would_get_it()
    {
        await _bot.InDb(db => db.Database.ExecuteSqlAsync($"DROP INDEX ix_accounts_person_id_app_id"));
        var bound = 0;
        for (var round = 0; round < 20 && bound < 2; round++)
        {
            bound = (await RaceAsync("学生001", $"race{round}")).Count(o => o == JoinOutcome.Bound);
            await _bot.InDb(db => db.Accounts.ExecuteDeleteAsync());
        }

        Assert.True(bound > 1);
    }

    [Fact]
    public async Task What_a_visitor_studied_counts_for_the_branch_after_joining_before_closing()
    {
        var by = await KnowAsync("o1");
        var root = await _bot.InDb(db => db.Organisations.Where(o => o.ParentId == null).Select(o => o.Id).SingleAsync());
        var (open, closed) = await LessonsAsync();
        await StudyAsync(open, by.PersonId, root, Standing.Visitor, "R1");
        await StudyAsync(closed, by.PersonId, root, Standing.Visitor, "R2");

        await JoinAsync("o1", "学生001 0001");

        Assert.Equal([(open, _branch, 1, 0), (closed, root, 0, 1)], await TalliesAsync());
        var person = (await AccountAsync("学生001")).PersonId;
        Assert.Equal(2, await _bot.InDb(db => db.Completions.CountAsync(c => c.PersonId == person)));
    }

    [Fact]
    public async Task Who_is_no_league_member_stays_a_visitor_of_the_branch()
    {
        var by = await KnowAsync("o1");
        var (open, _) = await LessonsAsync();
        await StudyAsync(open, by.PersonId, 0, Standing.Visitor, "R1");

        await JoinAsync("o1", "学生002 0002");

        Assert.Equal([(open, _branch, 0, 1)], await TalliesAsync());
    }

    [Fact]
    public async Task A_lesson_that_the_person_has_studied_already_is_not_counted_twice()
    {
        var by = await KnowAsync("o1");
        var person = await _bot.InDb(db => db.People.Where(p => p.Name == "学生001").Select(p => p.Id).SingleAsync());
        var (open, closed) = await LessonsAsync();
        await StudyAsync(open, by.PersonId, _branch, Standing.Visitor, "R1");
        await StudyAsync(open, person, _branch, Standing.Member, "R2");
        await StudyAsync(closed, by.PersonId, _branch, Standing.Visitor, "R3");
        await StudyAsync(closed, person, _branch, Standing.Member, "R4");

        await JoinAsync("o1", "学生001 0001");

        Assert.Equal([(open, _branch, 1, 0), (closed, _branch, 1, 1)], await TalliesAsync());
        Assert.Equal(
            [("R1", by.PersonId, Standing.Doubled), ("R2", person, Standing.Member), ("R3", by.PersonId, Standing.Visitor), ("R4", person, Standing.Member)],
            await _bot.InDb(async db => (await db.Completions.OrderBy(c => c.Receipt).ToListAsync()).Select(c => (c.Receipt, c.PersonId, c.Standing))));
        foreach (var lesson in new[] { open, closed })
        {
            Assert.Equal(0, await _bot.DoAsync<Tallies, int>(tallies => tallies.RebuildAsync(lesson, CancellationToken.None)));
        }
    }

    private async Task JoinAsync(string openId, string claim) => Assert.Contains("绑定好了", await _bot.SayAsync(openId, $"绑定 {_code} {claim}", "同意"));

    private Task<KnownAccount> KnowAsync(string openId) => _bot.DoAsync<Accounts, KnownAccount>(accounts => accounts.FindOrAddAsync(BotUnderTest.AppId, openId, CancellationToken.None));

    private Task<JoinOutcome> BindAsync(KnownAccount by, string name, string messageKey)
        => _bot.DoAsync<JoinWishes, JoinOutcome>(async wishes =>
        {
            var result = await wishes.BindAsync(by, new JoinClaim(_branch, name, null), 1, messageKey, CancellationToken.None);
            Assert.False(result.IsRefused(out _, out var outcome));
            return outcome;
        });

    private async Task<JoinOutcome[]> RaceAsync(string name, string prefix)
    {
        var racers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => KnowAsync($"{prefix}-{i}")));
        return await Task.WhenAll(racers.Select(by => Task.Run(() => BindAsync(by, name, $"{prefix}-{by.Id}"))));
    }

    private Task<int> BoundAsync() => _bot.InDb(db => db.Accounts.CountAsync(a => db.People.Any(p => p.Id == a.PersonId && p.Name != null)));

    private Task<Account> AccountAsync(string name) => _bot.InDb(db => db.Accounts.SingleAsync(a => db.People.Any(p => p.Id == a.PersonId && p.Name == name)));

    private Task<(int Open, int Closed)> LessonsAsync() => _bot.InDb(async db =>
    {
        var (open, closed) = (db.Add(Samples.Lesson(_bot.Clock.Now)).Entity, db.Add(Samples.Lesson(_bot.Clock.Now.AddDays(-7), 2)).Entity);
        await db.SaveChangesAsync();
        return (open.Id, closed.Id);
    });

    private Task<int> StudyAsync(int lesson, int person, int organisation, Standing standing, string receipt) => _bot.InDb(async db =>
    {
        db.Add(new Completion { LessonId = lesson, PersonId = person, OrganisationId = organisation, Standing = standing, Late = false, At = _bot.Clock.Now, Receipt = receipt });
        await db.SaveChangesAsync();
        await Tallies.AddAsync(db, lesson, organisation, standing, false, 1, CancellationToken.None);
        return 0;
    });

    private Task<IEnumerable<(int, int, int, int)>> TalliesAsync() => _bot.InDb(async db =>
        (await db.Tallies.AsNoTracking().Where(t => t.Completed + t.Visitors > 0).OrderBy(t => t.LessonId).ToListAsync())
            .Select(t => (t.LessonId, t.OrganisationId, t.Completed, t.Visitors)));
}
