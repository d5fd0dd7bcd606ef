using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>Many at once, and ends in between: a case is begun once, a reply goes out once, of two of the staff the second is told.</summary>
public sealed class HelpRaceTests : IAsyncLifetime
{
    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task Of_twenty_racers_one_begins_the_case_and_all_find_it()
    {
        var cases = await RaceAsync();

        Assert.Single(cases.Select(c => c.Id).Distinct());
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
        Assert.Single(_room.Bot.Services.GetRequiredService<CaseKeys>().All()); // the losers' keys are gone
    }

    [Fact]
    public async Task Without_the_index_several_would_be_begun()
    {
        await _room.Bot.InDb(db => db.Database.ExecuteSqlRawAsync("DROP INDEX ux_help_cases_open"));

        await RaceAsync();

        Assert.True(await _room.Bot.InDb(db => db.HelpCases.CountAsync()) > 1);
    }

    [Fact]
    public async Task Of_two_replies_to_the_same_state_one_goes_out_and_the_other_is_told()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var version = (await _room.OfAsync(id)).Version;

        var refusals = await Task.WhenAll(new[] { "zhao", "qian" }.Select(login
            => _room.RefusalAsync<HelpReplies, HelpPulse>(login, (replies, me) => replies.SendAsync(me, id, version, long.MaxValue, "我在", "form-" + login, default))));

