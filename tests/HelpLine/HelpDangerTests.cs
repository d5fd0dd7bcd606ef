using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.WeChat;
using Bot.Server.HelpLine;
using Bot.Tests.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>What tells of danger is heard whatever dialogue is open, answered at once, and brought to somebody.</summary>
public sealed class HelpDangerTests : IAsyncLifetime
{
    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task Danger_to_life_is_answered_with_the_numbers_opens_a_crisis_and_raises_an_alert()
    {
        var said = await _room.Bot.SayAsync("o-1", "我不想活了");

        Assert.All(["12355", "12356", "110", "120", "值班的咨询员"], part => Assert.Contains(part, said, StringComparison.Ordinal));
        var only = await OnlyAsync();
        Assert.Equal((HelpState.Open, HelpUrgency.Crisis, HelpClock.First), (only.State, only.Urgency, only.Clock));
        Assert.Equal(only.OpenedAt + TimeSpan.FromMinutes(2), only.NextDueAt);
        Assert.Equal(HelpAlertKind.Crisis, (await AlertAsync()).Kind);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
        Assert.Equal($"case:{only.Id}", await _room.Bot.InDb(db => db.AuditEntries.Where(a => a.Action == "help.opened-in-danger").Select(a => a.Subject).SingleAsync()));
    }

    [Theory]
    [InlineData("绑定")]
    [InlineData("隐私", "更正")]
    [InlineData("求助", "2")]
    public async Task It_is_heard_whatever_is_being_filled_in(params string[] before)
    {
        await _room.Bot.SayAsync("o-1", before);

        Assert.Contains("值班的咨询员", await _room.Bot.SayAsync("o-1", "我不想活了"), StringComparison.Ordinal);
        Assert.Equal(HelpUrgency.Crisis, (await OnlyAsync()).Urgency);
    }

