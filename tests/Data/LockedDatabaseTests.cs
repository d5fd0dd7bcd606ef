using System.Net;
using Bot.Core.Data;
using Bot.Core.Entry;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Data;

/// <summary>Somebody else holds the database: another program on SQLite, a lock on PostgreSQL.</summary>
public sealed class LockedDatabaseTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task People_are_told_to_try_again_while_it_is_locked_and_nothing_is_half_done()
    {
        await _bot.SayAsync("o1", "帮助");
        var phone = _bot.Phone("o2");
        await using (var holder = await _bot.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync())
        {
            await using var held = await HoldAsync(holder);

            Assert.Contains("请过一会儿再发一次", (await phone.Repeats("帮助", 7)).Text, StringComparison.Ordinal);
            Assert.Contains("请过一会儿再发一次", (await _bot.Phone("o1").Sends("绑定 ABCDEFGH 学生001 0001")).Text, StringComparison.Ordinal);
            Assert.Equal(500, (await phone.Follows()).Status); // WeChat repeats it, and then it is stored

            // PostgreSQL makes a writer wait for a lock and calls nothing a fault.
            var status = _bot.Provider == DatabaseProvider.Sqlite ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
            Assert.Equal(status, (await _bot.Browser().GetAsync("/health/ready")).StatusCode);
        }

        Assert.Contains("学习", (await phone.Repeats("帮助", 7)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _bot.Browser().GetAsync("/health/ready")).StatusCode);
        Assert.Equal(2, await _bot.InDb(db => db.Accounts.CountAsync()));
        Assert.Equal(0, await _bot.InDb(db => db.Accounts.SumAsync(a => a.WrongTries)));
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_not_written()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = _bot.Phone("o1");
        var link = (await phone.Sends("学习")).Link!;
        var entry = _bot.Services.GetRequiredService<EntryLinks>().Read(link[(link.LastIndexOf('/') + 1)..]).IsRefused(out _, out var read) ? null : read;
        await using (var holder = await _bot.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync())
        {
            await using var held = await HoldAsync(holder);
            var busy = new List<Task>();
            for (var writer = 0; writer < 4; writer++)
            {
                busy.Add(_bot.Phone($"new-{writer}").Sends("帮助"));
                await Task.Delay(200);
            }

            using var leaves = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bot.Services.GetRequiredService<EntryLinks>().RedeemAsync(entry!, leaves.Token));
            await Task.WhenAll(busy);
        }

        Assert.Equal("/y/lessons/9-2", (await phone.Browser.GetAsync(link)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Who_finishes_while_an_import_makes_its_rows_visible_is_answered_late_and_not_refused()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o1").Opens("学习")).StudiesFor(60);
        Task<Outcome> finishing;
        await using (var holder = await _bot.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync())
        {
            await using var held = await HoldAsync(holder, "lessons");
            finishing = learner.Finishes();
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            Assert.False(finishing.IsCompleted);
        }

        Assert.NotEmpty((await finishing).Receipt);
        Assert.Equal(1, await _bot.InDb(db => db.Completions.CountAsync()));
        Assert.Equal(HttpStatusCode.OK, (await _bot.Browser().GetAsync("/health/ready")).StatusCode);
    }

    private async Task<IAsyncDisposable> HoldAsync(BotDb holder, string table = "accounts")
    {
        var transaction = await holder.Database.BeginTransactionAsync(); // on SQLite this takes the one write lock
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            await holder.Database.ExecuteTextAsync($"LOCK TABLE {table} IN EXCLUSIVE MODE", CancellationToken.None);
        }

        return transaction;
    }
}
