using System.Net;
using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>How an operator's lesson comes to be published, and what stands in the way.</summary>
public sealed class LessonPlanTests : IAsyncLifetime
{
    private static readonly LessonGiven Lesson = LessonGiven.Open("9-2");

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task Once_there_is_an_approver_publishing_alone_needs_a_reason_and_shows()
    {
        await _bot.Given(LessonGiven.Open("9-1"));
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市,盟市,,,,,");
        Assert.Equal(0, (await _bot.RunAsync("staff", "add", "approver1", "--role", "approver", "--under", "示例市")).Code);

        var refused = await ImportAsync(Lesson, "--publish");
        Assert.Equal(1, refused.Code);
        Assert.Contains("lesson.reason-needed", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Lessons.CountAsync()));

        Assert.Equal(0, (await ImportAsync(Lesson, "--publish", "--reason", "审核人出差")).Code);
        var stored = await _bot.InDb(db => db.Lessons.AsNoTracking().SingleAsync(l => l.Period == 2));
        Assert.Equal((LessonState.Published, true, "审核人出差"), (stored.State, stored.Unreviewed, stored.SoloReason));
        Assert.Equal(["lesson:9-1", "lesson:9-2"], await _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "lesson.published-solo").OrderBy(a => a.Id).Select(a => a.Subject).ToListAsync()));
    }

    [Fact]
    public async Task A_draft_is_seen_by_nobody_and_a_published_lesson_is_not_changed_by_a_draft()
    {
        Assert.Equal(0, (await ImportAsync(Lesson)).Code);
        Assert.Contains("没有", (await _bot.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
        Assert.Equal(0, (await ImportAsync(Lesson, "--publish")).Code);
        Assert.Contains("unchanged", (await ImportAsync(Lesson)).Out, StringComparison.Ordinal);

        var refused = await ImportAsync(Lesson with { Title = "另一个题目" });

        Assert.Contains("lesson.published", refused.Error, StringComparison.Ordinal);
        Assert.Equal(Lesson.Title, await _bot.InDb(db => db.Lessons.Select(l => l.Title).SingleAsync()));
    }

    [Fact]
    public async Task The_period_of_a_closed_lesson_stays_as_it_was()
    {
        await _bot.Given(Lesson);
        _bot.Clock.Now = Lesson.Closes;

        var refused = await ImportAsync(Lesson with { Closes = Lesson.Closes.AddDays(7) }, "--publish");

        Assert.Contains("lesson.closed", refused.Error, StringComparison.Ordinal);
        Assert.Equal(Lesson.Closes.ToUniversalTime(), await _bot.InDb(db => db.Lessons.Select(l => l.ClosesAt).SingleAsync()));
        Assert.Equal(0, (await ImportAsync(Lesson with { Title = "改一个错字" }, "--publish")).Code);
    }

    [Theory]
    [InlineData("q1", 3, HttpStatusCode.BadRequest, "lesson.option-unknown")]
    [InlineData("q1", -1, HttpStatusCode.BadRequest, "lesson.option-unknown")]
    [InlineData("q9", 0, HttpStatusCode.NotFound, "lesson.question-unknown")]
    public async Task An_answer_to_no_question_or_with_no_option_of_it_is_refused(string question, int option, HttpStatusCode status, string code)
    {
        await _bot.Given(LessonGiven.Open("9-2", questions: 1));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).Begins();

        var refused = await learner.Browser.PostAsync("/api/v1/lessons/9-2/answers", new { ticket = learner.Ticket, questionId = question, option });

        Assert.Equal(status, refused.StatusCode);
        Assert.Contains($"\"{code}\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<Ran> ImportAsync(LessonGiven lesson, params string[] more)
    {
        var file = Path.Combine(_bot.Folder, lesson.Id + ".md");
        await File.WriteAllTextAsync(file, lesson.ToFile());
        return await _bot.RunAsync(["lesson", "import", file, .. more]);
    }
}
