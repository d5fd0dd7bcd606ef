using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class TransferRaceTests : IAsyncLifetime
{
    private const int Racers = 20;

    private BotUnderTest _bot = null!;
    private int _first;
    private int _second;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        (_first, _second) = (await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Of_twenty_who_accept_at_once_one_has_accepted_and_the_person_moves_once()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        var answers = await RaceAsync(_ => _bot.AcceptAsync(id, _second));

        Assert.Equal(1, answers.Count(a => a is null));
        Assert.Equal(Racers - 1, answers.Count(a => a == Transfers.Decided));
        Assert.Equal(2, await _bot.InDb(async db => await db.Memberships.CountAsync(m => m.PersonId == db.People.First(p => p.Name == "学生002").Id)));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Without_the_condition_in_the_statement_more_than_one_would_have_accepted()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        Assert.True(await LookingFirst.RaceAsync(
            _bot,
            async (db, _) => await db.Transfers.Where(t => t.Id == id && t.State == TransferState.Waiting).Select(t => (int?)t.Id).FirstOrDefaultAsync(),
            (db, _, _) => db.Transfers.Where(t => t.Id == id).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TransferState.Accepted))) > 1);
    }

    [Fact]
    public async Task Of_twenty_who_release_accept_refuse_and_withdraw_at_once_the_outcome_is_one()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);

        var answers = await RaceAsync(i => (i % 3) switch
        {
            0 => _bot.AcceptAsync(id, _second),
            1 => _bot.RefuseAsync(id, TransferReason.Other, _second),
            _ => _bot.DecideAsync(t => t.WithdrawAsync(id, [_first], "s", CancellationToken.None)),
        });

        // Refused, it may still be withdrawn.
        Assert.InRange(answers.Count(a => a is null), 1, 2);
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Of_twenty_who_release_the_same_person_one_has_released()
    {
        var answers = await RaceAsync(async _ => (await _bot.ReleaseAsync("学生002", _first, _second, _first)).Refusal);

        Assert.Equal(1, answers.Count(a => a is null));
        Assert.Equal(Racers - 1, answers.Count(a => a == Transfers.Open));
    }

    [Fact]
    public async Task A_completion_that_races_with_the_acceptance_counts_once_where_the_person_ends_up()
    {
        await _bot.InDb(async db =>
        {
            db.Add(Samples.Lesson(_bot.Clock.Now));
            await db.SaveChangesAsync();
        });
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        var phone = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var person = await _bot.PersonAsync("学生002");
        var at = _bot.Clock.Now;

        // What is finished before may be written after: clocks of two machines differ, too.
        _bot.Clock.Now += TimeSpan.FromMilliseconds(5);
        for (var round = 0; round < 5; round++)
        {
            var (from, to) = round % 2 == 0 ? (_first, _second) : (_second, _first);
            var (id, _) = await _bot.ReleaseAsync("学生002", from, to, from);
            await RaceAsync(i => i % 2 == 0 ? _bot.AcceptAsync(id, to) : CompleteAsync(lesson, person, at, i));
            Assert.Equal(1, await _bot.InDb(db => db.Completions.CountAsync()));
            Assert.Equal((to, Standing.Member), await _bot.InDb(async db => await db.Completions.Select(c => new { c.OrganisationId, c.Standing }).SingleAsync() is { } c ? (c.OrganisationId, c.Standing) : default));
            await _bot.AssertConsistentAsync();
            await _bot.InDb(async db =>
            {
                await db.Completions.ExecuteDeleteAsync();
                await db.Tallies.ExecuteDeleteAsync();
            });
        }

        Assert.NotNull(phone);
    }

    [Fact]
    public async Task A_completion_written_after_the_acceptance_counts_at_the_new_branch_though_it_was_finished_before()
    {
        await _bot.InDb(async db =>
        {
            db.Add(Samples.Lesson(_bot.Clock.Now));
            await db.SaveChangesAsync();
        });
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        var finished = _bot.Clock.Now;
        _bot.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(await _bot.AcceptAsync(id, _second));

        await CompleteAsync(lesson, await _bot.PersonAsync("学生002"), finished, 1);

        Assert.Equal(_second, await _bot.InDb(db => db.Completions.Select(c => c.OrganisationId).SingleAsync()));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task A_release_that_races_with_an_import_that_moves_the_person_leaves_nothing_open()
    {
        var third = await _bot.OrganisationAsync("三支部");
        for (var round = 0; round < 4; round++)
        {
            var (path, from, to) = round % 2 == 0 ? ("示例省/乙县/三支部", _first, _second) : ("示例省/甲县/甲镇/一支部", third, _second);
            await Task.WhenAll(
                Task.Run(() => _bot.ReleaseAsync("学生002", from, to, from)),
                Task.Run(() => _bot.ImportAsync($"组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n{path},支部,学生002,2008-05-01,,S002,团员\n")));
            Assert.Equal(0, await _bot.InDb(db => db.Transfers.CountAsync(t => t.EndedAt == null)));
            await _bot.AssertConsistentAsync();
        }
    }

    [Fact]
    public async Task People_who_are_accepted_while_their_new_branch_is_merged_away_end_up_where_it_went()
    {
        var third = await _bot.OrganisationAsync("三支部");
        var ids = new List<int>();
        foreach (var name in new[] { "学生001", "学生002", "学生003", "学生004" })
        {
            ids.Add((await _bot.ReleaseAsync(name, _first, _second, _first)).Id);
        }

        var merged = Task.Run(() => _bot.DoAsync<Mergers, Result<bool>>(m => m.MergeAsync(_second, third, new Reorganiser("operator", null), CancellationToken.None)));
        var accepted = await Task.WhenAll(ids.Select(id => Task.Run(() => _bot.AcceptAsync(id, _second))));
        Assert.False((await merged).IsRefused(out _));

        Assert.All(accepted, a => Assert.True(a is null || a == Transfers.NotFound || a == Transfers.NoSuchPlace, a?.Code));
        Assert.Equal(accepted.Count(a => a is null) + 4, await _bot.InDb(db => db.Memberships.CountAsync(m => m.OrganisationId == third && m.Until == null)));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task A_merge_waits_for_somebody_who_is_just_being_put_into_the_branch()
    {
        if (_bot.Provider == DatabaseProvider.Sqlite)
        {
            return; // it has one writer: nobody is in the middle
        }

        var third = await _bot.OrganisationAsync("三支部");
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        var person = await _bot.PersonAsync("学生002");
        Task<Refusal?> accepted = null!;
        Task<Result<bool>> merged = null!;
        await _bot.InDb(async db =>
        {
            // Stops the acceptance after it has read where the person goes.
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"SELECT id FROM memberships WHERE person_id = {person} FOR UPDATE");
            accepted = Task.Run(() => _bot.AcceptAsync(id, _second));
            await Task.Delay(1500);
            merged = Task.Run(() => _bot.DoAsync<Mergers, Result<bool>>(m => m.MergeAsync(_second, third, new Reorganiser("operator", null), CancellationToken.None)));
            await Task.WhenAny(merged, Task.Delay(3000));
            await transaction.RollbackAsync();
        });

        Assert.Null(await accepted);
        Assert.False((await merged).IsRefused(out _));
        Assert.Equal(third, await _bot.PlaceAsync("学生002"));
        await _bot.AssertConsistentAsync();
    }

    private static async Task<Refusal?[]> RaceAsync(Func<int, Task<Refusal?>> run) => await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(() => run(i))));

    private async Task<Refusal?> CompleteAsync(int lesson, int person, DateTimeOffset at, int racer)
    {
        await _bot.WritesAsync(lesson, person, at, racer);
        return null;
    }
}