        Assert.Equal([null, "help.changed"], refusals.Order(StringComparer.Ordinal));
        Assert.Equal(1, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Reply)));
    }

    [Fact]
    public async Task A_form_sent_twice_sends_one_reply_and_one_note()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var version = (await _room.OfAsync(id)).Version;
        for (var time = 0; time < 2; time++)
        {
            Assert.Null(await _room.RefusalAsync<HelpReplies, HelpPulse>("zhao", (replies, me) => replies.SendAsync(me, id, version, long.MaxValue, "我在", "form-1", default)));
            Assert.Null(await _room.RefusalAsync<HelpSteps, int>("zhao", (steps, me) => steps.NoteAsync(me, id, "先听", "form-2", default)));
        }

        Assert.Equal(2, await _room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.By == HelpSide.Staff)));
        Assert.Equal(1, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Reply)));
    }

    [Fact]
    public async Task Two_supervisors_acknowledge_an_alert_once()
    {
        await _room.Bot.Phone("o-1").Sends("我不想活了");
        var alert = await _room.Bot.InDb(db => db.HelpAlerts.Select(a => a.Id).SingleAsync());

        var refusals = await Task.WhenAll(new[] { "zhao", "qian" }.Select(login => _room.RefusalAsync<HelpAlerts, int>(login, (alerts, me) => alerts.AcknowledgeAsync(me, alert, default))));

        Assert.Equal([null, "help.changed"], refusals.Order(StringComparer.Ordinal));
    }

    /// <summary>The process ends after the key is on disk and before the row: the key belongs to nobody and goes after a day.</summary>
    [Fact]
    public async Task A_key_whose_case_was_never_stored_is_tidied_up_and_those_of_cases_stay()
    {
        await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var keys = _room.Bot.Services.GetRequiredService<CaseKeys>();
        using var loose = keys.Create();
        Assert.Equal(2, keys.All().Count());

        _room.Bot.Clock.Now = TimeProvider.System.GetUtcNow().AddDays(8); // the files' times are the disk's
        await _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);

        Assert.Null(keys.Open(loose.Id));
        Assert.Single(keys.All());
    }

    /// <summary>The process ends after the key is destroyed and before the rows go: nobody reads the case, and the next round ends it.</summary>
    [Fact]
    public async Task An_erasure_that_ended_half_way_is_finished_by_the_next()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.Answered));
        var before = await _room.OfAsync(id);
        _room.Bot.Services.GetRequiredService<CaseKeys>().Destroy(before.KeyId);
        Assert.Equal("help.erased", await _room.RefusalAsync<HelpCases, HelpThread>("zhao", (cases, me) => cases.ReadAsync(me, id, default)));

        _room.Passes(TimeSpan.FromDays(181));
        await _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);

        Assert.NotNull((await _room.OfAsync(id)).ErasedAt);
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
    }

    /// <summary>The process ends after the row of the case and before the message: WeChat's repeat brings it in.</summary>
    [Fact]
    public async Task A_case_whose_first_message_was_lost_takes_it_from_the_repeat()
    {
        var phone = _room.Bot.Phone("o-1");
        var account = await _room.Bot.Services.GetRequiredService<Accounts>().FindOrAddAsync(BotUnderTest.AppId, "o-1", default);
        await _room.Bot.Services.GetRequiredService<HelpIntake>().BeginAsync(account.Id, "lost", new HelpOpening(HelpTopic.Mind, HelpUrgency.Crisis, IsInDanger: true), default);

        await phone.Sends("我不想活了");

        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync()));
    }

    /// <summary>The round has read the case; in this moment its person answers.</summary>
    [Fact]
    public async Task A_start_that_is_answered_while_it_is_settled_is_not_dropped()
    {
        var phone = _room.Bot.Phone("o-1");
        await phone.Sends("求助");
        var seen = await _room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync());
        _room.Passes(TimeSpan.FromMinutes(9));
        await phone.Sends("2");

        await _room.Bot.Services.GetRequiredService<HelpIntake>().DropAsync(seen, default, unheardSince: _room.Bot.Clock.GetUtcNow().AddMinutes(-8));

        Assert.Equal(HelpStep.Urgency, (await _room.OfAsync(seen.Id)).Step);
    }

    /// <summary>The bot has found the case open; in this moment the counsellor closes it.</summary>
    [Fact]
    public async Task A_message_into_a_case_that_has_just_been_closed_is_not_stored_there()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var seen = await _room.OfAsync(id);
        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.Answered));

        var added = await _room.Bot.Services.GetRequiredService<HelpIntake>().AddAsync(seen, HelpInput.Words("我不想活了"), "late", null, danger: true, default);

        Assert.True(added.IsGone);
        Assert.Equal((null, HelpUrgency.Calm), ((await _room.OfAsync(id)).WaitingSince, (await _room.OfAsync(id)).Urgency));
        Assert.Equal(1, await _room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.By == HelpSide.Person)));
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync()));
    }

    [Fact]
    public async Task Twenty_cries_while_the_case_is_being_closed_all_reach_somebody()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        var (version, last, phone) = ((await _room.OfAsync(id)).Version, await _room.LastAsync(id), _room.Bot.Phone("o-1"));

        var cries = Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => phone.Sends($"我不想活了，第 {n} 次说"))));
        var refusal = await _room.RefusalAsync<HelpClosing, HelpState>("zhao", (closing, me) => closing.CloseAsync(me, id, version, last, HelpOutcome.Answered, default));
        var said = await cries;

        Assert.All(said, answer => Assert.Contains("12355", answer.Text, StringComparison.Ordinal));
        var isClosed = refusal is null && (await _room.OfAsync(id)).State == HelpState.Closed;
        var stored = await _room.Bot.InDb(db => (from message in db.HelpMessages join of in db.HelpCases on message.CaseId equals of.Id where message.By == HelpSide.Person && message.Id > last select of.State).ToListAsync());
        Assert.Equal(20, stored.Count);
        Assert.All(stored, state => Assert.Equal(HelpState.Open, state));
        Assert.Equal(isClosed ? 2 : 1, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
        Assert.Equal(HelpState.Open, await _room.Bot.InDb(db => (from alert in db.HelpAlerts join of in db.HelpCases on alert.CaseId equals of.Id where alert.AcknowledgedAt == null select of.State).SingleAsync()));
    }

    /// <summary>A message has found the account; before its case is stored the account is deleted.</summary>
    [Fact]
    public async Task A_case_begun_while_its_account_is_deleted_does_not_stay_open_without_one()
    {
        var kept = await _room.AskedAsync("o-2", "想问问租房合同", "1");
        await _room.Bot.SayAsync("o-1", "帮助");
        var account = await _room.Bot.Services.GetRequiredService<Accounts>().FindOrAddAsync(BotUnderTest.AppId, "o-1", default);
        await _room.Bot.SayAsync("o-1", "隐私 删除", "确认删除");
        var late = await _room.Bot.Services.GetRequiredService<HelpIntake>().BeginAsync(account.Id, "late", new HelpOpening(HelpTopic.Mind, HelpUrgency.Crisis, IsInDanger: true), default);

        await _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);

        Assert.NotNull((await _room.OfAsync(late.Id)).ErasedAt);
        Assert.Equal(HelpState.Closed, (await _room.OfAsync(late.Id)).State);
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.AcknowledgedAt == null)));
        Assert.Equal(HelpState.Open, (await _room.OfAsync(kept)).State);
        Assert.Single(_room.Bot.Services.GetRequiredService<CaseKeys>().All());
    }

    [Fact]
    public async Task A_case_whose_key_is_gone_does_not_stay_open_though_its_person_writes_nothing_more()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        _room.Bot.Services.GetRequiredService<CaseKeys>().Destroy((await _room.OfAsync(id)).KeyId);

        await _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);

        Assert.Equal(HelpState.Closed, (await _room.OfAsync(id)).State);
    }

    private async Task<HelpCase[]> RaceAsync()
    {
        var account = await _room.Bot.Services.GetRequiredService<Accounts>().FindOrAddAsync(BotUnderTest.AppId, "o-racer", default);
        var intake = _room.Bot.Services.GetRequiredService<HelpIntake>();
        using var start = new Barrier(20);
        return await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return intake.BeginAsync(account.Id, $"m{n}", null, default);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
    }
}
