using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>Pushes as mass messages, to those who have no credit for a notification.</summary>
public sealed class MassTests : IAsyncLifetime
{
    private const string Answer = """{"errcode":0,"msg_id":3147483650,"msg_data_id":1}""";
    private PushOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await PushOffice.StartAsync();

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task Whoever_has_no_credit_gets_one_message_together_and_the_others_a_notification()
    {
        await _office.PushAsync([.. await _office.FollowersAsync(1, 3, credits: 1), .. await _office.FollowersAsync(4, 5, credits: 0)], byMass: true);

        await _office.SendMassAsync();
        await _office.SendAsync();
        await _office.SendMassAsync();

        var mass = Assert.Single(_office.MassSent);
        Assert.Equal(Enumerable.Range(4, 5).Select(PushOffice.OpenId), mass.GetProperty("touser").EnumerateArray().Select(o => o.GetString()!).Order(StringComparer.Ordinal));
        Assert.StartsWith("本周团课开放\n点开看看", mass.GetProperty("text").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Matches("^m[0-9]+x[0-9]+t[0-9a-f]+$", mass.GetProperty("clientmsgid").GetString()!);
        Assert.Equal(Enumerable.Range(1, 3).Select(PushOffice.OpenId), _office.NotifiedOpenIds.Order(StringComparer.Ordinal));
        Assert.Equal(new() { [OutboxState.Sent] = 8 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task One_alone_waits_while_others_may_come_and_is_told_in_the_chat_when_none_do()
    {
        var push = await _office.PushAsync(await _office.FollowersAsync(1, 1, credits: 0), byMass: true, PushState.Filling);
        await _office.SendMassAsync();
        Assert.Equal(new() { [OutboxState.Waiting] = 1 }, await _office.StatesAsync());

        await _office.Bot.InDb(db => db.Pushes.Where(p => p.Id == push).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PushState.Running)));
        await _office.Bot.RestartAsync(); // the next look is from the beginning
        await _office.SendMassAsync();

        Assert.Equal(new() { [OutboxState.Parked] = 1 }, await _office.StatesAsync());
        Assert.Empty(_office.MassSent);
    }

    [Theory]
    [InlineData("""{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":3147483650,"msg_data_id":1}""")]
    [InlineData(Answer)]
    public async Task Without_an_answer_the_same_message_goes_to_the_same_people_under_the_same_id(string then)
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));
        await _office.SendMassAsync();
        Assert.Equal(new() { [OutboxState.Sending] = 4 }, await _office.StatesAsync());

        _office.MassSays(_ => then);
        await _office.Bot.RestartAsync();
        await _office.SendMassAsync();
        Assert.Single(_office.MassSent);
        _office.Bot.Clock.Now += TimeSpan.FromMinutes(3);
        await _office.SendMassAsync();
        await _office.SendMassAsync();

