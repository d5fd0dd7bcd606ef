using Bot.Core.WeChat;
using MassMessage = Bot.Core.WeChat.MassMessage;

namespace Bot.Tests.Simulator;

/// <summary>Mass messages: once under an id, four a month for each, the outcome as an event.</summary>
public sealed class MassApiTests : IAsyncLifetime
{
    private PretendWorld _world = null!;
    private WeChatApi _api = null!;

    private List<string> OpenIds => [.. _world.WeChat.People.Select(p => p.OpenIdAt(_world.WeChat.Mp))];

    public async ValueTask InitializeAsync()
    {
        _world = await PretendWorld.StartAsync();
        _api = FakeApiTests.BotsClient(_world);
        await _world.Phone.FollowsAsync();
    }

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Under_one_id_it_arrives_once()
    {
        var first = await _api.Mass.SendAsync(OpenIds, MassMessage.Text("开课了"), "m1x1", default);
        var again = await _api.Mass.SendAsync(OpenIds, MassMessage.Text("开课了"), "m1x1", default);

        Assert.Equal((first.MsgId, false, true), (again.MsgId, first.AlreadySent, again.AlreadySent));
        Assert.Equal(1, _world.Phone.Lines.Count(l => l.Text == "开课了"));
        Assert.Equal(MassStatus.Sent, await _api.Mass.StatusAsync(first.MsgId, default));
        await _api.Mass.DeleteAsync(first.MsgId, 0, default);
        Assert.Equal(MassStatus.Deleted, await _api.Mass.StatusAsync(first.MsgId, default));
    }

    [Fact]
    public async Task Each_follower_gets_four_in_a_calendar_month_and_who_is_left_out_is_counted()
    {
        for (var i = 0; i < 5; i++)
        {
            await _api.Mass.SendAsync(OpenIds, MassMessage.Text($"第 {i} 条"), $"m{i}", default);
        }

        Assert.Equal(4, _world.Phone.Lines.Count(l => l.Text?.StartsWith('第') == true));
        var told = await ToldAsync(5);
        Assert.Equal(4, told.Count(t => t.Contains("<SentCount>1</SentCount>", StringComparison.Ordinal)));
        Assert.Equal(1, told.Count(t => t.Contains("<SentCount>0</SentCount>", StringComparison.Ordinal) && t.Contains("<FilterCount>0</FilterCount>", StringComparison.Ordinal)));

        _world.Clock.Advance(TimeSpan.FromDays(31));
        await _api.Mass.SendToAllAsync(MassMessage.Text("第 6 条"), "m6", default);
        Assert.Equal(5, _world.Phone.Lines.Count(l => l.Text?.StartsWith('第') == true));
    }

    [Fact]
    public async Task It_goes_to_a_tag_is_previewed_and_has_a_speed()
    {
        var tag = await _api.Followers.CreateTagAsync("大学", default);
        await _api.Mass.SendToTagAsync(tag.Id, MassMessage.Text("没有人"), "m1", default);
        Assert.DoesNotContain(_world.Phone.Lines, l => l.Text == "没有人");
        await _api.Followers.TagAsync(tag.Id, [OpenIds[0]], default);
        await _api.Mass.SendToTagAsync(tag.Id, MassMessage.Text("有标签的"), "m2", default);
        Assert.Contains(_world.Phone.Lines, l => l.Text == "有标签的");

        await _api.Mass.PreviewAsync(OpenIds[0], MassMessage.Text("先看看"), default);
        await _api.Mass.PreviewToNameAsync(_world.Phone.Person.Name, MassMessage.Text("再看看"), default);
        Assert.Equal(2, _world.Phone.Lines.Count(l => l.Text?.EndsWith("看看", StringComparison.Ordinal) == true));
        await _api.Mass.SetSpeedAsync(3, default);
        Assert.Equal(3, await _api.Mass.SpeedAsync(default));
    }

    private async Task<List<string>> ToldAsync(int count)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            var told = _world.WeChat.Look(() => _world.WeChat.People.SelectMany(p => p.Exchanges).Where(e => e.Kind == "event/MASSSENDJOBFINISH").Select(e => e.Push).ToList());
            if (told.Count >= count)
            {
                return told;
            }

            await Task.Delay(10);
        }

        return [];
    }
}
