using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>What waits in the tray of a branch that is merged or closed.</summary>
public sealed class MovedRequestTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n";

    private BotUnderTest _bot = null!;
    private int _first;
    private int _second;
    private int _other;
    private int _third;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        _first = await _bot.OrganisationAsync("一支部");
        _second = await _bot.OrganisationAsync("二支部");
        _other = await _bot.OrganisationAsync("乙县");
        _third = await _bot.OrganisationAsync("三支部");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task The_secretary_of_the_branch_that_it_was_merged_into_finds_and_decides_all_of_it()
    {
        await SecretaryTests.BoundAsync(_bot, "o-6", "二支部", "学生006", "S006"); // those above are not asked there
        await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await ScopeTests.WishAsync(_bot, "o-9", "一支部");
        await _bot.SayAsync("o-2", "隐私 更正", "出生日期写错了。");
        await _bot.SayAsync("o-2", "申诉", "1", "1");
        Assert.Equal(1, (await _bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生003,,,,团员\n")).Ambiguous);

        await MergeAsync();

        Assert.Equal(2, await _bot.DoAsync<Tray, int>(t => t.CountAsync([_second], CancellationToken.None)));
        var appeal = Assert.Single((await _bot.DoAsync<Appeals, FirstRows<AppealItem>>(a => a.OpenAsync([_second], null, 9, CancellationToken.None))).Items);
        Assert.Null(await RefusedAsync<Appeals>(a => a.DecideAsync(appeal.Id, [_second], AppealOutcome.NoRecord, null, "s", CancellationToken.None)));
        var doubt = Assert.Single((await _bot.DoAsync<RosterDoubts, FirstRows<DoubtItem>>(d => d.OpenAsync([_second], null, 9, CancellationToken.None))).Items);
        Assert.Null(await RefusedAsync<RosterDoubts>(d => d.AcceptAsync(doubt.Id, [_second], _bot.PersonAsync("学生003").Result, "s", CancellationToken.None)));
        Assert.Equal(_second, await _bot.PlaceAsync("学生003"));
    }

    [Fact]
    public async Task A_branch_closes_only_when_every_appeal_and_every_doubt_has_been_answered()
    {
        await SecretaryTests.BoundAsync(_bot, "o-9", "三支部", "学生009", "S009");
        await _bot.SayAsync("o-9", "申诉", "1", "1");
        var (transfer, _) = await _bot.ReleaseAsync("学生009", _third, _first, _third);
        Assert.Null(await _bot.AcceptAsync(transfer, _first));

        Assert.Equal(Reorganising.NotEmpty, await CloseAsync());
        var appeal = Assert.Single((await _bot.DoAsync<Appeals, FirstRows<AppealItem>>(a => a.OpenAsync([_other], null, 9, CancellationToken.None))).Items);
        Assert.Null(await RefusedAsync<Appeals>(a => a.DecideAsync(appeal.Id, [_other], AppealOutcome.NoRecord, null, "s", CancellationToken.None)));
        Assert.Equal(2, (await _bot.ImportAsync(Header + "示例省/乙县/三支部,,学生030,,,,团员\n示例省/乙县/三支部,,学生030,,,,青年\n")).Ambiguous);
        Assert.Equal(Reorganising.NotEmpty, await CloseAsync());
        foreach (var doubt in (await _bot.DoAsync<RosterDoubts, FirstRows<DoubtItem>>(d => d.OpenAsync([_other], null, 9, CancellationToken.None))).Items)
        {
            Assert.Null(await RefusedAsync<RosterDoubts>(d => d.LeaveOutAsync(doubt.Id, [_other], "s", CancellationToken.None)));
        }

        Assert.Null(await CloseAsync());
    }

    [Fact]
    public async Task What_is_asked_in_the_very_moment_of_a_merger_waits_where_the_people_went()
    {
        await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await _bot.SayAsync("o-9", $"绑定 {await CodeAsync(_first)} 学生900 S900");
        var account = await _bot.InDb(db => db.Accounts.Where(a => db.People.Any(p => p.Id == a.PersonId && p.Name == "学生002"))
            .Select(a => new KnownAccount(a.Id, a.PersonId, a.SessionEpoch, a.AppId)).SingleAsync());
        Task<string> wish = null!;
        Task<Refusal?> appeal = null!;
        Task<Refusal?> correction = null!;

        await InTheMomentAsync(db => db.Organisations.Where(o => o.Id == _first).ExecuteUpdateAsync(set => set.SetProperty(o => o.ClosedAt, _bot.Clock.Now).SetProperty(o => o.MergedIntoId, _second)), () =>
        {
            wish = Task.Run(() => _bot.SayAsync("o-9", "同意"));
            appeal = Task.Run(() => RefusedAsync<Appeals>(a => a.AskAsync(account, new LessonId(9, 2), AppealSaw.Receipt, null, "k-1", CancellationToken.None)));
            correction = Task.Run(() => RefusedAsync<Corrections>(c => c.AskAsync(account, "出生日期写错了。", "k-2", CancellationToken.None)));
        });

        Assert.Contains("团支书核对", await wish, StringComparison.Ordinal);
        Assert.Equal((null, null), (await appeal, await correction));
        Assert.Equal(_second, await _bot.InDb(db => db.JoinRequests.Select(r => r.OrganisationId).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.Appeals.Select(a => a.OrganisationId).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.CorrectionRequests.Select(r => r.OrganisationId).SingleAsync()));
        Assert.Equal(_second, await _bot.InDb(db => db.Accounts.Where(a => a.JoinOrganisationId != null && a.PersonId != account.PersonId).Select(a => a.JoinOrganisationId).SingleAsync()));
    }

    [Fact]
    public async Task A_wish_that_comes_in_the_very_moment_of_a_closing_waits_with_those_above()
    {
        await _bot.SayAsync("o-9", $"绑定 {await CodeAsync(_third)} 学生900 S900");
        Task<string> wish = null!;

        await InTheMomentAsync(
            db => db.Organisations.Where(o => o.Id == _third).ExecuteUpdateAsync(set => set.SetProperty(o => o.ClosedAt, _bot.Clock.Now)),
            () => wish = Task.Run(() => _bot.SayAsync("o-9", "同意")));

        Assert.Contains("团支书核对", await wish, StringComparison.Ordinal);
        Assert.Equal(_other, await _bot.InDb(db => db.JoinRequests.Select(r => r.OrganisationId).SingleAsync()));
    }

    /// <summary>Begins things while a change of the tree is being written, and lets them meet it.</summary>
    private Task InTheMomentAsync(Func<BotDb, Task> change, Action begin) => _bot.InDb(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await change(db);
        begin();
        await Task.Delay(400); // SQLite waits for a second at most
        await transaction.CommitAsync();
    });

    private Task<string> CodeAsync(int id) => _bot.InDb(db => db.Organisations.Where(o => o.Id == id).Select(o => o.JoinCode).SingleAsync());

    private async Task MergeAsync() => Assert.Null(await RefusedAsync<Mergers>(m => m.MergeAsync(_first, _second, new Reorganiser("operator", null), CancellationToken.None)));

    private Task<Refusal?> CloseAsync() => RefusedAsync<Reorganising>(r => r.CloseAsync(_third, new Reorganiser("operator", null), CancellationToken.None));

    private Task<Refusal?> RefusedAsync<T>(Func<T, Task<Result<bool>>> act)
        where T : notnull
        => _bot.DoAsync<T, Refusal?>(async rule => (await act(rule)).IsRefused(out var refusal) ? refusal : null);
}