        Assert.Equal(2, _office.MassSent.Count);
        Assert.Equal(_office.MassSent[0].GetRawText(), _office.MassSent[1].GetRawText());
        Assert.Equal(new() { [OutboxState.Sent] = 4 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task An_id_that_WeChat_knows_before_the_first_call_leaves_it_open_who_got_what()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => """{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":3147483650,"msg_data_id":1}""");

        await _office.SendMassAsync();

        Assert.Equal(new() { [OutboxState.Unknown] = 4 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task A_wrong_address_that_cannot_be_found_does_not_make_all_of_them_wrong()
    {
        _office.Bot.Network.Answer("/cgi-bin/user/info", _ => """{"subscribe":1,"openid":"x"}""");
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => """{"errcode":40003,"errmsg":"invalid openid"}""");

        await _office.SendMassAsync();

        Assert.Equal(new() { [OutboxState.Parked] = 4 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task A_repeat_that_comes_too_late_for_WeChat_to_know_it_is_not_made()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));
        await _office.SendMassAsync();

        _office.Bot.Clock.Now += TimeSpan.FromHours(24);
        await _office.SendMassAsync();
        await _office.SendAsync();

        Assert.Single(_office.MassSent);
        Assert.Equal(new() { [OutboxState.Unknown] = 4 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task What_got_no_answer_before_the_push_was_over_is_not_repeated()
    {
        var push = await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));
        await _office.SendMassAsync();
        await _office.Bot.InDb(db => db.Pushes.Where(p => p.Id == push).ExecuteUpdateAsync(set => set.SetProperty(p => p.EndsAt, _office.Bot.Clock.Now.AddHours(1))));

        _office.Bot.Clock.Now += TimeSpan.FromHours(2);
        await _office.SendMassAsync();
        await _office.SendAsync();

        Assert.Single(_office.MassSent);
        Assert.Equal(new() { [OutboxState.Unknown] = 4 }, await _office.StatesAsync());
    }

    [Fact]
    public async Task A_word_that_comes_twice_says_nothing_of_another_message_that_is_on_its_way()
    {
        var first = await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        await _office.SendMassAsync();
        await FinishAsync("send success", 4, 3, 1);
        var second = await _office.PushAsync(await _office.FollowersAsync(11, 4, credits: 0), byMass: true, title: "另一条");
        _office.MassSays(_ => throw new HttpRequestException("cut off", new IOException("reset by peer")));
        await _office.SendMassAsync();

        await FinishAsync("send success", 4, 3, 1);

        Assert.Equal(new() { [OutboxState.Unknown] = 4 }, await _office.StatesAsync(first));
        Assert.Equal(new() { [OutboxState.Sending] = 4 }, await _office.StatesAsync(second));
    }

    [Fact]
    public async Task Without_quota_all_wait_for_tomorrow()
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ => """{"errcode":45028,"errmsg":"has no masssend quota"}""");
        await _office.SendMassAsync();
        await _office.SendMassAsync();
        Assert.Single(_office.MassSent);
        Assert.Equal(new() { [OutboxState.Waiting] = 4 }, await _office.StatesAsync());

        _office.MassSays(_ => Answer);
        _office.Bot.Clock.Now += TimeSpan.FromHours(24);
        await _office.Bot.RestartAsync();
        await _office.SendMassAsync();

        Assert.Equal(new() { [OutboxState.Sent] = 4 }, await _office.StatesAsync());
    }

    [Theory]
    [InlineData(false, "send success", 4, 4, 0, OutboxState.Sent)]
    [InlineData(false, "send success", 4, 3, 1, OutboxState.Unknown)]
    [InlineData(false, "send success", 4, 3, 0, OutboxState.Unknown)]
    [InlineData(false, "err(20013)", 4, 0, 4, OutboxState.Unknown)]
    [InlineData(true, "err(20013)", 4, 0, 4, OutboxState.Unknown)]
    [InlineData(true, "err(20013)", 9, 0, 9, OutboxState.Sent)]
    public async Task WeChats_word_about_it_counts_whichever_comes_first(bool eventFirst, string status, int total, int sent, int failed, OutboxState becomes)
    {
        await _office.PushAsync(await _office.FollowersAsync(1, 4, credits: 0), byMass: true);
        _office.MassSays(_ =>
        {
            if (eventFirst)
            {
                Task.Run(() => FinishAsync(status, total, sent, failed)).GetAwaiter().GetResult();
            }

            return Answer;
        });

        await Task.Run(_office.SendMassAsync);
        if (!eventFirst)
        {
            await FinishAsync(status, total, sent, failed);
        }

        Assert.Equal(new() { [becomes] = 4 }, await _office.StatesAsync());
    }

    private Task FinishAsync(string status, int total, int sent, int failed) => _office.Bot.Phone(PushOffice.OpenId(1)).HappensAsync(
        "MASSSENDJOBFINISH",
        $"<MsgID>3147483650</MsgID><Status><![CDATA[{status}]]></Status><TotalCount>{total}</TotalCount><FilterCount>{sent + failed}</FilterCount><SentCount>{sent}</SentCount><ErrorCount>{failed}</ErrorCount>",
        1);
}
