using System.Data.Common;
using Bot.Core.Data;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

public sealed class AuditChainTests : IAsyncLifetime
{
    private const string Says = "audit verify";

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task An_untouched_log_holds_and_says_where_it_ends()
    {
        Assert.Equal("ok, no entry yet", (await VerifyAsync()).Out.Trim());
        await AddAsync(5);

        var ran = await VerifyAsync();

        Assert.Equal(0, ran.Code);
        Assert.Matches("^ok, 5 entries, none removed or changed; the end is 5:[0-9a-f]{64}$", ran.Out.Trim());
        Assert.Equal([1L, 2, 3, 4, 5], await _bot.InDb(db => db.AuditEntries.OrderBy(a => a.Id).Select(a => a.Position!.Value).ToListAsync()));
    }

    [Fact]
    public async Task The_database_refuses_to_change_or_remove_an_entry_sealed_or_not()
    {
        await AddAsync(1);
        await RefusesAsync("DELETE FROM audit_entries");
        await RefusesAsync("UPDATE audit_entries SET actor = 'x'");
        await VerifyAsync();

        await RefusesAsync("DELETE FROM audit_entries");
        await RefusesAsync("UPDATE audit_entries SET reason = 'x'");
        await RefusesAsync("UPDATE audit_entries SET position = 7");
        await RefusesAsync("UPDATE audit_entries SET hash = NULL");
        if (_bot.Provider == DatabaseProvider.Postgres)
        {
            await RefusesAsync("TRUNCATE audit_entries");
        }
    }

    [Theory]
    [InlineData("DELETE FROM audit_entries WHERE position = 3", "the entry of position 3 is gone")]
    [InlineData("DELETE FROM audit_entries WHERE position = 1", "the entry of position 1 is gone")]
    [InlineData("DELETE FROM audit_entries WHERE position >= 4", "the entries from position 4 to the end are gone")]
    [InlineData("DELETE FROM audit_entries", "the entries from position 1 to the end are gone")]
    [InlineData("UPDATE audit_entries SET at = at + 1 WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET actor = 'x' WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET action = 'x' WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET subject = 'x' WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET reason = '' WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET organisation_id = 9 WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET once = 'x' WHERE position = 2", "the entry of position 2 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET hash = (SELECT hash FROM audit_entries WHERE position = 4) WHERE position = 5", "the entry of position 5 is not as it was sealed")]
    [InlineData("UPDATE audit_entries SET position = 9 WHERE position = 5", "the entries from position 5 to the end are gone")]
    [InlineData("INSERT INTO audit_entries (at, actor, action, subject, position, hash) SELECT at, actor, action, subject, 6, hash FROM audit_entries WHERE position = 5", "an entry of position 6 or later that was never sealed")]
    [InlineData("DELETE FROM installation_facts WHERE name = 'audit.head'", "the kept end of the log is gone")]
    [InlineData("UPDATE installation_facts SET value = '3' || substr(value, 2) WHERE name = 'audit.head'", "the kept end of the log is gone")]
    public async Task Whoever_gets_past_the_database_is_found_out_at_the_first_place_that_does_not_hold(string tampering, string says)
    {
        await AddAsync(5);
        await VerifyAsync();
        await WithoutTriggersAsync();

        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync(tampering));
        var ran = await VerifyAsync();

