using System.Text;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>A real process that imports, killed in the middle.</summary>
public sealed class RosterKillTests : IAsyncLifetime
{
    private const int People = 30_000;
    private const int FewPeople = 2_000;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Killed_at_any_moment_it_shows_nothing_or_everything_and_the_same_file_goes_in_afterwards()
    {
        var file = await FileAsync(People);
        foreach (var written in new[] { -1, 1, People / 2 })
        {
            using var process = RealProcess.Start(_bot, new Dictionary<string, string>(), "roster", "import", file);
            while (!process.HasExited && await WrittenAsync() <= written)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await process.KillAsync(TestContext.Current.CancellationToken);
            Assert.Contains(await _bot.InDb(db => db.Memberships.CountAsync()), new[] { 0, People });
        }

        _bot.Clock.Now = TimeProvider.System.GetUtcNow() + RosterSlot.DeadAfter + TimeSpan.FromMinutes(1);
        var ran = await _bot.RunAsync("roster", "import", file);

        Assert.True(ran.Code == 0, ran.Error);
        Assert.Equal(People, await _bot.InDb(db => db.Memberships.CountAsync()));
        Assert.Equal(People, await _bot.InDb(db => db.People.CountAsync()));
        Assert.Equal(People, await _bot.InDb(db => db.Headcounts.SumAsync(h => h.Members)));
        Assert.Equal((People / 20) + 1, await _bot.InDb(db => db.Organisations.IgnoreQueryFilters().CountAsync()));
    }

    [Fact]
    public async Task Killed_within_its_commit_it_shows_nothing_and_killed_right_after_it_everything()
    {
        var file = await FileAsync(FewPeople);
        await RealProcess.HoldUpAsync(_bot, "headcounts");
        using (var process = RealProcess.Start(_bot, new Dictionary<string, string>(), "roster", "import", file))
        {
            while (!process.HasExited && await WrittenAsync() < FewPeople)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await Task.Delay(1500, TestContext.Current.CancellationToken); // by now it counts heads, which is held up
            Assert.False(process.HasExited);
            await process.KillAsync(TestContext.Current.CancellationToken);
        }

        await RealProcess.LetGoAsync(_bot, "headcounts");
        Assert.Equal((0, 0, 0), await VisibleAsync());

        await _bot.InDb(db => db.RosterImports.ExecuteUpdateAsync(set => set.SetProperty(i => i.Heartbeat, DateTimeOffset.UnixEpoch))); // dead for longer than this test lasts
        using (var process = RealProcess.Start(_bot, new Dictionary<string, string>(), "roster", "import", file))
        {
            while (!process.HasExited && (await VisibleAsync()).Item1 == 0)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }

            await process.KillAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((FewPeople, FewPeople, (FewPeople / 20) + 1), await VisibleAsync());
        _bot.Clock.Now = TimeProvider.System.GetUtcNow() + RosterSlot.DeadAfter + TimeSpan.FromMinutes(1);
        var again = await _bot.RunAsync("roster", "import", file);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal((FewPeople, FewPeople, (FewPeople / 20) + 1), await VisibleAsync());
        Assert.Equal(FewPeople, await _bot.InDb(db => db.People.CountAsync()));
        Assert.False(await _bot.InDb(db => db.Memberships.IgnoreQueryFilters().AnyAsync(m => m.ImportId != null)));
    }

    /// <summary>Memberships, heads and organisations as everybody sees them.</summary>
    private Task<(int, int, int)> VisibleAsync()
        => _bot.InDb(async db => (await db.Memberships.CountAsync(), await db.Headcounts.SumAsync(h => h.Members), await db.Organisations.CountAsync()));

    private Task<int> WrittenAsync() => _bot.InDb(db => db.Memberships.IgnoreQueryFilters().CountAsync());

    private async Task<string> FileAsync(int people)
    {
        var file = Path.Combine(_bot.Folder, "many.csv");
        var text = new StringBuilder("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n");
        for (var n = 0; n < people; n++)
        {
            text.Append($"示例市/支部{n / 20},,学生{n},2008-05-01,13800000000,,团员,P{n}\n");
        }

        await File.WriteAllTextAsync(file, text.ToString(), TestContext.Current.CancellationToken);
        return file;
    }
}
