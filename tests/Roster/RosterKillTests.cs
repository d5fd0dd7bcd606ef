using System.Text;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>A real process that imports, killed in the middle.</summary>
public sealed class RosterKillTests : IAsyncLifetime
{
    private const int People = 6_000;

    private static readonly (int, int, int) Nothing = (0, 0, 0);
    private static readonly (int, int, int) Everything = (People, People, (People / 20) + 1);

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Killed_while_it_writes_ahead_it_shows_nothing_or_everything_and_the_same_file_goes_in_afterwards()
    {
        var file = await FileAsync();
        foreach (var written in new[] { 0, People / 2 })
        {
            await DieAsync(file, async () => await WrittenAsync() > written);
            Assert.Contains(await VisibleAsync(), new[] { Nothing, Everything });
        }

        await AssertGoesInAsync(file);
    }

    [Fact]
    public async Task Killed_within_its_commit_it_shows_nothing_and_killed_right_after_it_everything()
    {
        var file = await FileAsync();
        await RealProcess.HoldUpAsync(_bot, "headcounts");
        await DieAsync(file, async () => await WrittenAsync() == People && await RealProcess.IsHeldUpAsync(_bot));
        await RealProcess.LetGoAsync(_bot, "headcounts");
        Assert.Equal(Nothing, await VisibleAsync());

        await DieAsync(file, async () => await _bot.InDb(db => db.Memberships.AnyAsync()));
        Assert.Equal(Everything, await VisibleAsync());
        await AssertGoesInAsync(file);
    }

    /// <summary>A process that imports the file is killed as soon as something is so.</summary>
    private async Task DieAsync(string file, Func<Task<bool>> when)
    {
        // The heart of whoever died before stopped long ago, as it will have when a test need not wait for it.
        await _bot.InDb(db => db.RosterImports.ExecuteUpdateAsync(set => set.SetProperty(i => i.Heartbeat, DateTimeOffset.UnixEpoch)));
        using var process = RealProcess.Start(_bot, new Dictionary<string, string>(), "roster", "import", file);
        await process.KillWhenAsync(when, TestContext.Current.CancellationToken);
    }

    private async Task AssertGoesInAsync(string file)
    {
        _bot.Clock.Now = TimeProvider.System.GetUtcNow() + RosterSlot.DeadAfter + TimeSpan.FromMinutes(1);
        var ran = await _bot.RunAsync("roster", "import", file);

        Assert.True(ran.Code == 0, ran.Error);
        Assert.Equal(Everything, await VisibleAsync());
        Assert.Equal(People, await _bot.InDb(db => db.People.CountAsync()));
        Assert.Equal((People / 20) + 1, await _bot.InDb(db => db.Organisations.IgnoreQueryFilters().CountAsync()));
        Assert.False(await _bot.InDb(db => db.Memberships.IgnoreQueryFilters().AnyAsync(m => m.ImportId != null)));
    }

    /// <summary>Memberships, heads and organisations as everybody sees them.</summary>
    private Task<(int, int, int)> VisibleAsync()
        => _bot.InDb(async db => (await db.Memberships.CountAsync(), await db.Headcounts.SumAsync(h => h.Members), await db.Organisations.CountAsync()));

    private Task<int> WrittenAsync() => _bot.InDb(db => db.Memberships.IgnoreQueryFilters().CountAsync());

    private async Task<string> FileAsync()
    {
        var file = Path.Combine(_bot.Folder, "many.csv");
        var text = new StringBuilder("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n");
        for (var n = 0; n < People; n++)
        {
            text.Append($"示例市/支部{n / 20},,学生{n},2008-05-01,13800000000,,团员,P{n}\n");
        }

        await File.WriteAllTextAsync(file, text.ToString(), TestContext.Current.CancellationToken);
        return file;
    }
}
