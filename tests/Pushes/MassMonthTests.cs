using Bot.Core.Pushes;

namespace Bot.Tests.Pushes;

/// <summary>Nobody gets more than four mass messages in a month, whichever pushes they are of.</summary>
public sealed class MassMonthTests : IAsyncLifetime
{
    private PushOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await PushOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task Who_has_had_four_in_the_month_reads_the_fifth_with_the_next_answer_and_the_others_get_it()
    {
        var (often, others) = (await _office.FollowersAsync(1, 3, credits: 0), await _office.FollowersAsync(11, 3, credits: 0));
        for (var n = 1; n <= 4; n++)
        {
            await _office.PushAsync(often, byMass: true, title: $"第 {n} 条");
            await _office.SendMassAsync();
        }

        var fifth = await _office.PushAsync([.. often, .. others], byMass: true, title: "第 5 条");
        await _office.SendMassAsync();

        Assert.Equal(Enumerable.Range(11, 3).Select(PushOffice.OpenId), Receivers(_office.MassSent[^1]));
        Assert.Equal(new() { [OutboxState.Sent] = 3, [OutboxState.Parked] = 3 }, await _office.StatesAsync(fifth));
        Assert.Equal([null, null, null], (await _office.Office.MessagesAsync()).Where(m => m is { State: OutboxState.Parked, Channel: OutboxChannel.Mass }).Select(m => m.ErrCode));

        _office.Bot.Clock.Now = new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.FromHours(8));
        var december = await _office.PushAsync(often, byMass: true, title: "十二月");
        await _office.SendMassAsync();

        Assert.Equal(new() { [OutboxState.Sent] = 3 }, await _office.StatesAsync(december));
    }

    [Fact]
    public async Task What_WeChat_refused_does_not_count_and_what_may_have_arrived_does()
    {
        var ids = await _office.FollowersAsync(1, 3, credits: 0);
        _office.MassSays(_ => """{"errcode":43019,"errmsg":"no"}""");
        await _office.PushAsync(ids, byMass: true, title: "没发出去");
        await _office.SendMassAsync();
        _office.MassSays(_ => """{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":3147483650,"msg_data_id":1}"""); // unknown
        for (var n = 1; n <= 4; n++)
        {
            await _office.PushAsync(ids, byMass: true, title: $"不确定 {n}");
            await _office.SendMassAsync();
        }

        Assert.Equal(5, _office.MassSent.Count);
        var last = await _office.PushAsync(ids, byMass: true, title: "再一条");
        await _office.SendMassAsync();

        Assert.Equal(5, _office.MassSent.Count);
        Assert.Equal(new() { [OutboxState.Parked] = 3 }, await _office.StatesAsync(last));
    }

    private static IEnumerable<string> Receivers(System.Text.Json.JsonElement message)
        => message.GetProperty("touser").EnumerateArray().Select(o => o.GetString()!).Order(StringComparer.Ordinal);
}
