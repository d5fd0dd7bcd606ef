using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

public sealed class OutboxRaceTests
{
    private const int People = 30;

    [Fact]
    public async Task Of_twenty_senders_at_once_each_message_is_sent_by_one()
    {
        await using var office = await FullAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (await office.SendAsync() > 0)
            {
            }
        })));
        while (await office.SendAsync() > 0)
        {
        }

        Assert.Equal(Enumerable.Range(0, People).Select(Name).Order(StringComparer.Ordinal), office.Given.Select(g => g.To).Order(StringComparer.Ordinal));
        Assert.All(await office.MessagesAsync(), m => Assert.Equal(OutboxState.Sent, m.State));
    }

    /// <summary>Looking first and marking afterwards sends some of them twice.</summary>
    [Fact]
    public async Task The_control_arm_that_looks_before_it_takes_sends_more_than_once()
    {
        await using var office = await FullAsync();

        var sent = await LookingFirst.RaceAsync<long>(
            office.Bot,
            async (db, _) => await db.Outbox.Where(m => m.State == OutboxState.Waiting).OrderBy(m => m.Id).Select(m => m.Id).FirstAsync(),
            (db, _, id) => db.Outbox.Where(m => m.Id == id).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Sent)));

        Assert.Equal(20, sent);
    }

    [Fact]
    public async Task Twenty_answers_and_senders_at_once_tell_it_once()
    {
        await using var office = await PostOffice.StartAsync();
        const string Ann = "openid-of-student-001";
        await office.Bot.Phone(Ann).Follows();
        await office.HappensAsync(Ann, PostOffice.Corrected);

        var told = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () => i % 2 == 0
            ? await office.SendAsync() > 0
            : (await office.Bot.Phone(Ann).Sends("帮助")).Text.Contains("你提的更正", StringComparison.Ordinal))));

        Assert.Equal(1, told.Count(t => t));
        Assert.True(office.Given.Count <= 1);
    }

    private static string Name(int i) => $"openid-of-student-{i:000}";

    private static async Task<PostOffice> FullAsync()
    {
        var office = await PostOffice.StartAsync();
        for (var i = 0; i < People; i++)
        {
            await office.HappensAsync(Name(i), PostOffice.Corrected);
        }

        return office;
    }
}
