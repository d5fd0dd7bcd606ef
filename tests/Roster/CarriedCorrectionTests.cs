using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>What somebody asked to have corrected, when the person goes to another branch before it is decided.</summary>
public sealed class CarriedCorrectionTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n";

    private static readonly EditedEntry Edited = new("学生002", new DateOnly(2008, 10, 2), "S002", null);

    private BotUnderTest _bot = null!;
    private int _first;
    private int _second;
    private int _request;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        (_first, _second) = (await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"));
        foreach (var (openId, branch, name, number) in new[] { ("o-1", "一支部", "学生001", "S001"), ("o-6", "二支部", "学生006", "S006"), ("o-2", "一支部", "学生002", "S002") })
        {
            await SecretaryTests.BoundAsync(_bot, openId, branch, name, number);
        }

        await _bot.SayAsync("o-2", "隐私 更正", "出生日期写错了。");
        _request = await _bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync());
        Assert.Equal("学生002", (await EntryAsync(_first))?.Name);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task After_a_transfer_the_new_branch_decides_and_the_old_one_sees_nothing_of_it()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        Assert.Null(await _bot.AcceptAsync(id, _second));

        await AssertIsOfAsync(_second);
    }

    [Fact]
    public async Task After_an_import_that_moved_the_person_too()
    {
        await _bot.ImportAsync(Header + "示例省/甲县/甲镇/二支部,支部,学生002,2008-05-01,,S002,团员\n");

        await AssertIsOfAsync(_second);
    }

    [Fact]
    public async Task After_a_split_that_took_the_person_along_too()
    {
        var split = new SplitAsked(_first, "新支部", OrganisationKind.Branch, [await _bot.PersonAsync("学生002")]);
        Assert.False((await _bot.DoAsync<Mergers, Result<bool>>(m => m.SplitAsync(split, new Reorganiser("operator", null), CancellationToken.None))).IsRefused(out _));

        await AssertIsOfAsync(await _bot.OrganisationAsync("新支部"));
    }

    [Fact]
    public async Task Whatever_became_of_a_request_nobody_reads_or_edits_somebody_of_another_branch_by_it()
    {
        var (id, _) = await _bot.ReleaseAsync("学生002", _first, _second, _first);
        Assert.Null(await _bot.AcceptAsync(id, _second));
        await _bot.InDb(db => db.CorrectionRequests.ExecuteUpdateAsync(set => set.SetProperty(r => r.OrganisationId, _first)));

        Assert.Null(await EntryAsync(_first));
        Assert.Equal(Tray.NotOnRoster, await CloseAsync(_first));

        Assert.Equal(new DateOnly(2008, 5, 1), await BornAsync());
        Assert.Null(await _bot.InDb(db => db.CorrectionRequests.Select(r => r.DecidedAt).SingleAsync()));
    }

    private async Task AssertIsOfAsync(int organisation)
    {
        Assert.Equal(organisation, await _bot.InDb(db => db.CorrectionRequests.Select(r => r.OrganisationId).SingleAsync()));
        Assert.Empty(await _bot.TrayAsync(_first));
        Assert.Null(await EntryAsync(_first));
        Assert.Equal(Tray.NotFound, await CloseAsync(_first));
        Assert.Equal(new DateOnly(2008, 5, 1), await BornAsync());

        Assert.Equal("学生002", (await EntryAsync(organisation))?.Name);
        Assert.Null(await CloseAsync(organisation));
        Assert.Equal(Edited.BirthDate, await BornAsync());
    }

    private Task<DateOnly?> BornAsync() => _bot.InDb(db => db.People.Where(p => p.Name == "学生002").Select(p => p.BirthDate).SingleAsync());

    /// <summary>What whoever answers for this organisation is shown.</summary>
    private Task<RosterEntry?> EntryAsync(int top) => _bot.DoAsync<TrayCorrections, RosterEntry?>(
        async c => (await c.EntryAsync(_request, [top], CancellationToken.None)).IsRefused(out _, out var entry) ? null : entry);

    private Task<Refusal?> CloseAsync(int top) => _bot.DoAsync<TrayCorrections, Refusal?>(
        async c => (await c.CloseAsync(_request, [top], true, Edited, "s", CancellationToken.None)).IsRefused(out var refusal) ? refusal : null);
}
