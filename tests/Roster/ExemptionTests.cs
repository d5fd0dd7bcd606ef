using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>免学 by the day, and by rule from the 28th birthday; counters always equal a recount.</summary>
public sealed class ExemptionTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 11, 18);

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-1", "学生001", "S001", "一支部");
        await _bot.JoinsAsync("o-2", "学生002", "S002", "一支部");
        await _bot.StudiesAsync("o-2");
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task An_exemption_from_today_holds_at_once_and_takes_the_completion_out_of_the_rate()
    {
        Assert.Null(await AddAsync("学生002", Today, null));
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();

        await EndAsync("学生002");
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task An_exemption_to_come_begins_and_ends_with_its_days()
    {
        Assert.Null(await AddAsync("学生002", Today.AddDays(1), Today.AddDays(2)));
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());

        await AtAsync(ChinaTime.StartOf(Today.AddDays(1)));
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();

        await AtAsync(ChinaTime.StartOf(Today.AddDays(3)).AddSeconds(-1));
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());

        await AtAsync(ChinaTime.StartOf(Today.AddDays(3)).AddSeconds(20));
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
        var row = await _bot.InDb(db => db.Exemptions.SingleAsync());
        Assert.Equal((ChinaTime.StartOf(Today.AddDays(1)), ChinaTime.StartOf(Today.AddDays(3))), (row.Since, row.Until));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task That_it_ended_and_who_ended_it_are_stored_together_or_not_at_all(int inDays)
    {
        Assert.Null(await AddAsync("学生002", Today.AddDays(inDays), null));
        var before = await ShowsAsync();
        await _bot.InDb(db => db.Database.ExecuteTextAsync("ALTER TABLE audit_entries RENAME TO audit_entries_away", CancellationToken.None));

        await Assert.ThrowsAnyAsync<Exception>(() => EndAsync("学生002"));

        await _bot.InDb(db => db.Database.ExecuteTextAsync("ALTER TABLE audit_entries_away RENAME TO audit_entries", CancellationToken.None));
        Assert.Equal(before, await ShowsAsync());
        Assert.Null((await _bot.InDb(db => db.ExemptionPlans.AsNoTracking().SingleAsync())).ClosedAt);
        await EndAsync("学生002");
        Assert.Equal(1, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "exemption.ended" || a.Action == "exemption.taken-back")));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_came_due_while_nothing_ran_is_in_the_frozen_week_all_the_same()
    {
        await AddAsync("学生002", Today.AddDays(1), null);

        await _bot.FreezesAsync();

        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_comes_due_late_changes_no_week_that_is_settled()
    {
        await _bot.FreezesAsync();
        var row = await _bot.InDb(db => db.People.SingleAsync(p => p.Name == "学生002"));
        await _bot.InDb(async db =>
        {
            // As if it had been entered in time and the job had slept since.
            db.Add(new ExemptionPlan { PersonId = row.Id, Reason = "military", FromDay = Today.AddDays(1), MadeAt = TestClock.Start, MadeBy = "li" });
            await db.SaveChangesAsync();
        });

        await _bot.FreezeAsync();

        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        Assert.Equal(FigureSteps.Closes.ToUniversalTime(), (await _bot.InDb(db => db.Exemptions.SingleAsync())).Since);
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task From_the_28th_birthday_a_member_is_exempt()
    {
        await _bot.InDb(db => db.People.Where(p => p.Name == "学生002").ExecuteUpdateAsync(set => set.SetProperty(p => p.BirthDate, Today.AddYears(-28).AddDays(1))));
        await _bot.FreezeAsync();
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());

        await AtAsync(ChinaTime.StartOf(Today.AddDays(1)));

        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        Assert.Equal(ExemptionReasons.Age, (await _bot.InDb(db => db.Exemptions.SingleAsync())).Reason);
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Somebody_who_is_28_already_is_exempt_from_the_import_on()
    {
        await _bot.ImportAsync(Desk.Roster.Replace("学生003,2008-05-01", "学生003,1990-05-01", StringComparison.Ordinal)
            + "\n示例省/甲县/甲镇/一支部,支部,学生010,1995-05-01,,S010,团员,\n示例省/甲县/甲镇/一支部,支部,学生011,1995-05-01,,S011,青年,");
        Assert.Equal("6,2,1,0,0,0.2500", await ShowsAsync());
        await _bot.AgreesAsync();

        await _bot.ImportAsync(Desk.Roster);
        await AtAsync(ChinaTime.StartOf(Today.AddDays(1)));

        Assert.Equal("6,1,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Who_has_studied_and_turns_out_to_be_28_leaves_the_rate_with_the_completion()
    {
        await _bot.FreezeAsync(); // today's look at birthdays is over
        await _bot.ImportAsync(Desk.Roster.Replace("学生002,2008-05-01", "学生002,1990-05-01", StringComparison.Ordinal));
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();

        // And the other way, within a minute.
        await _bot.ImportAsync(Desk.Roster);
        await _bot.FreezeAsync();
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Who_is_28_and_serving_counts_as_exempt_once()
    {
        await _bot.InDb(db => db.People.Where(p => p.Name == "学生002").ExecuteUpdateAsync(set => set.SetProperty(p => p.BirthDate, Today.AddYears(-28))));
        await AddAsync("学生002", Today, Today.AddDays(1));
        await _bot.FreezeAsync();
        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());

        await AtAsync(ChinaTime.StartOf(Today.AddDays(2)));

        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Days_that_overlap_are_refused_and_so_are_the_past_and_words_outside_the_list()
    {
        Assert.Null(await AddAsync("学生002", Today.AddDays(3), Today.AddDays(5)));
        Assert.Equal("exemption.overlaps", await AddAsync("学生002", Today.AddDays(5), null));
        Assert.Equal("exemption.overlaps", await AddAsync("学生002", Today, null));
        Assert.Null(await AddAsync("学生002", Today, Today.AddDays(2)));
        Assert.Equal("exemption.past", await AddAsync("学生003", Today.AddDays(-1), null));
        Assert.Equal("exemption.reversed", await AddAsync("学生003", Today.AddDays(2), Today.AddDays(1)));
        Assert.Equal("exemption.reason", await AddAsync("学生003", Today, null, "ill"));
        Assert.Equal("exemption.reason", await AddAsync("学生003", Today, null, ExemptionReasons.Age));
        Assert.Equal("exemption.not-found", await AddAsync("学生009", Today, null));
    }

    [Fact]
    public async Task Of_twenty_that_enter_the_same_one_does_and_of_twenty_that_open_it_one_does()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => AddAsync("学生002", Today.AddDays(1), null))));
        Assert.Equal(1, added.Count(code => code is null));

        _bot.Clock.Now = ChinaTime.StartOf(Today.AddDays(1));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _bot.InDb(db => Switch.AdvanceAsync(db, CancellationToken.None)))));

        Assert.Equal("5,1,0,0,0,0.0000", await ShowsAsync());
        Assert.Equal(1, await _bot.InDb(db => db.Exemptions.CountAsync()));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task The_secretary_enters_and_takes_back_on_the_page_and_the_person_sees_the_own()
    {
        var phone = _bot.Phone("o-1");
        await phone.Browser.GetAsync((await phone.Sends("进度")).Link!);
        var page = $"/staff/organisations/{await _bot.OrganisationAsync("一支部")}/exemptions";
        var person = $"{await _bot.PersonAsync("学生002")}";

        var wrong = await Desk.PostToAsync(phone.Browser, page, page + "?handler=Add", ("PersonId", person), ("Reason", "military"), ("From", "2026-11-20"), ("To", "2026-11-19"));
        var said = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("结束日期不能早于开始日期", said, StringComparison.Ordinal);
        Assert.Contains("value=\"2026-11-19\"", said, StringComparison.Ordinal);
        Assert.Equal(302, (int)(await Desk.PostToAsync(phone.Browser, page, page + "?handler=Add", ("PersonId", person), ("Reason", "military"), ("From", "2026-11-20"), ("To", "2027-11-19"))).StatusCode);
        Assert.Contains("还没开始", await Desk.TextAsync(phone.Browser, page), StringComparison.Ordinal);

        var learner = _bot.Phone("o-2");
        await learner.Opens("我的");
        Assert.Contains("服兵役，2026-11-20 起，到 2027-11-19", await Desk.TextAsync(learner.Browser, "/y/me"), StringComparison.Ordinal);

        var plan = await _bot.InDb(db => db.ExemptionPlans.Select(p => p.Id).SingleAsync());
        Assert.Equal(302, (int)(await Desk.PostToAsync(phone.Browser, page, page + "?handler=End", ("plan", $"{plan}"))).StatusCode);
        Assert.Equal(0, await _bot.InDb(db => db.ExemptionPlans.CountAsync()));
        Assert.Equal(["exemption.added", "exemption.taken-back"], await _bot.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("exemption.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()));
    }

    [Fact]
    public async Task Those_above_see_no_names_where_a_secretary_could_act_and_act_where_none_could()
    {
        var officer = (await Desk.JoinAsync(_bot, "li")).Browser;
        var led = $"/staff/organisations/{await _bot.OrganisationAsync("一支部")}/exemptions";
        var alone = $"/staff/organisations/{await _bot.OrganisationAsync("二支部")}/exemptions";

        Assert.DoesNotContain("学生0", await Desk.TextAsync(officer, led), StringComparison.Ordinal);
        var token = await Desk.TokenAsync(officer, alone);
        var refused = await Desk.SendFormAsync(officer, led + "?handler=Add", ("PersonId", $"{await _bot.PersonAsync("学生003")}"), ("Reason", "abroad"), ("From", "2026-11-18"), ("__RequestVerificationToken", token));
        Assert.Equal(404, (int)refused.StatusCode);
        Assert.Equal(302, (int)(await Desk.PostToAsync(officer, alone, alone + "?handler=Add", ("PersonId", $"{await _bot.PersonAsync("学生007")}"), ("Reason", "abroad"), ("From", "2026-11-18"))).StatusCode);
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task One_that_is_taken_back_while_it_begins_leaves_nothing_that_nobody_can_end()
    {
        Assert.Null(await AddAsync("学生002", Today.AddDays(1), null));
        var plan = await _bot.InDb(db => db.ExemptionPlans.Select(p => p.Id).SingleAsync());
        _bot.Clock.Now = ChinaTime.StartOf(Today.AddDays(1));
        if (_bot.Provider == DatabaseProvider.Sqlite)
        {
            return; // it has one writer: nobody is in the middle
        }

        Task<bool> opened = null!;
        await _bot.InDb(async db =>
        {
            // Deletes it after the other has read it and before it is marked as begun.
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.ExemptionPlans.ExecuteDeleteAsync();
            opened = Task.Run(() => _bot.InDb(other => Switch.OpenAsync(other, plan, CancellationToken.None)));
            await Task.WhenAny(opened, Task.Delay(1500));
            await transaction.CommitAsync();
        });

        Assert.False(await opened);
        Assert.Equal(0, await _bot.InDb(db => db.Exemptions.CountAsync()));
        Assert.Equal("5,0,1,0,0,0.2000", await ShowsAsync());
    }

    [Fact]
    public async Task Taking_back_waits_for_whoever_has_the_person()
    {
        Assert.Null(await AddAsync("学生002", Today.AddDays(1), null));
        if (_bot.Provider == DatabaseProvider.Sqlite)
        {
            return;
        }

        Task ended = null!;
        await _bot.InDb(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Core.Lessons.Standings.LockPersonAsync(db, await _bot.PersonAsync("学生002"), CancellationToken.None);
            ended = Task.Run(() => EndAsync("学生002"));
            Assert.NotSame(ended, await Task.WhenAny(ended, Task.Delay(1000)));
        });

        await ended;
        Assert.Equal(0, await _bot.InDb(db => db.ExemptionPlans.CountAsync()));
    }

    [Fact]
    public async Task Of_those_who_begin_and_take_back_at_once_every_exemption_left_has_a_plan()
    {
        for (var round = 0; round < 5; round++)
        {
            var day = Today.AddDays(round + 1);
            Assert.Null(await AddAsync("学生002", day, day));
            var (branch, plan) = (await _bot.OrganisationAsync("一支部"), await _bot.InDb(db => db.ExemptionPlans.MaxAsync(p => p.Id)));
            _bot.Clock.Now = ChinaTime.StartOf(day);

            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => _ = i % 2 == 0
                ? await _bot.InDb(db => Switch.AdvanceAsync(db, CancellationToken.None))
                : (await _bot.DoAsync<Exemptions, Result<bool>>(e => e.EndAsync(plan, [branch], "s", CancellationToken.None))).IsRefused(out _) ? 0 : 1)));

            Assert.Equal(0, await _bot.InDb(db => db.Exemptions.CountAsync(e => !db.ExemptionPlans.Any(p => p.ExemptionId == e.Id))));
        }
    }

    [Fact]
    public async Task One_that_cannot_begin_or_end_holds_up_neither_the_others_nor_the_freezing()
    {
        await AddAsync("学生002", Today, Today.AddDays(1));
        await AddAsync("学生003", Today.AddDays(1), null);
        await AddAsync("学生004", Today.AddDays(1), null);
        var broken = await _bot.PersonAsync("学生003");
        await _bot.InDb(async db =>
        {
            await db.ExemptionPlans.Where(p => p.ExemptionId != null).ExecuteUpdateAsync(set => set.SetProperty(p => p.ExemptionId, 999_999));
            string[] faults = _bot.Provider == DatabaseProvider.Sqlite
                ? [$"CREATE TRIGGER broken BEFORE INSERT ON exemptions WHEN NEW.person_id = {broken} BEGIN SELECT RAISE(ABORT, 'broken'); END"]
                :
                [
                    "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'",
                    $"CREATE TRIGGER broken BEFORE INSERT ON exemptions FOR EACH ROW WHEN (NEW.person_id = {broken}) EXECUTE FUNCTION broken()",
                ];
            foreach (var sql in faults)
            {
                await db.Database.ExecuteTextAsync(sql, CancellationToken.None);
            }
        });

        await _bot.FreezesAsync();

        Assert.Equal(1, await _bot.InDb(db => db.Freezes.CountAsync(f => f.FrozenAt != null)));
        Assert.Equal(1, await _bot.InDb(async db => await db.Exemptions.CountAsync(e => e.PersonId == db.People.First(p => p.Name == "学生004").Id)));
        Assert.NotNull(await _bot.InDb(db => db.ExemptionPlans.Where(p => p.ExemptionId == 999_999).Select(p => p.ClosedAt).SingleAsync()));
        Assert.Contains("An exemption could not be begun or ended", _bot.Log.Text, StringComparison.Ordinal);
    }

    private ExemptionSwitch Switch => (ExemptionSwitch)_bot.Services.GetService(typeof(ExemptionSwitch))!;

    private async Task AtAsync(DateTimeOffset instant)
    {
        _bot.Clock.Now = instant;
        await _bot.FreezeAsync();
    }

    private Task<string> ShowsAsync() => _bot.ShowsAsync("示例省/甲县/甲镇/一支部");

    /// <returns>Why not, or null.</returns>
    private Task<string?> AddAsync(string name, DateOnly from, DateOnly? to, string reason = "military") => _bot.ExemptsAsync(name, "一支部", from, to, reason);

    private Task EndAsync(string name) => _bot.EndsExemptionAsync(name, "一支部");
}
