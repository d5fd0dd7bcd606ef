using Bot.Core.Data;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Data;

public sealed class WriteQueueTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    private WriteQueue Queue => _bot.Services.GetRequiredService<WriteQueue>();

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task What_was_answered_is_there_and_each_caller_gets_its_own_answer()
    {
        var writer = new FactWriter();

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Queue.WriteAsync(writer, $"fact-{i}", default)));

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"fact-{i}!"), answers);
        Assert.Equal(300, await _bot.InDb(db => db.InstallationFacts.CountAsync(f => f.Name.StartsWith("fact-"))));
        Assert.True(writer.Batches < 300, "nothing was committed together");
    }

    [Fact]
    public async Task One_bad_item_fails_alone()
    {
        var writer = new FactWriter();

        var writes = Enumerable.Range(0, 50).Select(i => Queue.WriteAsync(writer, i == 20 ? "bad" : $"fact-{i}", default)).ToList();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(writes));

        Assert.Equal(1, writes.Count(w => w.IsFaulted));
        Assert.Equal(49, await _bot.InDb(db => db.InstallationFacts.CountAsync(f => f.Name.StartsWith("fact-"))));
    }

    [Fact]
    public async Task Stopping_commits_what_was_taken_in()
    {
        var writes = Enumerable.Range(0, 200).Select(i => Queue.WriteAsync(new FactWriter(), $"fact-{i}", default)).ToList();

        await _bot.RestartAsync();

        Assert.Equal(200, (await Task.WhenAll(writes)).Length);
        Assert.Equal(200, await _bot.InDb(db => db.InstallationFacts.CountAsync(f => f.Name.StartsWith("fact-"))));
    }

    private sealed class FactWriter : IBatchWriter<string, string>
    {
        private int _batches;

        public int Batches => _batches;

        public async Task<string[]> WriteAsync(BatchConnection connection, IReadOnlyList<string> items, CancellationToken ct)
        {
            Interlocked.Increment(ref _batches);
            foreach (var item in items)
            {
                if (item == "bad")
                {
                    throw new InvalidOperationException("This one cannot be written.");
                }

                await using var command = connection.Command("INSERT INTO installation_facts (name, value) VALUES (@name, '')", ("@name", item));
                await command.ExecuteNonQueryAsync(ct);
            }

            return [.. items.Select(i => i + "!")];
        }
    }
}
