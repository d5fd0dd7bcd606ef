using System.Diagnostics;
using System.Text;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>A real process that imports, killed in the middle.</summary>
public sealed class RosterKillTests : IAsyncLifetime
{
    private const int People = 30_000;

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Killed_at_any_moment_it_shows_nothing_or_everything_and_the_same_file_goes_in_afterwards()
    {
        var file = Path.Combine(_bot.Folder, "many.csv");
        var text = new StringBuilder("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n");
        for (var n = 0; n < People; n++)
        {
            text.Append($"示例市/支部{n / 20},,学生{n},2008-05-01,13800000000,,团员,P{n}\n");
        }

        await File.WriteAllTextAsync(file, text.ToString(), TestContext.Current.CancellationToken);
        foreach (var written in new[] { -1, 1, People / 2 })
        {
            using var process = Start(file);
            while (!process.HasExited && await WrittenAsync() <= written)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
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

    private Task<int> WrittenAsync() => _bot.InDb(db => db.Memberships.IgnoreQueryFilters().CountAsync());

    private Process Start(string file)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bot.Server.dll"), "roster", "import", file])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["Database__Provider"] = _bot.Provider.ToString();
        start.Environment["Database__ConnectionString"] = _bot.ConnectionString;
        start.Environment["Keys__Path"] = Path.Combine(_bot.Folder, "keys");
        start.Environment["Site__PublicUrl"] = BotUnderTest.PublicUrl;
        return Process.Start(start)!;
    }
}
