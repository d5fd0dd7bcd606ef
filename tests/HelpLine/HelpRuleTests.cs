using Bot.Core.HelpLine;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>Who closes, reveals, decides and merges, and what is refused.</summary>
public sealed class HelpRuleTests : IAsyncLifetime
{
    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task A_crisis_is_closed_by_two_people_and_by_nobody_alone()
    {
        var id = await CrisisAsync();

        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.Safe));
        Assert.Equal("help.same-person", await _room.ClosesAsync("zhao", id, HelpOutcome.Safe));
        Assert.Null(await _room.ClosesAsync("qian", id, HelpOutcome.Answered)); // another outcome is asked for anew
        Assert.Equal(HelpState.Open, (await _room.OfAsync(id)).State);
        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.Answered));

        var closed = await _room.OfAsync(id);
        Assert.Equal((HelpState.Closed, HelpOutcome.Answered), (closed.State, closed.Outcome));
        Assert.Equal(closed.ClosedAt + TimeSpan.FromDays(180), closed.ErasesAt);
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.AcknowledgedAt == null)));
    }

    [Fact]
    public async Task The_person_is_asked_once_whether_it_helped_and_says_so_in_the_chat()
    {
        var id = await _room.AskedAsync("o-1", "想问问租房合同", "1");
        await _room.ClosesAsync("zhao", id, HelpOutcome.Answered);
        await _room.SendAllAsync();
        Assert.Contains("满意", Assert.Single(_room.Office.Given).Text, StringComparison.Ordinal);

        Assert.Contains("记下了", await _room.Bot.SayAsync("o-1", "满意"), StringComparison.Ordinal);
        Assert.DoesNotContain("记下了", await _room.Bot.SayAsync("o-1", "不满意"), StringComparison.Ordinal);

        Assert.Equal(3, (await _room.OfAsync(id)).Satisfaction);
        Assert.Null(await _room.RefusalAsync<HelpClosing, int>("zhao", async (closing, me) => await closing.ReopenAsync(me, id, (await _room.OfAsync(id)).Version, default)));
        await _room.ClosesAsync("zhao", id, HelpOutcome.Answered);
        await _room.SendAllAsync();
        Assert.DoesNotContain("满意", _room.Office.Given[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_shown_only_with_a_custodians_consent_and_for_a_day()
    {
        await BindAsync("o-1");
        var id = await _room.AskedAsync("o-1", "想问问租房合同", "1");
        Assert.Null(await _room.RefusalAsync<HelpReveals, int>("zhao", (reveals, me) => reveals.AskAsync(me, id, "要联系学校", default)));
        Assert.Equal("help.reveal-waits", await _room.RefusalAsync<HelpReveals, int>("zhao", (reveals, me) => reveals.AskAsync(me, id, "再问一次", default)));
        var reveal = await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.Id).SingleAsync());
        Assert.Equal("help.not-found", await PersonAsync("zhao", reveal));
        Assert.Equal("help.not-found", await DecideAsync("sun", reveal)); // no custodian

        Assert.Equal("要联系学校", Assert.Single(await _room.AsAsync<HelpReveals, IReadOnlyList<HelpRevealRow>>("li", (reveals, me) => reveals.ListAsync(me, 10, default))).Reason);
        Assert.Equal(1, await _room.ReadsAsync(id, "li"));
        Assert.Null(await DecideAsync("li", reveal));
        Assert.Equal("help.reveal-waits", await DecideAsync("li", reveal));

        var shown = await _room.AsAsync<HelpReveals, Core.Result<HelpPerson>>("zhao", (reveals, me) => reveals.PersonAsync(me, reveal, default));
        Assert.False(shown.IsRefused(out _, out var person));
        Assert.Equal("学生001", person!.Name);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpReads.CountAsync(r => r.What == HelpReadOf.Person)));
        Assert.Equal("help.not-found", await PersonAsync("qian", reveal)); // who did not ask sees nothing
        _room.Passes(TimeSpan.FromHours(25));
        Assert.Equal("help.not-found", await PersonAsync("zhao", reveal));
    }

    [Fact]
    public async Task Where_a_life_is_at_stake_a_supervisor_sees_it_at_once_and_a_custodian_reviews_it_within_a_day()
    {
        await BindAsync("o-1");
        var calm = await _room.AskedAsync("o-2", "想问问租房合同", "1");
        var id = await CrisisAsync();
        Assert.Equal("help.not-crisis", await EmergencyAsync("sun", calm));
        Assert.Equal("help.supervisor-only", await EmergencyAsync("zhao", id));
        Assert.Null(await EmergencyAsync("sun", id));
        var reveal = await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.Id).SingleAsync());
        Assert.Null(await PersonAsync("sun", reveal));
        await _room.ClosesAsync("zhao", id, HelpOutcome.Safe);
        await _room.ClosesAsync("qian", id, HelpOutcome.Safe);

        _room.Passes(TimeSpan.FromHours(24));
        await _room.RoundAsync();

        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.Kind == HelpAlertKind.Review && a.AcknowledgedAt == null)));
        Assert.Null(await DecideAsync("li", reveal));
        Assert.Equal(HelpRevealState.Upheld, await _room.Bot.InDb(db => db.HelpReveals.Select(r => r.State).SingleAsync()));
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.CaseId == id && a.AcknowledgedAt == null)));
    }

    [Fact]
    public async Task A_report_is_decided_by_a_supervisor_and_nothing_is_closed_before()
    {
        var id = await _room.AskedAsync("o-1", "想找人说说", "7");
        Assert.Null(await _room.RefusalAsync<HelpReports, int>("zhao", async (reports, me) => await reports.OpenAsync(me, id, (await _room.OfAsync(id)).Version, default)));
        Assert.Equal("help.report-open", await _room.ClosesAsync("zhao", id, HelpOutcome.Answered));
        Assert.Equal("help.supervisor-only", await ReportAsync("zhao", id));

        Assert.Null(await ReportAsync("sun", id));

        Assert.Equal(HelpReportState.Reported, (await _room.OfAsync(id)).Report);
        Assert.Contains("已报派出所", (await HelpRoom.CaseAsync(_room.Zhao, id)).DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.Reported));
    }

    [Fact]
    public async Task What_supervisors_and_custodians_decide_goes_on_calling_whoever_answers_or_closes()
    {
        await _room.Bot.SayAsync("o-1", "求助", "7", "爸爸打我", "我不想活了");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());
        Assert.Null(await EmergencyAsync("sun", id));
        Assert.Equal([HelpAlertKind.Report, HelpAlertKind.Review, HelpAlertKind.Crisis], await OpenAlertsAsync());

        await _room.RepliesAsync(_room.Zhao, id, "我在");
        Assert.Equal([HelpAlertKind.Report, HelpAlertKind.Review], await OpenAlertsAsync());

        Assert.Equal("help.supervisor-only", await AcknowledgeAsync("zhao", HelpAlertKind.Report));
        Assert.Equal("help.custodian-only", await AcknowledgeAsync("sun", HelpAlertKind.Review));
        Assert.Empty((await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox)).QuerySelectorAll("form[action$='handler=Acknowledge']"));
        Assert.Null(await AcknowledgeAsync("sun", HelpAlertKind.Report));
        Assert.Null(await ReportAsync("sun", id));
        await _room.ClosesAsync("zhao", id, HelpOutcome.Safe);
        Assert.Null(await _room.ClosesAsync("qian", id, HelpOutcome.Safe));
        Assert.Equal([HelpAlertKind.Review], await OpenAlertsAsync());
        await _room.RoundAsync();
        Assert.Equal([HelpAlertKind.Review], await OpenAlertsAsync());
    }

    [Fact]
    public async Task Merged_words_are_read_by_nobody_else_are_kept_no_shorter_and_stand_in_the_order_in_which_they_were_said()
    {
        var law = await _room.AskedAsync("o-1", "问过合同", "1");
        await _room.ClosesAsync("zhao", law, HelpOutcome.Answered);
        var now = await _room.AskedAsync("o-1", "后来说的话", "2");
        await _room.ClosesAsync("zhao", now, HelpOutcome.Answered);
        _room.Passes(TimeSpan.FromMinutes(1));
        var earlier = await _room.AskedAsync("o-1", "更晚说的话", "2");
        await _room.ClosesAsync("zhao", earlier, HelpOutcome.Safe);
        Assert.Null(await _room.RefusalAsync<HelpClosing, int>("zhao", async (closing, me) => await closing.ReopenAsync(me, now, (await _room.OfAsync(now)).Version, default)));
        var until = (await _room.OfAsync(earlier)).ErasesAt;

        Assert.Equal("help.other-alias", await MergeAsync(now, law));
        Assert.Null(await MergeAsync(now, earlier));
        await _room.ClosesAsync("zhao", now, HelpOutcome.OutOfScope);

        Assert.Equal(until, (await _room.OfAsync(now)).ErasesAt);
        var said = (await _room.ThreadAsync("qian", now)).Entries.Where(e => e.By == HelpSide.Person).Select(e => e.At).ToList();
        Assert.Equal(said.Order(), said);
    }

    [Fact]
    public async Task What_asks_whether_it_helped_does_not_lie_about_for_months()
    {
        await _room.ClosesAsync("zhao", await _room.AskedAsync("o-1", "想问问租房合同", "1"), HelpOutcome.Answered);
        var second = await _room.AskedAsync("o-2", "想问问租房合同", "1");
        await _room.Bot.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, Core.Pushes.OutboxState.Parked)));
        _room.Passes(TimeSpan.FromDays(1.5));
        await _room.ClosesAsync("zhao", second, HelpOutcome.Answered);
        await _room.Bot.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, Core.Pushes.OutboxState.Parked)));
        var erasure = _room.Bot.Services.GetRequiredService<HelpErasure>();
        await erasure.RunAsync(default);
        Assert.Equal(2, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Survey)));

        _room.Passes(TimeSpan.FromDays(1));
        await erasure.RunAsync(default);
        Assert.Equal(1, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Survey)));

        await erasure.EraseAccountsAsync([await _room.Bot.InDb(db => db.Outbox.Where(m => m.Code == HelpOutbox.Survey).Select(m => m.AccountId).SingleAsync())], default);
        Assert.Equal(0, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Survey)));
    }

    [Fact]
    public async Task Only_earlier_cases_of_the_same_alias_are_merged_and_their_words_are_read_in_the_new_one()
    {
        var earlier = await _room.AskedAsync("o-1", "第一次说的话", "2");
        var other = await _room.AskedAsync("o-2", "别人说的话", "2");
        await _room.ClosesAsync("zhao", earlier, HelpOutcome.Answered);
        await _room.ClosesAsync("zhao", other, HelpOutcome.Answered);
        var now = await _room.AskedAsync("o-1", "第二次说的话", "2");

        Assert.Equal("help.other-alias", await MergeAsync(now, other));
        Assert.Null(await MergeAsync(now, earlier));

        var thread = (await HelpRoom.CaseAsync(_room.Qian, now)).DocumentElement.TextContent;
        Assert.All(["第一次说的话", "第二次说的话"], words => Assert.Contains(words, thread, StringComparison.Ordinal));
        Assert.Equal("help.other-alias", await MergeAsync(now, earlier));
        _room.Passes(TimeSpan.FromDays(2));
        await _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);
        Assert.Null(_room.Bot.Services.GetRequiredService<CaseKeys>().Open((await _room.OfAsync(earlier)).KeyId));
        Assert.Contains((await _room.ThreadAsync("qian", now)).Entries, e => e.Text == "第一次说的话");
    }

    [Fact]
    public async Task What_the_person_wrote_after_the_page_was_opened_goes_on_calling_and_is_not_closed_over()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var (version, seen) = ((await _room.OfAsync(id)).Version, await _room.LastAsync(id));
        await _room.Bot.SayAsync("o-1", "我要跳楼");

        Assert.Null(await _room.RefusalAsync<HelpReplies, HelpPulse>("zhao", (replies, me) => replies.SendAsync(me, id, version, seen, "早点睡", "form-1", default)));

        var still = await _room.OfAsync(id);
        Assert.NotNull(still.WaitingSince);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.Kind == HelpAlertKind.Crisis && a.AcknowledgedAt == null)));
        Assert.Equal("help.changed", await _room.RefusalAsync<HelpClosing, HelpState>("zhao", (closing, me) => closing.CloseAsync(me, id, version, seen, HelpOutcome.Answered, default)));
        await _room.ClosesAsync("zhao", id, HelpOutcome.Safe);
        Assert.Equal("help.changed", await _room.RefusalAsync<HelpClosing, HelpState>("qian", async (closing, me) => await closing.CloseAsync(me, id, (await _room.OfAsync(id)).Version, seen, HelpOutcome.Safe, default)));
        Assert.Equal(HelpState.Open, (await _room.OfAsync(id)).State);
    }

    [Fact]
    public async Task That_there_was_a_case_of_another_team_is_said_to_nobody_else()
    {
        await _room.TeamAsync("qian", HelpTopic.School);
        var earlier = await _room.AskedAsync("o-1", "只说给一个组听", "7");
        await _room.ClosesAsync("zhao", earlier, HelpOutcome.Answered);
        var now = await _room.AskedAsync("o-1", "想问问选科", "5");

        Assert.Equal(earlier, Assert.Single((await _room.ThreadAsync("zhao", now)).Earlier).Id);
        Assert.Empty((await _room.ThreadAsync("qian", now)).Earlier);
    }

    [Fact]
    public async Task Another_topic_is_another_team_and_the_case_is_nobodys_again()
    {
        await _room.TeamAsync("qian", HelpTopic.Law);
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        await _room.RepliesAsync(_room.Zhao, id, "我在");
        Assert.Equal("help.not-found", await _room.RefusalAsync<HelpCases, HelpThread>("qian", (cases, me) => cases.ReadAsync(me, id, default)));

        Assert.Null(await _room.RefusalAsync<HelpSteps, int>("zhao", async (steps, me) => await steps.SortAsync(me, id, (await _room.OfAsync(id)).Version, HelpTopic.Law, HelpUrgency.Today, default)));

        Assert.Null((await _room.OfAsync(id)).AssignedId);
        Assert.Null(await _room.RefusalAsync<HelpCases, HelpThread>("qian", (cases, me) => cases.ReadAsync(me, id, default)));
    }

    [Fact]
    public async Task Nobody_outside_the_team_gets_a_case_handed_over_or_reads_it()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        await Desk.JoinAsync(_room.Bot, "wu", "administrator", "示例省");
        await Desk.JoinAsync(_room.Bot, "zheng", "counsellor", "示例省"); // in no team
        var (admin, none) = (await _room.IdAsync("wu"), await _room.IdAsync("zheng"));

        foreach (var staff in new[] { admin, none })
        {
            Assert.Equal("help.not-team", await _room.RefusalAsync<HelpSteps, int>("zhao", async (steps, me) => await steps.AssignAsync(me, id, (await _room.OfAsync(id)).Version, staff, default)));
        }

        Assert.Equal("help.not-found", await _room.RefusalAsync<HelpCases, HelpThread>("zheng", (cases, me) => cases.ReadAsync(me, id, default)));
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpReads.CountAsync()));
    }

    private async Task<int> CrisisAsync()
    {
        await _room.Bot.SayAsync("o-1", "我不想活了");
        return await _room.Bot.InDb(db => db.HelpCases.OrderByDescending(c => c.Id).Select(c => c.Id).FirstAsync());
    }

    private async Task BindAsync(string openId)
    {
        var branch = await _room.Bot.InDb(db => db.Memberships.Where(m => m.Until == null).Join(db.People, m => m.PersonId, p => p.Id, (m, p) => new { m.PersonId, p.Name }).FirstAsync());
        await _room.Bot.Services.GetRequiredService<Core.Roster.Accounts>().FindOrAddAsync(Support.BotUnderTest.AppId, openId, default);
        await _room.Bot.InDb(db => db.People.Where(p => p.Id == branch.PersonId).ExecuteUpdateAsync(set => set.SetProperty(p => p.Name, "学生001")));
        await _room.Bot.InDb(async db => await db.Accounts.OrderByDescending(a => a.Id).Take(1).ExecuteUpdateAsync(set => set.SetProperty(a => a.PersonId, branch.PersonId)));
    }

    private Task<List<HelpAlertKind>> OpenAlertsAsync() => _room.Bot.InDb(db => db.HelpAlerts.Where(a => a.AcknowledgedAt == null).OrderBy(a => a.Kind).Select(a => a.Kind).ToListAsync());

    private async Task<string?> AcknowledgeAsync(string login, HelpAlertKind kind)
    {
        var alert = await _room.Bot.InDb(db => db.HelpAlerts.Where(a => a.AcknowledgedAt == null && a.Kind == kind).Select(a => a.Id).SingleAsync());
        return await _room.RefusalAsync<HelpAlerts, int>(login, (alerts, me) => alerts.AcknowledgeAsync(me, alert, default));
    }

    private Task<string?> MergeAsync(int id, int earlier)
        => _room.RefusalAsync<HelpClosing, int>("zhao", async (closing, me) => await closing.MergeAsync(me, id, (await _room.OfAsync(id)).Version, earlier, default));

    private Task<string?> ReportAsync(string login, int id)
        => _room.RefusalAsync<HelpReports, int>(login, async (reports, me) => await reports.DecideAsync(me, id, (await _room.OfAsync(id)).Version, true, "已报派出所", default));

    private Task<string?> EmergencyAsync(string login, int id) => _room.RefusalAsync<HelpReveals, int>(login, (reveals, me) => reveals.EmergencyAsync(me, id, "要马上找到人", default));

    private Task<string?> DecideAsync(string login, int reveal) => _room.RefusalAsync<HelpReveals, HelpRevealState>(login, (reveals, me) => reveals.DecideAsync(me, reveal, true, default));

    private Task<string?> PersonAsync(string login, int reveal) => _room.RefusalAsync<HelpReveals, HelpPerson>(login, (reveals, me) => reveals.PersonAsync(me, reveal, default));
}