        Assert.Equal(1, ran.Code);
        Assert.StartsWith("BROKEN after ", ran.Out, StringComparison.Ordinal);
        Assert.Contains(says, ran.Out, StringComparison.Ordinal);
        await AddAsync(1);
        Assert.Equal(1, (await VerifyAsync()).Code); // what comes afterwards does not heal it
    }

    [Fact]
    public async Task Hashes_made_without_the_key_ring_do_not_hold()
    {
        await AddAsync(3);
        await VerifyAsync();
        await WithoutTriggersAsync();
        var foreign = new AuditSeal(Core.Privacy.KeyRing.Open(Path.Combine(_bot.Folder, "foreign")));

        // Somebody changes an entry and writes the whole log anew, with a key of their own.
        await _bot.InDb(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET actor = 'x'");
            var head = AuditHead.None;
            foreach (var entry in await db.AuditEntries.AsNoTracking().OrderBy(a => a.Position).ToListAsync())
            {
                var hash = foreign.Of(entry, head.Position + 1, head.Hash);
                await db.AuditEntries.Where(a => a.Id == entry.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Hash, hash));
                head = new AuditHead(head.Position + 1, hash);
            }

            var written = foreign.Write(head);
            await db.InstallationFacts.Where(f => f.Name == "audit.head").ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, written));
            await transaction.CommitAsync();
            Assert.Null((await new AuditChain(db, foreign).VerifyAsync(default)).Fault);
        });

        Assert.Contains("kept end", (await VerifyAsync()).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_that_was_noted_shows_that_an_older_log_was_put_back()
    {
        await AddAsync(2);
        await VerifyAsync();
        var old = await _bot.InDb(db => db.InstallationFacts.Where(f => f.Name == "audit.head").Select(f => f.Value).SingleAsync());
        await AddAsync(2);
        var end = (await VerifyAsync()).Out.Trim().Split(' ')[^1];
        Assert.Equal(0, (await _bot.RunAsync("audit", "verify", "--end", end)).Code);
        await AddAsync(1);
        Assert.Equal(0, (await _bot.RunAsync("audit", "verify", "--end", end)).Code);

        await WithoutTriggersAsync();
        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync("DELETE FROM audit_entries WHERE position > 2 OR position IS NULL"));
        await _bot.InDb(db => db.Database.ExecuteSqlAsync($"UPDATE installation_facts SET value = {old} WHERE name = 'audit.head'"));

        Assert.Equal(0, (await VerifyAsync()).Code); // in itself it holds, which docs/operations.md says
        var ran = await _bot.RunAsync("audit", "verify", "--end", end);
        Assert.Equal(1, ran.Code);
        Assert.Contains("An older database was restored", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_who_seal_while_twenty_write_make_one_chain()
    {
        await AddAsync(30);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
            {
                await AddAsync(3);
            }
            else
            {
                await SealAsync();
            }
        })));

        var ran = await VerifyAsync();

        Assert.StartsWith("ok, 90 entries", ran.Out, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 90).Select(i => (long)i), await _bot.InDb(db => db.AuditEntries.OrderBy(a => a.Position).Select(a => a.Position!.Value).ToListAsync()));
    }

    /// <summary>The control arm of the race above: who reads the end without holding it makes a place twice, and only the index stands in the way.</summary>
    [Fact]
    public async Task Without_holding_the_end_two_would_take_the_same_place()
    {
        await AddAsync(20);
        await WithoutTriggersAsync();
        await _bot.InDb(db => db.Database.ExecuteSqlRawAsync("DROP INDEX ix_audit_entries_position"));
        var ids = await _bot.InDb(db => db.AuditEntries.OrderBy(a => a.Id).Select(a => a.Id).ToListAsync());
        using var allHaveLooked = new CountdownEvent(20);
        var looked = new TaskCompletionSource();

        await Task.WhenAll(ids.Select(id => _bot.InDb(async db =>
        {
            var last = await db.AuditEntries.MaxAsync(a => a.Position) ?? 0;
            if (allHaveLooked.Signal())
            {
                looked.SetResult();
            }

            await looked.Task;
            await db.AuditEntries.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Position, last + 1));
        })));

        Assert.True(await _bot.InDb(db => db.AuditEntries.Select(a => a.Position).Distinct().CountAsync()) < 20);
    }

    [Fact]
    public async Task The_server_seals_by_itself_within_seconds()
    {
        await AddAsync(1);

        for (var tries = 0; tries < 100 && await _bot.InDb(db => db.AuditEntries.AnyAsync(a => a.Position == null)); tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await _bot.InDb(db => db.AuditEntries.Select(a => a.Position).SingleAsync()));
    }

    private Task<Ran> VerifyAsync() => _bot.RunAsync(Says.Split(' '));

    private async Task SealAsync()
    {
        await using var scope = _bot.Services.CreateAsyncScope();
        Assert.True(await scope.ServiceProvider.GetRequiredService<AuditChain>().SealAsync(default));
    }

    private Task AddAsync(int count) => _bot.InDb(async db =>
    {
        for (var i = 0; i < count; i++)
        {
            db.Add(new AuditEntry { At = _bot.Clock.GetUtcNow(), Actor = "li", Action = "export.figures", Subject = $"organisation:{i}" });
            await db.SaveChangesAsync();
        }
    });

    private async Task RefusesAsync(string sql)
    {
        var refused = await Assert.ThrowsAnyAsync<DbException>(() => _bot.InDb(db => db.Database.ExecuteSqlRawAsync(sql)));
        Assert.Contains("never", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>As somebody who owns the database could.</summary>
    private Task WithoutTriggersAsync() => _bot.InDb(async db =>
    {
        foreach (var trigger in _bot.Provider == DatabaseProvider.Sqlite
            ? ["DROP TRIGGER audit_entries_stay", "DROP TRIGGER audit_entries_stay_as_they_are"]
            : new[] { "DROP TRIGGER audit_entries_stay ON audit_entries", "DROP TRIGGER audit_entries_stay_all ON audit_entries", "DROP TRIGGER audit_entries_stay_as_they_are ON audit_entries" })
        {
            await db.Database.ExecuteSqlRawAsync(trigger);
        }
    });
}
