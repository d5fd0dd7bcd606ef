using System.Net;
using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

public sealed class StudyTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_word_for_studying_answers_with_a_card_whose_link_opens_the_lesson()
    {
        await _bot.Given(LessonGiven.Open("9-2"));

        var said = await _bot.Phone("o-1").Sends("学习");

        Assert.Contains("骑车过马路", said.Text, StringComparison.Ordinal);
        Assert.Contains("周日 24:00", said.Text, StringComparison.Ordinal);
        Assert.StartsWith(BotUnderTest.PublicUrl + "/go/", said.Link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Studying_to_the_end_gives_a_receipt_and_one_completion()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 240, questions: 2));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var finished = await (await (await learner.StudiesFor(240)).Answers(2)).Finishes();

        Assert.Equal(HttpStatusCode.Created, finished.Status);
        var completion = await _bot.InDb(db => db.Completions.SingleAsync());
        Assert.Equal(finished.Receipt, completion.Receipt);
        Assert.False(completion.Late);
    }

    [Fact]
    public async Task Finishing_again_leaves_one_completion_at_its_first_time()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        var first = await learner.Finishes();
        _bot.Clock.Now += TimeSpan.FromHours(1);

        var second = await learner.Finishes();

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal((first.Receipt, first.CompletedAt), (second.Receipt, second.CompletedAt));
        Assert.Equal(1, await _bot.InDb(db => db.Completions.CountAsync()));
        Assert.Equal(1, await _bot.InDb(db => db.Tallies.SumAsync(t => t.Visitors)));
    }

    [Fact]
    public async Task Finishing_too_early_says_how_long_is_left_before_it_speaks_of_questions()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 100, questions: 1));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(30);

        var early = await learner.Finishes();

        Assert.Equal((HttpStatusCode.Conflict, "lesson.too-early"), (early.Status, early.Code));
        Assert.Equal(70, early.Body.GetProperty("remainingSeconds").GetInt32());
        await learner.StudiesFor(70);
        Assert.Equal("lesson.unanswered", (await learner.Finishes()).Code);
        Assert.Equal(0, await _bot.InDb(db => db.Completions.CountAsync()));
    }

    [Fact]
    public async Task A_wrong_answer_is_explained_and_can_be_tried_again()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 1, questions: 1));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(2);

        var wrong = await learner.CallAsync("answers", new { ticket = learner.Ticket, questionId = "q1", option = 0 });

        Assert.False(wrong.GetProperty("correct").GetBoolean());
        Assert.Equal("先看清楚。", wrong.GetProperty("explanation").GetString());
        Assert.Equal("lesson.unanswered", (await learner.Finishes()).Code);
        Assert.Equal(HttpStatusCode.Created, (await (await learner.Answers(1)).Finishes()).Status);
    }

    [Fact]
    public async Task A_page_left_open_for_an_hour_is_credited_a_minute()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 600));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).Begins();

        _bot.Clock.Now += TimeSpan.FromHours(1);

        Assert.Equal((int)Attempt.MostPerCall.TotalSeconds, await learner.Beats());
    }

    [Fact]
    public async Task Beats_in_quick_succession_add_up_to_the_time_that_passed_and_no_more()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 600));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).Begins();

        var credited = 0;
        for (var i = 0; i < 50; i++)
        {
            _bot.Clock.Now += TimeSpan.FromMilliseconds(210);
            credited = await learner.Beats();
        }

        Assert.Equal(10, credited);
    }

    [Fact]
    public async Task Two_devices_each_have_their_own_time()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 60));
        var phone = _bot.Phone("o-1");
        var first = await (await phone.Opens("学习")).Begins();
        var second = await (await phone.Opens("学习")).Begins();

        _bot.Clock.Now += TimeSpan.FromSeconds(30);
        await first.Beats();
        await second.Beats();

        Assert.Equal("lesson.too-early", (await first.Finishes()).Code);
        Assert.Equal("lesson.too-early", (await second.Finishes()).Code);
    }

    [Fact]
    public async Task Someone_elses_ticket_a_forged_one_and_one_of_another_lesson_are_refused()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 1), LessonGiven.Open("9-3", minSeconds: 1));
        var honest = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(5);
        var other = await _bot.Phone("o-2").Opens("学习");

        other.Ticket = honest.Ticket;
        Assert.Equal((HttpStatusCode.Forbidden, "ticket.invalid"), ((await other.Finishes()).Status, (await other.Finishes()).Code));

        var forged = honest.Ticket[..^2] + (honest.Ticket.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA");
        Assert.Equal("ticket.invalid", (await new Learner(_bot, honest.Browser) { Ticket = forged }.Finishes()).Code);
        Assert.Equal("ticket.invalid", (await new Learner(_bot, honest.Browser) { Ticket = "" }.Finishes()).Code);
        Assert.Equal("ticket.invalid", (await new Learner(_bot, honest.Browser) { Lesson = "9-3", Ticket = honest.Ticket }.Finishes()).Code);
        _bot.Clock.Now += Attempt.Lifetime;
        Assert.Equal(0, await _bot.InDb(db => db.Completions.CountAsync()));
    }

    [Fact]
    public async Task Who_joins_a_branch_while_studying_goes_on_and_finishes_as_its_member()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 120));
        var code = await BranchAsync();
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        await _bot.SayAsync("o-1", $"绑定 {code} 学生001 0001", "同意");

        var finished = await (await learner.StudiesFor(60)).Finishes();

        Assert.Equal(HttpStatusCode.Created, finished.Status);
        Assert.Equal((1, 0), await _bot.InDb(db => db.Tallies.Select(t => new ValueTuple<int, int>(t.Completed, t.Visitors)).SingleAsync()));
    }

    [Fact]
    public async Task Who_joins_in_the_very_moment_of_finishing_has_it_on_the_own_record()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var code = await BranchAsync();
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        var before = await _bot.InDb(db => db.Accounts.Select(a => new KnownAccount(a.Id, a.PersonId, a.SessionEpoch, a.AppId)).SingleAsync());
        await _bot.SayAsync("o-1", $"绑定 {code} 学生001 0001", "同意");

        var finished = await _bot.DoAsync<Completions, Result<Finished>>(c => c.FinishAsync(new LessonId(9, 2), before, learner.Ticket, CancellationToken.None));

        Assert.False(finished.IsRefused(out _, out _));
        Assert.Equal(
            "学生001",
            await _bot.InDb(db => db.Completions.Join(db.People, c => c.PersonId, p => p.Id, (_, p) => p.Name).SingleAsync()));
    }

    [Fact]
    public async Task Who_is_deleted_in_the_very_moment_of_finishing_leaves_nothing()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        var before = await _bot.InDb(db => db.Accounts.Select(a => new KnownAccount(a.Id, a.PersonId, a.SessionEpoch, a.AppId)).SingleAsync());
        await _bot.SayAsync("o-1", "隐私 删除", "确认删除");

        var finished = await _bot.DoAsync<Completions, Result<Finished>>(c => c.FinishAsync(new LessonId(9, 2), before, learner.Ticket, CancellationToken.None));

        Assert.True(finished.IsRefused(out var refusal, out _));
        Assert.Equal(Attempts.TicketInvalid, refusal);
        Assert.Equal(0, await _bot.InDb(db => db.Completions.CountAsync()));
    }

    [Fact]
    public async Task A_ticket_older_than_a_session_is_refused()
    {
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 1) with { Closes = TestClock.Start.AddDays(30) });
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(5);
        var old = learner.Ticket;
        _bot.Clock.Now += Attempt.Lifetime;

        var fresh = await _bot.Phone("o-1").Opens("学习");
        fresh.Ticket = old;

        Assert.Equal("ticket.invalid", (await fresh.Finishes()).Code);
    }

    [Fact]
    public async Task A_lesson_that_has_not_opened_cannot_be_begun()
    {
        await _bot.Given(LessonGiven.Open("9-2"), LessonGiven.Open("9-3") with { Opens = TestClock.Start.AddDays(5), Closes = TestClock.Start.AddDays(12) });
        var learner = await _bot.Phone("o-1").Opens("学习");
        learner.Lesson = "9-3";

        var answer = await learner.CallAsync("attempts", new { });

        Assert.Equal("lesson.not-open", answer.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_began_before_closing_has_thirty_minutes_and_then_it_is_late()
    {
        var closes = TestClock.Start.AddMinutes(10);
        await _bot.Given(LessonGiven.Open("9-2", minSeconds: 60) with { Closes = closes });
        var inGrace = await (await _bot.Phone("o-1").Opens("学习")).Begins();
        var tooSlow = await (await _bot.Phone("o-2").Opens("学习")).Begins();
        var beganLate = await _bot.Phone("o-3").Opens("学习");

        _bot.Clock.Now = closes.AddMinutes(29);
        Assert.False((await inGrace.Finishes()).Body.GetProperty("late").GetBoolean());
        Assert.True((await (await beganLate.StudiesFor(60)).Finishes()).Body.GetProperty("late").GetBoolean());
        _bot.Clock.Now = closes.AddMinutes(30);
        Assert.True((await tooSlow.Finishes()).Body.GetProperty("late").GetBoolean());
    }

    [Fact]
    public async Task A_season_that_has_ended_can_no_longer_be_made_up()
    {
        await _bot.Given(LessonGiven.Open("9-2") with { Closes = TestClock.Start.AddDays(1) });
        var learner = await _bot.Phone("o-1").Opens("学习");
        await _bot.Given(LessonGiven.Open("10-1") with { Opens = TestClock.Start.AddDays(2), Closes = TestClock.Start.AddDays(9) });

        _bot.Clock.Now = TestClock.Start.AddDays(1.5);
        Assert.True((await learner.CallAsync("attempts", new { })).TryGetProperty("ticket", out _));
        _bot.Clock.Now = TestClock.Start.AddDays(2.5);

        Assert.Equal("lesson.not-open", (await learner.CallAsync("attempts", new { })).GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_current_lesson_never_carries_an_answer()
    {
        await _bot.Given(LessonGiven.Open("9-2", questions: 2));
        var learner = await _bot.MiniProgram("o-m1");

        var lesson = await learner.Browser.GetAsync("/api/v1/lessons/current");
        var text = await lesson.Content.ReadAsStringAsync();

        Assert.Contains("\"id\":\"9-2\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("answer", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("explanation", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Twenty_who_finish_at_once_with_one_ticket_get_one_receipt()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => learner.Finishes()));

        Assert.Single(outcomes.Select(o => o.Receipt).Distinct());
        Assert.Single(outcomes, o => o.Status == HttpStatusCode.Created);
        Assert.Equal(1, await _bot.InDb(db => db.Tallies.SumAsync(t => t.Visitors)));
    }

    [Fact]
    public async Task Without_a_session_nothing_is_told()
    {
        await _bot.Given(LessonGiven.Open("9-2"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await _bot.Browser().GetAsync("/api/v1/lessons/current")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _bot.Browser().PostAsync("/api/v1/lessons/9-2/attempts", new { })).StatusCode);
    }

    [Fact]
    public async Task A_receipt_proves_lesson_time_and_organisation_to_anybody_and_nothing_else()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var finished = await (await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60)).Finishes();

        var proof = await _bot.Browser().GetJsonAsync("/api/v1/receipts/" + finished.Receipt.ToLowerInvariant());

        Assert.Equal(["lessonId", "title", "completedAt", "late", "organisation"], proof.EnumerateObject().Select(p => p.Name));
        Assert.Equal(HttpStatusCode.NotFound, (await _bot.Browser().GetAsync("/api/v1/receipts/0000000000000000")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bot.Browser().GetAsync("/api/v1/receipts/xx")).StatusCode);
    }

    /// <returns>The join code of a branch with one member, 学生001.</returns>
    private async Task<string> BranchAsync()
    {
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,13800000001,,团员");
        return await _bot.InDb(db => db.Organisations.Where(o => o.Name == "一班").Select(o => o.JoinCode).SingleAsync());
    }
}
