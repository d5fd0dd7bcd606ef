using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

/// <summary>A closed week is corrected by dated entries, seen by all who see the figure.</summary>
public sealed class AdjustmentTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-1", "学生001", "S001", "一支部");
        await _bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
        await _bot.StudiesAsync("o-1");
        await _bot.StudiesAsync("o-2");
        await _bot.StudiesAsync("o-visitor");
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task An_exemption_found_too_late_changes_the_figure_and_leaves_the_frozen_row()
    {
        await _bot.FreezesAsync();
        var frozen = await FrozenAsync();
        Assert.Equal("5,0,2,0,0,0.4000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));

        Assert.Null(await _bot.AdjustsAsync("学生003", AdjustmentWish.Exempt, "一支部"));
        Assert.Equal("5,1,2,0,0,0.5000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Null(await _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部"));

        Assert.Equal("5,2,1,0,0,0.3333", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Equal("9,2,1,0,1,0.1429", await _bot.ShowsAsync("示例省"));
        Assert.Equal(frozen, await FrozenAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Taking_an_exemption_back_counts_the_completion_again()
    {
        await _bot.FreezesAsync();
        await _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部");
        await _bot.AdjustsAsync("学生002", AdjustmentWish.NotExempt, "一支部");

        Assert.Equal("5,0,2,0,0,0.4000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task A_membership_put_right_takes_the_completion_along()
    {
        await _bot.FreezesAsync();

        Assert.Null(await _bot.AdjustsAsync("学生002", AdjustmentWish.BelongedHere, "三支部"));

        Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Equal("2,0,1,0,0,0.5000", await _bot.ShowsAsync("示例省/乙县/三支部"));
        Assert.Null(await _bot.AdjustsAsync("学生002", AdjustmentWish.NotHere, "三支部"));
        Assert.Equal("1,0,0,0,1,0.0000", await _bot.ShowsAsync("示例省/乙县/三支部"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Who_joined_after_closing_comes_to_count_by_an_adjustment_and_without_a_completion_nothing_is_counted()
    {
        // A visitor of that week who bound the account afterwards; the roster had the person all along.
        _bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromMinutes(5);
        await _bot.JoinsAsync("o-visitor", "学生004", "S004", "一支部");
        await _bot.FreezesAsync();
        Assert.Equal("5,0,2,0,0,0.4000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Equal("9,0,2,0,1", (await _bot.ShowsAsync("示例省"))[..9]);

        Assert.Null(await _bot.AdjustsAsync("学生004", AdjustmentWish.BelongedHere, "一支部"));
        Assert.Equal("adjustment.unchanged", await _bot.AdjustsAsync("学生005", AdjustmentWish.BelongedHere, "一支部"));

        Assert.Equal("5,0,3,0,0,0.6000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Equal("9,0,3,0,0", (await _bot.ShowsAsync("示例省"))[..9]);
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Of_twenty_equal_adjustments_one_counts()
    {
        await _bot.FreezesAsync();

        var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部"))));

        Assert.Equal(1, refused.Count(code => code is null));
        Assert.Equal("5,1,1,0,0,0.2500", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Without_the_locks_and_the_index_more_than_one_would_be_the_next()
    {
        await _bot.FreezesAsync();
        var (person, lesson) = (await _bot.PersonAsync("学生002"), await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync()));
        await _bot.InDb(db => db.Database.ExecuteTextAsync("DROP INDEX ix_figure_adjustments_lesson_id_person_id_sequence", CancellationToken.None));

        await LookingFirst.RaceAsync<int>(
            _bot,
            (db, _) => db.FigureAdjustments.CountAsync(a => a.LessonId == lesson && a.PersonId == person).ContinueWith(t => (int?)t.Result, TaskScheduler.Default),
            (db, racer, before) =>
            {
                db.Add(new FigureAdjustment
                {
                    LessonId = lesson,
                    PersonId = person,
                    Sequence = before + 1,
                    Kind = AdjustmentKind.Exemption,
                    FromMembers = 0,
                    FromExempt = 0,
                    FromCompleted = 0,
                    ToMembers = 0,
                    ToExempt = 1,
                    ToCompleted = 0,
                    At = _bot.Clock.Now,
                    Actor = $"s{racer}",
                    Reason = "名册登记有误",
                });
                return db.SaveChangesAsync();
            });

        Assert.True(await _bot.InDb(db => db.FigureAdjustments.CountAsync(a => a.Sequence == 1)) > 1);
    }

    [Fact]
    public async Task There_is_nothing_to_adjust_before_the_week_is_frozen_and_no_adjustment_without_a_reason()
    {
        Assert.Equal("adjustment.not-frozen", await _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部"));
        await _bot.FreezesAsync();
        Assert.Equal("adjustment.reason", await _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部", " 误 "));
        Assert.Equal("adjustment.reason", await _bot.AdjustsAsync("学生002", AdjustmentWish.Exempt, "一支部", new string('误', 201)));
    }

    [Fact]
    public async Task The_own_secretary_corrects_on_the_page_and_those_above_see_that_it_was_done()
    {
        await _bot.FreezesAsync();
        var secretary = await ComesInAsync("o-1");
        var branch = await _bot.OrganisationAsync("一支部");
        var page = $"/staff/organisations/{branch}/adjustments?period=9-2";
        Assert.Contains("学生003", await Desk.TextAsync(secretary, page), StringComparison.Ordinal);

        var short1 = await Desk.PostAsync(secretary, page, ("PersonId", $"{await _bot.PersonAsync("学生003")}"), ("Wish", "Exempt"), ("Reason", "误"));
        Assert.Contains("2 到 200 个字", await short1.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var done = await Desk.PostAsync(secretary, page, ("PersonId", $"{await _bot.PersonAsync("学生003")}"), ("Wish", "Exempt"), ("Reason", "休学手续晚到"));

        Assert.Equal(302, (int)done.StatusCode);
        var own = await Desk.TextAsync(secretary, $"/staff/organisations/{branch}?period=9-2");
        foreach (var said in new[] { "更正 1 条", "定格", "还有 2 人", "还没学的（2 人）" })
        {
            Assert.Contains(said, own, StringComparison.Ordinal);
        }

        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var above = await Desk.TextAsync(officer, page);
        Assert.Contains("更正 1 条", above, StringComparison.Ordinal);
        foreach (var kept in new[] { "休学手续晚到", "改为免学", "学生0" })
        {
            Assert.DoesNotContain(kept, above, StringComparison.Ordinal); // five people: what was corrected says whose it is
        }

        var town = await Desk.TextAsync(officer, $"/staff/organisations/{await _bot.OrganisationAsync("甲镇")}/adjustments?period=9-2");
        Assert.Contains("更正 1 条", town, StringComparison.Ordinal);
        Assert.DoesNotContain("休学手续晚到", town, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "figure.adjusted" && a.Actor.StartsWith("secretary:"))));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Those_above_a_branch_that_is_not_small_see_what_when_and_by_whom_and_the_words_are_for_their_writer_and_the_secretary()
    {
        await _bot.ImportAsync(Desk.Roster + "\n" + string.Join('\n', Enumerable.Range(20, 20).Select(n => $"示例省/甲县/甲镇/{(n < 30 ? "四支部" : "五支部")},支部,学生0{n},2008-05-01,,S0{n},团员,")));
        await _bot.FreezesAsync();
        Assert.Null(await _bot.AdjustsAsync("学生021", AdjustmentWish.Exempt, "四支部", "学生021 休学手续晚到"));
        var page = $"/staff/organisations/{await _bot.OrganisationAsync("四支部")}/adjustments?period=9-2";

        var other = await Desk.TextAsync((await Desk.JoinAsync(_bot, "wang")).Browser, page);

        Assert.Contains("改为免学", other, StringComparison.Ordinal);
        Assert.DoesNotContain("休学手续晚到", other, StringComparison.Ordinal);
        Assert.DoesNotContain("学生021", other, StringComparison.Ordinal);
        Assert.Contains("休学手续晚到", await Desk.TextAsync((await Desk.JoinAsync(_bot, "li")).Browser, page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_left_is_not_listed_and_is_corrected_by_number_and_who_was_erased_is_no_stranger()
    {
        await _bot.FreezesAsync();
        await _bot.AdjustsAsync("学生003", AdjustmentWish.Exempt, "一支部");
        var (left, first, third) = (await _bot.PersonAsync("学生004"), await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("三支部"));
        await FigurePropertyTests.MoveAsync(_bot, left, third);
        await Desk.RunAsync(_bot, "erase", "--member", "S003");
        var secretary = await ComesInAsync("o-1");
        var page = $"/staff/organisations/{first}/adjustments?period=9-2";

        var text = await Desk.TextAsync(secretary, page);

        Assert.Contains("学生005", text, StringComparison.Ordinal);
        Assert.DoesNotContain("学生004", text, StringComparison.Ordinal);
        Assert.DoesNotContain("S004", text, StringComparison.Ordinal);
        Assert.Contains("删除过个人信息的成员", text, StringComparison.Ordinal);
        Assert.DoesNotContain("已不在本支部", text, StringComparison.Ordinal);
        Assert.Equal(302, (int)(await Desk.PostAsync(secretary, page, ("Number", "S004"), ("Wish", "Exempt"), ("Reason", "休学手续晚到"))).StatusCode);
        Assert.Contains("已不在本支部", await Desk.TextAsync(secretary, page), StringComparison.Ordinal);
        Assert.Equal("5,2,2,0,0,0.6667", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
    }

    [Fact]
    public async Task A_secretary_changes_no_other_branch_and_an_officer_finds_people_by_number_in_the_own_subtree_only()
    {
        await _bot.FreezesAsync();
        var secretary = await ComesInAsync("o-1");
        var page = $"/staff/organisations/{await _bot.OrganisationAsync("一支部")}/adjustments?period=9-2";
        var foreign = await Desk.PostAsync(secretary, page, ("PersonId", $"{await _bot.PersonAsync("学生006")}"), ("Wish", "BelongedHere"), ("Reason", "转来的"));
        Assert.Contains("没有对得上的人", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var outside = await Desk.PostAsync(officer, page, ("Number", "S009"), ("Wish", "BelongedHere"), ("Reason", "转来的"));
        Assert.Contains("没有对得上的人", await outside.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var inside = await Desk.PostAsync(officer, page, ("Number", "S006"), ("Wish", "BelongedHere"), ("Reason", "转来的"));
        Assert.Contains("支部有自己的书记", await inside.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var without = $"/staff/organisations/{await _bot.OrganisationAsync("二支部")}/adjustments?period=9-2";
        Assert.Equal(302, (int)(await Desk.PostAsync(officer, without, ("Number", "S006"), ("Wish", "NotHere"), ("Reason", "登记有误"))).StatusCode);

        Assert.Equal("5,0,2,0,0,0.4000", await _bot.ShowsAsync("示例省/甲县/甲镇/一支部"));
        Assert.Equal("2,0,0,0,0,0.0000", await _bot.ShowsAsync("示例省/甲县/甲镇/二支部"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Of_one_person_in_a_branch_with_a_secretary_nobody_above_finds_out_by_adjusting()
    {
        await _bot.FreezesAsync();
        var root = await _bot.OrganisationAsync("示例省");
        foreach (var wish in new[] { AdjustmentWish.Exempt, AdjustmentWish.NotExempt, AdjustmentWish.NotHere, AdjustmentWish.BelongedHere })
        {
            Assert.Equal(Adjustments.HasSecretary, await ByRootAsync("学生002", "一支部", wish));
        }

        Assert.Equal(0, await _bot.InDb(db => db.FigureAdjustments.CountAsync()));
        Assert.Null(await ByRootAsync("学生007", "二支部", AdjustmentWish.Exempt)); // its secretary has no account
        Assert.Equal(Adjustments.HasSecretary, await ByRootAsync("学生002", "三支部", AdjustmentWish.BelongedHere)); // 三支部 would tell it
        Assert.Equal(Adjustments.HasSecretary, await ByRootAsync("学生007", "一支部", AdjustmentWish.BelongedHere));
        Assert.Null(await ByRootAsync("学生006", "三支部", AdjustmentWish.BelongedHere)); // two branches without one

        async Task<Bot.Core.Refusal?> ByRootAsync(string name, string branch, AdjustmentWish wish)
        {
            var wished = new WishedAdjustment(new LessonId(9, 2), await _bot.OrganisationAsync(branch), await _bot.PersonAsync(name), wish, "名册登记有误");
            return (await _bot.DoAsync<Adjustments, Bot.Core.Result<FigureAdjustment>>(a => a.AdjustAsync(wished, [root], "li", CancellationToken.None))).IsRefused(out var refusal) ? refusal : null;
        }
    }

    [Fact]
    public async Task Staff_without_a_roster_adjust_nothing()
    {
        await _bot.FreezesAsync();
        var counsellor = (await Desk.JoinAsync(_bot, "wang", "editor")).Browser;
        var page = $"/staff/organisations/{await _bot.OrganisationAsync("一支部")}/adjustments?period=9-2";
        Assert.DoesNotContain("记下更正", await Desk.TextAsync(counsellor, page), StringComparison.Ordinal);

        var token = await Desk.TokenAsync(counsellor, page);
        await Desk.SendFormAsync(counsellor, page, ("Number", "S003"), ("Wish", "Exempt"), ("Reason", "休学"), ("__RequestVerificationToken", token));

        Assert.Equal(0, await _bot.InDb(db => db.FigureAdjustments.CountAsync()));
    }

    private async Task<Browser> ComesInAsync(string openId)
    {
        var phone = _bot.Phone(openId);
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        return phone.Browser;
    }

    private Task<List<string>> FrozenAsync()
        => _bot.InDb(db => db.FrozenFigures.AsNoTracking().OrderBy(f => f.OrganisationId).Select(f => $"{f.OrganisationId} {f.OwnMembers} {f.OwnExempt} {f.OwnCompleted} {f.Members} {f.Exempt} {f.Completed}").ToListAsync());
}
