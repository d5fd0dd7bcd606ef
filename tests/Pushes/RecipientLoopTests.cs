using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>A loop that runs each second: what it costs while there is nothing to do, and that it always comes to its end.</summary>
public sealed class RecipientLoopTests : IAsyncLifetime
{
    private PushOffice _office = null!;

    private RecipientSender Sender => _office.Bot.Services.GetRequiredService<RecipientSender>();

    public async ValueTask InitializeAsync() => _office = await PushOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task Those_who_stay_for_the_mass_message_are_not_looked_at_each_second_but_after_some_minutes_for_new_credits()
    {
        var ids = await _office.FollowersAsync(1, 350, credits: 0);
        await _office.PushAsync(ids, byMass: true);
        await _office.SendAsync();
        await _office.Bot.InDb(async db =>
        {
            db.Add(new Credit { AccountId = ids[7], TemplateId = PushOffice.Template, GivenAt = _office.Bot.Clock.GetUtcNow(), GivenWith = "later" });
            await db.SaveChangesAsync();
        });

        await _office.SendAsync();
        Assert.Empty(_office.Notified);

        _office.Bot.Clock.Now += TimeSpan.FromMinutes(6);
        await _office.SendAsync();
        Assert.Equal([PushOffice.OpenId(8)], _office.NotifiedOpenIds);
    }

    [Fact]
    public async Task Who_could_not_be_sent_it_of_a_push_by_mass_is_tried_again_after_some_minutes()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 2, credits: 1), byMass: true);
        _office.NotificationsSay(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        await _office.SendAsync();
        Assert.Equal(2, (await _office.StatesAsync())[OutboxState.Waiting]);

        _office.NotificationsSay(_ => _office.Ok());
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(6);
        await _office.SendAsync();

        Assert.Equal(2, (await _office.StatesAsync())[OutboxState.Sent]);
    }

    [Fact]
    public async Task Sending_that_breaks_down_ends_the_run_and_nobody_is_lost()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 250, credits: 1));
        _office.Bot.Services.GetRequiredService<SendingPace>().Dispose(); // whatever it may be: here each wait throws

        await Sender.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(new() { [OutboxState.Waiting] = 250 }, await _office.StatesAsync());
        Assert.Equal(250, await _office.CreditsLeftAsync());
    }

    [Fact]
    public async Task However_many_pushes_are_open_a_round_without_work_asks_the_same()
    {
        var ids = await _office.FollowersAsync(1, 2, credits: 0);
        await _office.PushAsync(ids);
        await _office.SendAsync();
        var one = await AskedAsync();
        for (var n = 0; n < 8; n++)
        {
            await _office.PushAsync(ids, title: $"又一条 {n}");
        }

        await _office.SendAsync();

        Assert.Equal(one, await AskedAsync());
    }

    /// <summary>Statements of a round that ends pushes, and of one that gives up lost recipients.</summary>
    private async Task<int> AskedAsync()
    {
        using var commands = new Commands(_office.Bot);
        await _office.Bot.Services.GetRequiredService<PushRounds>().RunAsync(default);
        await _office.Bot.Services.GetRequiredService<RecipientRows>().GiveUpLostAsync(default);
        return commands.Count;
    }
}
