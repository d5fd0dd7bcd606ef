using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Jobs.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

/// <summary>申诉: from the chat to the secretary and back.</summary>
public sealed class AppealTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-1") with { Opens = TestClock.Start.AddDays(-9), Closes = TestClock.Start.AddDays(-3) }, LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-1", "学生001", "S001", "一支部");
        await _bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_person_asks_in_the_chat_the_secretary_sees_what_the_server_knows_and_the_answer_comes_back()
    {
        var offered = await _bot.SayAsync("o-2", "申诉");
        Assert.Contains("1 – 9-2《骑车过马路》 没有记录", offered, StringComparison.Ordinal);
        Assert.Contains("2 – 9-1《骑车过马路》 没有记录", offered, StringComparison.Ordinal);
        Assert.Contains("当时看到了什么", await _bot.SayAsync("o-2", "1"), StringComparison.Ordinal);
        Assert.Contains("已经交给团支书", await _bot.SayAsync("o-2", "2 交完卷就卡住了"), StringComparison.Ordinal);

        var secretary = await ComesInAsync("o-1");
        var id = await _bot.InDb(db => db.Appeals.Select(a => a.Id).SingleAsync());
        Assert.Contains("aria-label=\"1 条\"", await Desk.TextAsync(secretary, "/staff/appeals"), StringComparison.Ordinal);
        var page = await Desk.TextAsync(secretary, $"/staff/appeals/{id}");
        foreach (var known in new[] { "学生002", "学到最后，没看到回执", "交完卷就卡住了", "没有学完的记录", "甲镇 / 一支部", "用过加入码" })
        {
            Assert.Contains(known, page, StringComparison.Ordinal);
        }

        var before = await _bot.InDb(db => db.Completions.CountAsync());
        Assert.Equal(302, (int)(await Desk.PostAsync(secretary, $"/staff/appeals/{id}", ("Outcome", "NoRecord"), ("Answer", "再学一遍就有了"))).StatusCode);
        Assert.Equal(before, await _bot.InDb(db => db.Completions.CountAsync()));

        var entry = await _bot.InDb(db => db.AuditEntries.AsNoTracking().SingleAsync(a => a.Action == "appeal.answered"));
        Assert.Equal((true, await _bot.OrganisationAsync("一支部")), (entry.Actor.StartsWith("secretary:", StringComparison.Ordinal), entry.OrganisationId));
        var told = await _bot.SayAsync("o-2", "帮助");
        Assert.Contains("没有查到学完的记录", told, StringComparison.Ordinal);
        Assert.DoesNotContain("补学", told, StringComparison.Ordinal); // it is open still
        Assert.Contains("9-2：没有学完的记录。再学一遍就有了", await _bot.SayAsync("o-2", "申诉"), StringComparison.Ordinal);
        Assert.Equal(302, (int)(await secretary.GetAsync($"/staff/appeals/{id}")).StatusCode);
    }

    [Fact]
    public async Task What_is_said_of_studying_it_after_all_is_what_can_be_done()
    {
        var open = await _bot.SayAsync("o-2", "申诉", "1", "1");
        Assert.Contains("发“学习”", open, StringComparison.Ordinal);
        Assert.DoesNotContain("补学", open, StringComparison.Ordinal);
        Assert.Contains("现在补学最快", await _bot.SayAsync("o-2", "申诉", "2", "1"), StringComparison.Ordinal);

        _bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromDays(8);
        await _bot.Given(LessonGiven.Open("10-1") with { Opens = _bot.Clock.Now.AddHours(-1), Closes = _bot.Clock.Now.AddDays(5) });
        var over = await _bot.SayAsync("o-1", "申诉", "2", "1");
        Assert.Contains("已经交给团支书", over, StringComparison.Ordinal);
        Assert.DoesNotContain("学习记录只能学出来", over, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_is_offered_where_it_would_be_accepted_only()
    {
        await _bot.FreezesAsync();
        await _bot.SayAsync("o-2", "申诉", "1", "1");
        var (id, first, second) = (await IdOfAsync("学生002"), await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"));
        Assert.Contains($"/staff/organisations/{first}/adjustments?period=9-2", await Desk.TextAsync(await ComesInAsync("o-1"), $"/staff/appeals/{id}"), StringComparison.Ordinal);

        // Moved since: in that week the person counted elsewhere, and that is not this secretary's to change.
        await _bot.JoinsAsync("o-6", "学生006", "S006", "二支部");
        var (transfer, _) = await _bot.ReleaseAsync("学生002", first, second, first);
        Assert.Null(await _bot.AcceptAsync(transfer, second));
        await _bot.InDb(db => db.Appeals.ExecuteUpdateAsync(set => set.SetProperty(a => a.OrganisationId, second)));
        var page = await Desk.TextAsync(await ComesInAsync("o-6"), $"/staff/appeals/{id}");

        Assert.Contains("学生002", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/adjustments", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_sees_what_the_server_knows_without_the_name_and_the_words_and_answers_nothing()
    {
        await _bot.SayAsync("o-2", "申诉", "1", "2 地铁里断网");
        var administrator = (await Desk.JoinAsync(_bot, "zhao", "administrator", "示例省")).Browser;
        var id = await IdOfAsync("学生002");

        var list = await Desk.TextAsync(administrator, "/staff/appeals");
        var page = await Desk.TextAsync(administrator, $"/staff/appeals/{id}");

        var known = await _bot.DoAsync<AppealSupport, Bot.Core.Result<AppealCase>>(async s => await s.FindAsync(id, [await _bot.OrganisationAsync("示例省")], CancellationToken.None));
        Assert.False(known.IsRefused(out _, out var seen));
        Assert.Equal((null, null), (seen.Name, seen.Text));
        Assert.Contains($"/staff/appeals/{id}", list, StringComparison.Ordinal);
        Assert.Contains("没有学完的记录", page, StringComparison.Ordinal);
        Assert.Contains("一支部", page, StringComparison.Ordinal);
        Assert.All(new[] { list, page }, text => Assert.DoesNotContain("学生002", text, StringComparison.Ordinal));
        Assert.DoesNotContain("地铁", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Outcome\"", page, StringComparison.Ordinal);
        var token = await Desk.TokenAsync(administrator, "/staff/transfers");
        Assert.Equal(404, (int)(await Desk.SendFormAsync(administrator, $"/staff/appeals/{id}", ("Outcome", "NoRecord"), ("__RequestVerificationToken", token))).StatusCode);
        Assert.Null(await _bot.InDb(db => db.Appeals.Select(a => a.DecidedAt).SingleAsync()));
    }

    [Fact]
    public async Task What_was_written_is_sealed_and_gone_thirty_days_after_the_answer()
    {
        await _bot.SayAsync("o-2", "申诉", "1", "3 地铁里断网");
        var appeal = await _bot.InDb(db => db.Appeals.AsNoTracking().SingleAsync());
        Assert.DoesNotContain("地铁", System.Text.Encoding.UTF8.GetString(appeal.TextSealed!), StringComparison.Ordinal);
        await DecideAsync(appeal.Id, AppealOutcome.NoRecord);

        _bot.Clock.Now += TimeSpan.FromDays(29);
        await ForgetAsync();
        Assert.NotNull((await _bot.InDb(db => db.Appeals.AsNoTracking().SingleAsync())).TextSealed);
        _bot.Clock.Now += TimeSpan.FromDays(1);
        await ForgetAsync();

        var after = await _bot.InDb(db => db.Appeals.AsNoTracking().SingleAsync());
        Assert.Null(after.TextSealed);
        Assert.Null(after.AnswerSealed);
        Assert.Equal(AppealOutcome.NoRecord, after.Outcome);
    }

    [Fact]
    public async Task One_waits_a_person_and_lesson_and_five_a_day_are_heard()
    {
        await _bot.SayAsync("o-2", "申诉", "1", "1");
        Assert.Contains("还在等团支书核对", await _bot.SayAsync("o-2", "申诉", "1", "1"), StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("已经交给团支书", await _bot.SayAsync("o-2", "申诉", "2", "1"), StringComparison.Ordinal);
            await DecideAsync(await _bot.InDb(db => db.Appeals.MaxAsync(a => a.Id)), AppealOutcome.NoRecord);
        }

        Assert.Contains("今天的申诉已经到了 5 次", await _bot.SayAsync("o-2", "申诉", "2", "1"), StringComparison.Ordinal);
        _bot.Clock.Now += TimeSpan.FromDays(1);
        Assert.Contains("已经交给团支书", await _bot.SayAsync("o-2", "申诉", "2", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_twenty_at_once_one_waits_and_a_repeated_message_adds_nothing()
    {
        var account = await _bot.InDb(db => db.Accounts.Where(a => db.People.Any(p => p.Id == a.PersonId && p.Name == "学生002")).Select(a => new KnownAccount(a.Id, a.PersonId, a.SessionEpoch, a.AppId)).SingleAsync());
        var said = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _bot.DoAsync<Appeals, Bot.Core.Result<bool>>(
            a => a.AskAsync(account, new LessonId(9, 2), AppealSaw.Receipt, null, "key-" + (i / 2), CancellationToken.None)))));

        var stored = await _bot.InDb(db => db.Appeals.AsNoTracking().SingleAsync());
        Assert.InRange(said.Count(r => !r.IsRefused(out _)), 1, 2);
        var repeated = await _bot.DoAsync<Appeals, Bot.Core.Result<bool>>(a => a.AskAsync(account, new LessonId(9, 2), AppealSaw.Receipt, null, stored.MessageKey, CancellationToken.None));
        Assert.False(repeated.IsRefused(out _));
        Assert.Equal(1, await _bot.InDb(db => db.Appeals.CountAsync()));
    }

    [Fact]
    public async Task Those_above_answer_where_there_is_no_secretary_who_could_and_see_nothing_else()
    {
        await _bot.JoinsAsync("o-7", "学生007", "S007", "二支部");
        await _bot.SayAsync("o-2", "申诉", "1", "1");
        await _bot.SayAsync("o-7", "申诉", "1", "1");
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;

        var list = await Desk.TextAsync(officer, "/staff/appeals");

        Assert.Contains("学生007", list, StringComparison.Ordinal);
        Assert.DoesNotContain("学生002", list, StringComparison.Ordinal);
        var (own, others) = (await IdOfAsync("学生007"), await IdOfAsync("学生002"));
        Assert.Equal(404, (int)(await officer.GetAsync($"/staff/appeals/{others}")).StatusCode);
        Assert.Equal(404, (int)(await Desk.PostToAsync(officer, $"/staff/appeals/{own}", $"/staff/appeals/{others}", ("Outcome", "NoRecord"))).StatusCode);
        Assert.Equal(302, (int)(await Desk.PostAsync(officer, $"/staff/appeals/{own}", ("Outcome", "RosterWrong"))).StatusCode);
    }

    [Fact]
    public async Task Other_words_than_the_numbers_ask_again_and_another_command_goes_first()
    {
        Assert.Contains("前面的数字", await _bot.SayAsync("o-2", "申诉", "第九课"), StringComparison.Ordinal);
        Assert.Contains("最多写 200 个字", await _bot.SayAsync("o-2", "1", "1 " + new string('长', 201)), StringComparison.Ordinal);
        Assert.Contains("已经交给团支书", await _bot.SayAsync("o-2", "1卡住了"), StringComparison.Ordinal);
        Assert.Contains("没有正在填的内容", await _bot.SayAsync("o-2", "取消"), StringComparison.Ordinal);
    }

    private Task<int> IdOfAsync(string name) => _bot.InDb(db => db.Appeals.Where(a => db.People.Any(p => p.Id == a.PersonId && p.Name == name)).Select(a => a.Id).SingleAsync());

    private async Task DecideAsync(int id, AppealOutcome outcome)
    {
        var branch = await _bot.OrganisationAsync("一支部");
        Assert.False((await _bot.DoAsync<Appeals, Bot.Core.Result<bool>>(a => a.DecideAsync(id, [branch], outcome, "已核对", "secretary:1", CancellationToken.None))).IsRefused(out _));
    }

    private async Task ForgetAsync()
    {
        await using var scope = _bot.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<ForgetAppealTexts>(scope.ServiceProvider).Execute(null!, CancellationToken.None);
    }

    private async Task<Browser> ComesInAsync(string openId)
    {
        var phone = _bot.Phone(openId);
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        return phone.Browser;
    }
}
