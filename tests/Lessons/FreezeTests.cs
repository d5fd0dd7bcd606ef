using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

/// <summary>A closed week is counted once and then stays.</summary>
public sealed class FreezeTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市,盟市,,,,,
        示例市/示例中学/一班,支部,学生001,2009-01-01,,M001,团员
        示例市/示例中学/一班,支部,学生002,2009-01-02,,M002,团员
        示例市/示例中学/一班,支部,学生003,2009-01-03,,M003,团员
        示例市/示例中学/二班,支部,学生004,2009-01-04,,M004,团员
        """;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.JoinsAsync("o-1", "学生001", "M001", "一班");
        await _bot.StudiesAsync("o-1");
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task A_week_is_frozen_half_an_hour_after_closing_and_says_from_what()
    {
        _bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromMinutes(30);
        await _bot.FreezeAsync();
        Assert.Empty(await FreezesAsync());

        await _bot.FreezesAsync();

        var freeze = Assert.Single(await FreezesAsync());
        Assert.Equal(FigureSteps.Closes.ToUniversalTime(), freeze.AsOf);
        Assert.Equal(_bot.Clock.GetUtcNow(), freeze.FrozenAt);
        Assert.Equal("roster and completions at closing: 4 organisations, 4 memberships, 0 exempt, 1 completions", freeze.Source);
        var rows = await _bot.InDb(db => db.FrozenFigures.AsNoTracking().OrderBy(f => f.OrganisationId).Select(f => $"{f.OwnMembers} {f.OwnCompleted} {f.Members} {f.Completed}").ToListAsync());
        Assert.Equal(["0 0 4 1", "0 0 4 1", "3 1 3 1", "1 0 1 0"], rows);
        Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例市"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Who_began_before_closing_and_finished_within_the_grace_is_in_the_frozen_figure()
    {
        await _bot.JoinsAsync("o-2", "学生002", "M002", "一班");
        _bot.Clock.Now = FigureSteps.Closes - TimeSpan.FromSeconds(10);
        var learner = await _bot.Phone("o-2").Opens("学习");
        await learner.Begins();
        await learner.StudiesFor(60);
        _bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromMinutes(29);
        Assert.False((await learner.Finishes()).Body.GetProperty("late").GetBoolean());

        await _bot.FreezesAsync();

        Assert.Equal("4,0,2,0,0,0.5000", await _bot.ShowsAsync("示例市"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_is_written_after_the_seal_is_late_whatever_its_attempt_said()
    {
        await _bot.JoinsAsync("o-2", "学生002", "M002", "一班");
        await _bot.FreezesAsync();
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        var person = await _bot.PersonAsync("学生002");

        var stored = await _bot.Services.GetRequiredService<WriteQueue>().WriteAsync(
            _bot.Services.GetRequiredService<CompletionWriter>(),
            new NewCompletion(lesson, person, FigureSteps.Closes, FigureSteps.Closes.AddMilliseconds(-1), Late: false, "0000000000000001"),
            CancellationToken.None);

        Assert.True(stored!.Late);
        Assert.Equal("4,0,1,1,0,0.2500", await _bot.ShowsAsync("示例市"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task What_moves_merges_closes_or_begins_between_closing_and_freezing_does_not_show_in_the_week()
    {
        await _bot.ImportAsync(Roster + "\n示例市/另一中学/三班/一组,支部,学生005,2009-01-05,,M005,团员\n示例市/另一中学/四班,支部,,,,,\n");
        var before = await ShownAsync();
        _bot.Clock.Now = FigureSteps.Closes + TimeSpan.FromMinutes(1);
        var (one, two, other, school) = (await _bot.OrganisationAsync("一班"), await _bot.OrganisationAsync("二班"), await _bot.OrganisationAsync("另一中学"), await _bot.OrganisationAsync("示例中学"));
        var by = new Reorganiser("operator", null);
        await ChangeAsync<Reorganising>(r => r.MoveAsync(one, other, by, default));
        await ChangeAsync<Mergers>(async m => await m.MergeAsync(await _bot.OrganisationAsync("三班"), two, by, default));
        await ChangeAsync<Mergers>(m => m.SplitAsync(new SplitAsked(two, "五班", OrganisationKind.Branch, []), by, default));
        await ChangeAsync<Reorganising>(async r => await r.CloseAsync(await _bot.OrganisationAsync("四班"), by, default));
        Assert.Equal(before, await ShownAsync());

        await _bot.FreezesAsync();

        Assert.Equal(before, await ShownAsync());
        Assert.Equal(school, await _bot.InDb(db => db.FrozenFigures.Where(f => f.OrganisationId == one).Select(f => f.ParentId).SingleAsync()));
        Assert.False(await _bot.InDb(db => db.FrozenFigures.AnyAsync(f => db.Organisations.Any(o => o.Id == f.OrganisationId && o.Name == "五班"))));
        await _bot.AgreesAsync();

        async Task ChangeAsync<T>(Func<T, Task<Result<bool>>> change)
            where T : notnull
        {
            Assert.False((await _bot.DoAsync(change)).IsRefused(out var refusal), refusal?.Code);
            _bot.Clock.Now += TimeSpan.FromSeconds(3);
        }
    }

    [Fact]
    public async Task Of_twenty_that_freeze_at_once_one_does()
    {
        _bot.Clock.Now = FigureSteps.Closes + Freezes.After;

        var frozen = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _bot.DoAsync<Freezes, int>(f => f.FreezeDueAsync(CancellationToken.None)))));

        Assert.Equal(1, frozen.Sum());
        Assert.Equal(4, await _bot.InDb(db => db.FrozenFigures.CountAsync()));
    }

    [Fact]
    public async Task Without_the_condition_in_the_statement_more_than_one_would_have_frozen()
    {
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        await _bot.InDb(async db =>
        {
            db.Add(new Freeze { LessonId = lesson, AsOf = FigureSteps.Closes, SealedAt = _bot.Clock.Now });
            await db.SaveChangesAsync();
        });

        Assert.True(await LookingFirst.RaceAsync(
            _bot,
            async (db, _) => await db.Freezes.Where(f => f.LessonId == lesson && f.FrozenAt == null).Select(f => (int?)f.LessonId).FirstOrDefaultAsync(),
            (db, _, _) => db.Freezes.Where(f => f.LessonId == lesson).ExecuteUpdateAsync(set => set.SetProperty(f => f.FrozenAt, _bot.Clock.Now))) > 1);
    }

    [Fact]
    public async Task A_freeze_cut_at_any_step_leaves_nothing_and_the_next_one_makes_it_whole()
    {
        _bot.Clock.Now = FigureSteps.Closes + Freezes.After;
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        foreach (var step in new[] { 0.1, 0.4, 0.5, 0.6, 0.7, 0.9 })
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => _bot.DoAsync<Freezes, bool>(f => f.FreezeAsync(lesson, FigureSteps.Closes, new Cut(step), CancellationToken.None)));

            Assert.Equal(0, await _bot.InDb(db => db.FrozenFigures.CountAsync()));
            Assert.Equal(0, await _bot.InDb(db => db.Freezes.CountAsync(f => f.FrozenAt != null)));
            Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例市"));
        }

        await Assert.ThrowsAsync<OperationCanceledException>(() => _bot.DoAsync<Freezes, bool>(f => f.FreezeAsync(lesson, FigureSteps.Closes, new Cut(1), CancellationToken.None)));
        Assert.Equal(4, await _bot.InDb(db => db.FrozenFigures.CountAsync()));
        Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例市"));
    }

    [Fact]
    public async Task An_old_week_stays_where_it_happened_when_the_tree_changes()
    {
        await _bot.FreezesAsync();
        await _bot.ImportAsync(Roster.Replace("示例市/示例中学/一班,支部,学生001", "示例市/新学校/新班,支部,学生001", StringComparison.Ordinal));
        await _bot.InDb(async db =>
        {
            // A branch moves to another school.
            var (branch, school) = (await db.Organisations.SingleAsync(o => o.Name == "二班"), await db.Organisations.SingleAsync(o => o.Name == "新学校"));
            branch.ParentId = school.Id;
            await OrganisationTree.TouchAsync(db, CancellationToken.None);
            await db.SaveChangesAsync();
        });
        _bot.Clock.Now += TimeSpan.FromSeconds(5);

        Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例市/示例中学"));
        Assert.Equal("3,0,1,0,0,0.3333", await _bot.ShowsAsync("示例市/示例中学/一班"));
        Assert.Equal("1,0,0,0,0,0.0000", await _bot.ShowsAsync("示例市/示例中学/二班"));
        Assert.Equal(1, (await _bot.RunAsync("tally", "show", "--period", "9-2", "--under", "示例市/新学校")).Code);
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Late_study_and_new_visitors_are_added_to_a_frozen_week_beside_its_rate()
    {
        await _bot.JoinsAsync("o-2", "学生002", "M002", "一班");
        await _bot.FreezesAsync();
        Assert.True((await _bot.StudiesAsync("o-2")).Body.GetProperty("late").GetBoolean());
        await _bot.StudiesAsync("o-9");

        Assert.Equal("4,0,1,1,1,0.2500", await _bot.ShowsAsync("示例市"));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task Nothing_is_frozen_before_there_is_a_roster()
    {
        await using var bot = await BotUnderTest.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await bot.FreezesAsync();
        Assert.Equal(0, await bot.InDb(db => db.Freezes.CountAsync()));

        await bot.ImportAsync(Roster);
        await bot.FreezeAsync();

        Assert.Equal("4,0,0,0,0,0.0000", await bot.ShowsAsync("示例市"));
    }

    [Fact]
    public async Task Who_comes_on_a_roster_first_while_the_first_file_is_stored_does_not_change_a_week_that_froze_meanwhile()
    {
        await using var bot = await BotUnderTest.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        await bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市,盟市,,,,,\n示例市/示例中学/一班,支部,,,,,\n");
        var (branch, code) = await bot.InDb(async db => await db.Organisations.Where(o => o.Name == "一班").Select(o => new { o.Id, o.JoinCode }).SingleAsync() is { } o ? (o.Id, o.JoinCode) : default);
        await bot.SayAsync("o-9", $"绑定 {code} 学生009 1234", "同意");
        var request = await bot.InDb(db => db.JoinRequests.Select(r => r.Id).SingleAsync());
        var came = false;

        var imported = await bot.ImportAsync(Roster, progress: new Acts(() =>
        {
            if (!came && bot.InDb(async db => await db.Memberships.IgnoreQueryFilters().AnyAsync(m => m.ImportId != null) && await db.RosterImports.AnyAsync(i => i.CommittedAt == null)).Result)
            {
                came = true;
                Assert.False(bot.DoAsync<TrayJoins, Result<bool>>(t => t.AcceptAsNewAsync(request, [branch], PersonCategory.Member, "s", default)).Result.IsRefused(out _));
                bot.FreezesAsync().Wait();
            }
        }));

        Assert.Equal((true, 4), (came, imported.PeopleNew));
        Assert.Equal(1, await bot.InDb(db => db.Freezes.CountAsync(f => f.FrozenAt != null)));
        Assert.True(await bot.InDb(db => db.Memberships.AllAsync(m => m.Since >= TestClock.Start)));
        await bot.AgreesAsync();
    }

    [Fact]
    public async Task A_file_that_makes_somebody_28_in_a_week_that_has_closed_comes_before_its_freezing_or_after()
    {
        if (_bot.Provider == DatabaseProvider.Sqlite)
        {
            return; // it has one writer: nobody is in the middle
        }

        _bot.Clock.Now = FigureSteps.Closes + Freezes.After;
        var held = new TaskCompletionSource();
        var holds = Task.Run(() => _bot.InDb(async db =>
        {
            // Stops the commit after it has read since when it may exempt somebody.
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"LOCK TABLE exemptions IN SHARE MODE");
            await held.Task;
        }));
        var imports = Task.Run(() => _bot.ImportAsync(Roster.Replace("学生002,2009", "学生002,1990", StringComparison.Ordinal)));
        await Task.Delay(2000);
        var freezes = Task.Run(() => _bot.FreezeAsync());
        await Task.WhenAny(freezes, Task.Delay(3000));
        Assert.False(imports.IsCompleted);
        held.SetResult();
        await Task.WhenAll(holds, imports, freezes);

        Assert.Equal(1, (await imports).PeopleChanged);
        Assert.Equal(1, await _bot.InDb(db => db.Freezes.CountAsync(f => f.FrozenAt != null)));
        await _bot.AgreesAsync();
    }

    [Fact]
    public async Task A_recount_reports_what_differs_from_the_frozen_rows_and_changes_none_of_them()
    {
        await _bot.FreezesAsync();
        await _bot.InDb(db => db.Memberships.Where(m => db.People.Any(p => p.Id == m.PersonId && p.Name == "学生004")).ExecuteUpdateAsync(set => set.SetProperty(m => m.Until, FigureSteps.Closes.AddDays(-1))));

        var ran = await _bot.RunAsync("tally", "rebuild", "--period", "9-2");

        Assert.Equal((1, "1 frozen period differs from a recount; frozen figures are never changed."), (ran.Code, ran.Error.Trim()));
        var said = ran.Out;
        Assert.Contains("9-2: frozen, 1 organisations differ from a recount", said, StringComparison.Ordinal);
        Assert.Contains("示例市/示例中学/二班: shown 0 of 1 - 0, recounted 0 of 0 - 0", said, StringComparison.Ordinal);
        Assert.Equal("4,0,1,0,0,0.2500", await _bot.ShowsAsync("示例市"));
    }

    [Theory]
    [InlineData("completed = members - exempt", "示例市 with all below: shown 4 of 4 - 0, recounted 1 of 4 - 0")]
    [InlineData("members = 3", "示例市 with all below: shown 1 of 3 - 0, recounted 1 of 4 - 0")]
    [InlineData("exempt = 1", "示例市 with all below: shown 1 of 4 - 1, recounted 1 of 4 - 0")]
    public async Task A_recount_looks_at_the_sums_that_are_shown_too(string wrong, string said)
    {
        await _bot.FreezesAsync();
        await _bot.AgreesAsync();
        await _bot.InDb(db => db.Database.ExecuteTextAsync($"UPDATE frozen_figures SET {wrong} WHERE parent_id IS NULL", CancellationToken.None));

        var ran = await _bot.RunAsync("tally", "rebuild", "--period", "9-2");

        Assert.Equal(1, ran.Code);
        Assert.Contains("9-2: frozen, 1 organisations differ from a recount", ran.Out, StringComparison.Ordinal);
        Assert.Contains(said, ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recount_notices_a_branch_that_hangs_elsewhere_than_when_it_was_frozen()
    {
        await _bot.FreezesAsync();
        var (branch, root) = (await _bot.OrganisationAsync("二班"), await _bot.OrganisationAsync("示例市"));
        await _bot.InDb(db => db.Database.ExecuteTextAsync($"UPDATE frozen_figures SET parent_id = {root} WHERE organisation_id = {branch}", CancellationToken.None));

        var ran = await _bot.RunAsync("tally", "rebuild", "--period", "9-2");

        Assert.Equal(1, ran.Code);
        Assert.Contains("9-2: frozen, 2 organisations differ from a recount", ran.Out, StringComparison.Ordinal);
    }

    /// <summary>Every organisation of the week with its figure, in tree order.</summary>
    private async Task<string> ShownAsync()
    {
        var period = await _bot.DoAsync<Figures, PeriodFigures>(async f => await f.ReadAsync((await _bot.Services.GetRequiredService<LessonShelf>().FindAsync(new LessonId(9, 2), default))!, default));
        return string.Join('\n', period.Tree.Nodes.Select(n => $"{n.Path} {period.Figures[n.Id]}").Order(StringComparer.Ordinal));
    }

    private Task<List<Freeze>> FreezesAsync() => _bot.InDb(db => db.Freezes.AsNoTracking().ToListAsync());

    private sealed class Acts(Action act) : IProgress<double>
    {
        public void Report(double value) => act();
    }

    /// <summary>The process ends after this step.</summary>
    private sealed class Cut(double step) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value == step)
            {
                throw new OperationCanceledException();
            }
        }
    }
}
