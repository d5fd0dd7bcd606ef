using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>One address that is wrong ends for that recipient alone.</summary>
public sealed class WrongAddressTests : IAsyncLifetime
{
    private const string Wrong = """{"errcode":40003,"errmsg":"invalid openid rid: 65f0-1a2b-3c4d"}""";
    private const string Info = "/cgi-bin/user/info";

    private PushOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await PushOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whose_stored_address_cannot_be_opened_is_refused_and_the_others_get_it(bool byMass)
    {
        var ids = await _office.FollowersAsync(1, 5, credits: byMass ? 0 : 1);
        await BreakAsync(ids[0]);
        await _office.PushAsync(ids, byMass);

        await (byMass ? _office.SendMassAsync() : _office.SendAsync());

        Assert.Equal(new() { [OutboxState.Sent] = 4, [OutboxState.Refused] = 1 }, await _office.StatesAsync());
        Assert.Equal(byMass ? 0 : 1, await _office.CreditsLeftAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_no_address_can_be_opened_all_wait_until_the_key_ring_is_mended(bool byMass)
    {
        var ids = await _office.FollowersAsync(1, 5, credits: byMass ? 0 : 1);
        await BreakAsync([.. ids]);
        await _office.PushAsync(ids, byMass);

        await (byMass ? _office.SendMassAsync() : _office.SendAsync());

        Assert.Equal(new() { [OutboxState.Waiting] = 5 }, await _office.StatesAsync());
        Assert.Empty(_office.MassSent);
        Assert.Empty(_office.Notified);
    }

    [Fact]
    public async Task A_mass_message_that_is_refused_for_one_address_goes_out_in_halves_until_that_one_is_found()
    {
        const int All = 100;
        var wrong = PushOffice.OpenId(42);
        var calls = Given(wrong);
        await _office.PushAsync(await _office.FollowersAsync(1, All, credits: 0), byMass: true);

        for (var round = 0; round < 30; round++)
        {
            await _office.SendMassAsync();
        }

        Assert.Equal(new() { [OutboxState.Sent] = All - 1, [OutboxState.Refused] = 1 }, await _office.StatesAsync());
        var sent = calls.Where(c => !c.Contains(wrong)).SelectMany(c => c).ToList();
        Assert.Equal(All - 1, sent.Count);
        Assert.Equal(All - 1, sent.Distinct().Count());
        Assert.InRange(calls.Count, 2, 14);
        Assert.Equal(calls.Count, _office.MassSent.Select(m => m.GetProperty("clientmsgid").GetString()).Distinct().Count());
        Assert.All(_office.MassSent, m => Assert.Matches("^[0-9A-Za-z]{1,32}$", m.GetProperty("clientmsgid").GetString()!));
    }

    [Fact]
    public async Task Halves_that_a_crash_left_behind_are_sent_under_their_ids()
    {
        var wrong = PushOffice.OpenId(42);
        var calls = Given(wrong);
        await _office.PushAsync(await _office.FollowersAsync(1, 60, credits: 0), byMass: true);
        await _office.SendMassAsync(); // refused, in halves now
        await _office.SendMassAsync(); // the first one, without the wrong address, is out

        await _office.Bot.RestartAsync();
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(3);
        for (var round = 0; round < 20; round++)
        {
            await _office.SendMassAsync();
        }

        // Of the other half, which a sender that has ended may have sent, nobody knows.
        Assert.Equal(new() { [OutboxState.Sent] = 30, [OutboxState.Unknown] = 30 }, await _office.StatesAsync());
        Assert.Equal(30, calls.Where(c => !c.Contains(wrong)).SelectMany(c => c).Distinct().Count());
    }

    [Fact]
    public async Task Where_too_many_addresses_are_wrong_the_days_calls_are_not_used_up_for_them()
    {
        _office.MassSays(_ => Wrong);
        _office.Bot.Network.Answer(Info, _ => """{"subscribe":1,"openid":"x"}""");
        await _office.PushAsync(await _office.FollowersAsync(1, 600, credits: 0), byMass: true);

        for (var round = 0; round < 120; round++)
        {
            await _office.SendMassAsync();
        }

        Assert.InRange(_office.MassSent.Count, 20, 51);
        Assert.Equal(new() { [OutboxState.Parked] = 600 }, await _office.StatesAsync());
    }

    /// <returns>To whom each call went.</returns>
    private List<List<string>> Given(string wrong)
    {
        var calls = new List<List<string>>();
        _office.MassSays(_ =>
        {
            List<string> to = [.. _office.MassSent[^1].GetProperty("touser").EnumerateArray().Select(o => o.GetString()!)];
            calls.Add(to);
            return to.Contains(wrong) ? Wrong : """{"errcode":0,"msg_id":3147483650,"msg_data_id":1}""";
        });
        _office.Bot.Network.Answer(Info, request => Uri.UnescapeDataString(request.RequestUri!.Query).Contains(wrong, StringComparison.Ordinal) ? Wrong : """{"subscribe":1,"openid":"x"}""");
        return calls;
    }

    private Task BreakAsync(params int[] accounts) => _office.Bot.InDb(async db =>
    {
        foreach (var id in accounts)
        {
            var broken = Enumerable.Repeat((byte)id, 60).ToArray();
            await db.Accounts.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.OpenIdSealed, broken));
        }
    });
}
