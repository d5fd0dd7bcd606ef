using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>What counts where, as the operator's CSV and everybody else reads it.</summary>
public sealed class FigureTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市,盟市,,,,,
        示例市/示例中学/一班,支部,学生001,2009-01-01,13800000001,M001,团员
        示例市/示例中学/一班,支部,学生002,2009-01-02,13800000002,M002,团员
        示例市/示例中学/一班,支部,学生003,2009-01-03,13800000003,M003,青年
        示例市/示例中学/二班,支部,学生004,2009-01-04,13800000004,M004,团员
        """;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await ImportAsync(Roster);
        await _bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task A_members_completion_moves_the_rate_up_the_tree()
    {
        await JoinAsync("o-1", "学生001", "M001", "示例市/示例中学/一班");
        await StudyAsync("o-1");

        Assert.Equal("示例市,3,0,1,0,0,0.3333", await ShowAsync("示例市"));
        Assert.Equal("示例市/示例中学,3,0,1,0,0,0.3333", await ShowAsync("示例市/示例中学"));
        Assert.Equal("示例市/示例中学/一班,2,0,1,0,0,0.5000", await ShowAsync("示例市/示例中学/一班"));
        Assert.Equal("示例市/示例中学/二班,1,0,0,0,0,0.0000", await ShowAsync("示例市/示例中学/二班"));
        await AgreesAsync();
    }

    [Fact]
    public async Task A_visitor_is_a_second_number_and_never_in_the_rate()
    {
        await StudyAsync("o-9");
        await JoinAsync("o-3", "学生003", "M003", "示例市/示例中学/一班");
        await StudyAsync("o-3");

        Assert.Equal("示例市,3,0,0,0,2,0.0000", await ShowAsync("示例市"));
        Assert.Equal("示例市/示例中学/一班,2,0,0,0,1,0.0000", await ShowAsync("示例市/示例中学/一班"));
        await AgreesAsync();
    }

    [Fact]
    public async Task Joining_before_closing_makes_a_member_of_a_visitor()
    {
        await StudyAsync("o-2");
        Assert.Equal("示例市,3,0,0,0,1,0.0000", await ShowAsync("示例市"));

        await JoinAsync("o-2", "学生002", "M002", "示例市/示例中学/一班");

        Assert.Equal("示例市,3,0,1,0,0,0.3333", await ShowAsync("示例市"));
        await AgreesAsync();
    }

    [Fact]
    public async Task Joining_after_closing_changes_nothing_of_the_closed_week()
    {
        await StudyAsync("o-2");
        _bot.Clock.Now = TestClock.Start.AddDays(8);
        var before = await ShowAsync("示例市");

        await JoinAsync("o-2", "学生002", "M002", "示例市/示例中学/一班");

        Assert.Equal(before, await ShowAsync("示例市"));
        await AgreesAsync();
    }

    [Fact]
    public async Task Moving_to_another_branch_takes_an_open_lesson_along_and_leaves_a_closed_one()
    {
        await JoinAsync("o-1", "学生001", "M001", "示例市/示例中学/一班");
        await StudyAsync("o-1");
        await ImportAsync(Roster.Replace("示例市/示例中学/一班,支部,学生001", "示例市/示例中学/二班,支部,学生001", StringComparison.Ordinal));

        Assert.Equal("示例市/示例中学/二班,2,0,1,0,0,0.5000", await ShowAsync("示例市/示例中学/二班"));
        _bot.Clock.Now = TestClock.Start.AddDays(8);
        await ImportAsync(Roster);

        Assert.Equal("示例市/示例中学/二班,2,0,1,0,0,0.5000", await ShowAsync("示例市/示例中学/二班"));
        await AgreesAsync();
    }

    [Fact]
    public async Task An_exempt_learner_is_not_in_the_rate()
    {
        var person = await _bot.InDb(db => db.People.SingleAsync(p => p.Name == "学生001"));
        await _bot.InDb(async db =>
        {
            db.Add(new Exemption { PersonId = person.Id, Since = TestClock.Start.AddDays(-1), Reason = "leave" });
            await db.SaveChangesAsync();
            await Headcounts.RecountAsync(db, default);
        });
        await JoinAsync("o-1", "学生001", "M001", "示例市/示例中学/一班");
        await StudyAsync("o-1");

        Assert.Equal("示例市,3,1,0,0,0,0.0000", await ShowAsync("示例市"));
    }

    [Fact]
    public async Task A_late_completion_stands_beside_the_rate()
    {
        await JoinAsync("o-1", "学生001", "M001", "示例市/示例中学/一班");
        _bot.Clock.Now = TestClock.Start.AddDays(6);
        await _bot.Given(LessonGiven.Open("9-3") with { Opens = TestClock.Start.AddDays(5), Closes = TestClock.Start.AddDays(12) });
        var learner = await _bot.Phone("o-1").Opens("学习");
        learner.Lesson = "9-2";
        var finished = await (await learner.StudiesFor(60)).Finishes();

        Assert.True(finished.Body.GetProperty("late").GetBoolean());
        Assert.Equal("示例市,3,0,0,1,0,0.0000", await ShowAsync("示例市", "9-2"));
        await AgreesAsync();
    }

    [Fact]
    public async Task A_recount_repairs_counters_that_were_wrong_and_says_so()
    {
        await StudyAsync("o-9");
        await _bot.InDb(db => db.Tallies.ExecuteUpdateAsync(set => set.SetProperty(t => t.Visitors, 7)));

        Assert.Contains("9-2: 1 organisations corrected", (await _bot.RunAsync("tally", "rebuild")).Out, StringComparison.Ordinal);
        Assert.Equal("示例市,3,0,0,0,1,0.0000", await ShowAsync("示例市"));
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(3, 3, null)]
    [InlineData(3, 1, 0.5)]
    public void Nobody_expected_means_no_rate(int members, int exempt, double? rate) => Assert.Equal(rate, new Figure(members, exempt, 1, 0, 5).Rate);

    private async Task ImportAsync(string roster)
    {
        var file = Path.Combine(_bot.Folder, "roster.csv");
        await File.WriteAllTextAsync(file, roster);
        var ran = await _bot.RunAsync("roster", "import", file);
        Assert.True(ran.Code == 0, ran.Error + ran.Out);
    }

    private async Task JoinAsync(string openId, string name, string number, string path)
    {
        var code = (await _bot.RunAsync("roster", "codes")).Out.Split('\n').Select(l => l.Trim().Split(',')).Single(l => l[0] == path)[1];
        await _bot.Phone(openId).Sends($"绑定 {code} {name} {number}");
        Assert.Contains("绑定好了", (await _bot.Phone(openId).Sends("同意")).Text, StringComparison.Ordinal);
    }

    private async Task StudyAsync(string openId)
        => Assert.Equal(System.Net.HttpStatusCode.Created, (await (await (await _bot.Phone(openId).Opens("学习")).StudiesFor(60)).Finishes()).Status);

    private async Task<string> ShowAsync(string path, string period = "9-2")
    {
        var ran = await _bot.RunAsync("tally", "show", "--period", period, "--under", path);
        Assert.True(ran.Code == 0, ran.Error);
        return ran.Out.Split('\n')[1].Trim();
    }

    /// <summary>Counters equal a recount from the rows, and so do frozen weeks.</summary>
    private Task AgreesAsync() => _bot.AgreesAsync();
}