    [Fact]
    public async Task In_an_open_case_it_becomes_a_crisis_and_alerts()
    {
        await _room.AskedAsync("o-1", "这几天睡不着", "2");
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync()));

        Assert.Contains("12356", await _room.Bot.SayAsync("o-1", "我想死"), StringComparison.Ordinal);

        Assert.Equal(HelpUrgency.Crisis, (await OnlyAsync()).Urgency);
        Assert.Equal(HelpAlertKind.Crisis, (await AlertAsync()).Kind);
    }

    [Fact]
    public async Task A_repeat_of_it_raises_no_second_alert()
    {
        var first = await _room.Bot.Phone("o-1").Repeats("我不想活了", 71);
        await AcknowledgeAsync();
        await _room.Bot.RestartAsync();

        var again = await _room.Bot.Phone("o-1").Repeats("我不想活了", 71);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync()));
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
    }

    [Fact]
    public async Task Distress_gets_the_numbers_and_an_offer_and_nothing_is_kept_without_a_yes()
    {
        var said = await _room.Bot.SayAsync("o-1", "班里有人欺负我");

        Assert.All(["12355", "12356", "110", "120", "回复“要”"], part => Assert.Contains(part, said, StringComparison.Ordinal));
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
        Assert.Contains("什么时候想说", await _room.Bot.SayAsync("o-1", "不要"), StringComparison.Ordinal);
        Assert.Contains("没学会", await _room.Bot.SayAsync("o-1", "要"), StringComparison.Ordinal); // the offer is over
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
    }

    [Fact]
    public async Task A_yes_to_the_offer_opens_a_case_without_questions()
    {
        await _room.Bot.SayAsync("o-1", "班里有人欺负我");

        Assert.Contains("代号", await _room.Bot.SayAsync("o-1", "要"), StringComparison.Ordinal);

        Assert.Equal((HelpState.Open, HelpTopic.Rights, HelpUrgency.Today), ((await OnlyAsync()).State, (await OnlyAsync()).Topic, (await OnlyAsync()).Urgency));
    }

    [Theory]
    [InlineData("好")]
    [InlineData("嗯")]
    [InlineData("可以")]
    [InlineData("想聊")]
    public async Task A_yes_is_understood_however_it_is_said_also_after_something_else(string yes)
    {
        await _room.Bot.SayAsync("o-1", "班里有人欺负我");

        var again = await _room.Bot.SayAsync("o-1", "不知道该怎么说");
        Assert.All(["12355", "回复“要”"], part => Assert.Contains(part, again, StringComparison.Ordinal));
        Assert.Contains("代号", await _room.Bot.SayAsync("o-1", yes), StringComparison.Ordinal);

        Assert.Equal(HelpState.Open, (await OnlyAsync()).State);
    }

    [Fact]
    public async Task What_WeChat_heard_in_a_voice_is_judged_as_a_text()
    {
        var offered = await _room.Bot.Phone("o-1").Speaks("班里有人欺负我");
        var crisis = await _room.Bot.Phone("o-2").Speaks("我不想活了");

        Assert.All(["12355", "回复“要”"], part => Assert.Contains(part, offered.Text, StringComparison.Ordinal));
        Assert.Contains("值班的咨询员", crisis.Text, StringComparison.Ordinal);
        Assert.Equal(HelpUrgency.Crisis, (await OnlyAsync()).Urgency);
        Assert.DoesNotContain("12355", (await _room.Bot.Phone("o-3").Speaks("今天天气不错")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_promised_of_what_would_only_make_an_offer()
    {
        var (late, content) = (_room.Bot.Services.GetRequiredService<LateCries>(), _room.Bot.Services.GetRequiredService<Core.Content.ContentLibrary>());

        Assert.Contains("转到了告诉你", content.Reply(late.ApologyFor(Said("我不想活了"))), StringComparison.Ordinal);
        var offer = content.Reply(late.ApologyFor(Said("班里有人欺负我")));

        Assert.All(["12355", "12356", "110", "120"], number => Assert.Contains(number, offer, StringComparison.Ordinal));
        Assert.DoesNotContain("告诉你", offer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_be_a_minor_and_tells_of_being_hurt_is_laid_before_a_supervisor()
    {
        await _room.AskedAsync("o-1", "想找人说说", "7");

        await _room.Bot.SayAsync("o-1", "爸爸打我");

        var only = await OnlyAsync();
        Assert.Equal((HelpReportState.Open, HelpAlertKind.Report), (only.Report, (await AlertAsync()).Kind));
        Assert.NotNull(only.ReportDueAt);
    }

    [Fact]
    public async Task Where_nothing_can_be_stored_the_numbers_are_given_all_the_same()
    {
        await File.WriteAllTextAsync(Path.Combine(_room.Bot.Folder, "keys", "help"), "no folder");

        var said = await _room.Bot.SayAsync("o-1", "我不想活了");

        Assert.All(["没能转给咨询员", "12355", "12356", "110", "120"], part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("爸爸要打死我，还强奸我")]
    [InlineData("求助", "2", "爸爸要打死我，还强奸我")]
    [InlineData("邻居猥亵我", "要")]
    public async Task Harm_is_laid_before_a_supervisor_beside_danger_to_life_and_after_an_offer(params string[] texts)
    {
        await _room.Bot.SayAsync("o-1", texts);

        Assert.Equal(HelpReportState.Open, (await OnlyAsync()).Report);
    }

    [Fact]
    public async Task A_case_whose_key_is_gone_gives_way_to_another_and_nobody_is_met_with_silence()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        File.Delete(Directory.GetFiles(Path.Combine(_room.Bot.Folder, "keys", "help"), "*.key", SearchOption.AllDirectories).Single());

        Assert.Contains("值班的咨询员", await _room.Bot.SayAsync("o-1", "我不想活了"), StringComparison.Ordinal);

        var other = await _room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync(c => c.State == HelpState.Open));
        Assert.NotEqual(id, other.Id);
        Assert.Equal(HelpUrgency.Crisis, other.Urgency);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.CaseId == other.Id)));
        Assert.Equal(other.Id, (await AlertAsync()).CaseId);
    }

    [Fact]
    public async Task Without_the_key_store_nobody_is_met_with_silence_and_no_case_is_given_up()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        Directory.Move(Path.Combine(_room.Bot.Folder, "keys", "help"), Path.Combine(_room.Bot.Folder, "keys", "elsewhere"));

        Assert.Contains("没能转给咨询员", await _room.Bot.SayAsync("o-1", "我不想活了"), StringComparison.Ordinal);

        Assert.Equal((id, HelpState.Open), ((await OnlyAsync()).Id, (await OnlyAsync()).State));
    }

    [Fact]
    public async Task When_the_line_closes_what_has_begun_goes_on()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        await _room.Bot.RunAsync("staff", "leave", "sun");
        _room.Passes(TimeSpan.FromSeconds(5));
        Assert.Contains("没办法陪你谈", await _room.Bot.SayAsync("o-2", "求助"), StringComparison.Ordinal); // closed

        Assert.Contains("12356", await _room.Bot.SayAsync("o-1", "我不想活了"), StringComparison.Ordinal);

        Assert.Equal((id, HelpUrgency.Crisis), ((await OnlyAsync()).Id, (await OnlyAsync()).Urgency));
        await _room.RoundAsync();
        Assert.True((await AlertAsync()).Level > 0);
    }

    [Fact]
    public async Task What_could_not_be_stored_at_first_reaches_the_team_later_and_the_person_hears_of_it()
    {
        var blocked = Path.Combine(_room.Bot.Folder, "keys", "help");
        await File.WriteAllTextAsync(blocked, "no folder");
        await _room.Bot.SayAsync("o-1", "我不想活了");
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));

        File.Delete(blocked);
        await ComesAsync(db => db.Outbox.AnyAsync(m => m.Code == HelpOutbox.Late));

        Assert.Equal(HelpUrgency.Crisis, (await OnlyAsync()).Urgency);
        Assert.Equal(HelpAlertKind.Crisis, (await AlertAsync()).Kind);
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
        await _room.SendAllAsync();
        Assert.Contains(_room.Office.Given, g => g.To == "o-1" && g.Text.Contains("已经转给值班的咨询员", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_held_up_keeps_nobody_waiting_for_the_numbers()
    {
        await _room.Bot.SayAsync("o-1", "帮助");
        await using (await HoldUp.BeginAsync(_room.Bot))
        {
            var begun = TimeProvider.System.GetTimestamp();
            var said = await _room.Bot.SayAsync("o-1", "我不想活了");

            Assert.All(["没能转给咨询员", "12355", "12356", "110", "120"], part => Assert.Contains(part, said, StringComparison.Ordinal));
            Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 3.5);
        }

        await ComesAsync(db => db.HelpAlerts.AnyAsync());
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
    }

    [Fact]
    public async Task What_tells_of_danger_is_no_answer_to_the_question_for_a_name()
    {
        await _room.Bot.SayAsync("o-1", "求助", "2", "跳过", "跳过", "爸爸打我");

        Assert.Null((await OnlyAsync()).CalledSealed);
        Assert.Equal((1, HelpReportState.Open), (await _room.Bot.InDb(db => db.HelpMessages.CountAsync()), (await OnlyAsync()).Report));
    }

    [Fact]
    public async Task It_stands_in_no_list_of_texts_that_nobody_understood_and_in_no_log()
    {
        foreach (var openId in new[] { "o-1", "o-2", "o-3", "o-4" })
        {
            await _room.Bot.SayAsync(openId, "好绝望");
        }

        Assert.Equal(0, await _room.Bot.InDb(db => db.UnansweredTexts.CountAsync()));
        Assert.DoesNotContain("绝望", _room.Bot.Log.Text, StringComparison.Ordinal);
    }

    private async Task ComesAsync(Func<BotDb, Task<bool>> there)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !await _room.Bot.InDb(there);)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It does not come.");
            await Task.Delay(50);
        }
    }

    private static TextMessage Said(string text) => new(Fields.Of(("Content", text)));

    private Task<HelpCase> OnlyAsync() => _room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync());

    private Task<HelpAlert> AlertAsync() => _room.Bot.InDb(db => db.HelpAlerts.AsNoTracking().SingleAsync());

    private async Task AcknowledgeAsync()
    {
        await using var scope = _room.Bot.Services.CreateAsyncScope();
        var me = await HelpStaffKit.ViewerAsync(_room, scope, "zhao");
        Assert.False((await scope.ServiceProvider.GetRequiredService<HelpAlerts>().AcknowledgeAsync(me, (await AlertAsync()).Id, default)).IsRefused(out _));
    }
}
