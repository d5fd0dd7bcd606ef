using Bot.Simulator.Platform;

namespace Bot.Tests.Simulator;

/// <summary>When an account may write of its own accord (wechat-protocol.md §6.2).</summary>
public sealed class CustomMessageTests
{
    [Fact]
    public async Task A_message_allows_five_within_48_hours_and_the_next_one_five_again()
    {
        await using var world = await PretendWorld.StartAsync();
        await world.Phone.FollowsAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.Phone.SendsAsync("有问题");
        world.Clock.Advance(TimeSpan.FromHours(47));

        Assert.Equal([0, 0, 0, 0, 0, 45047], await SendAsync(world, 6));
        await world.Phone.SendsAsync("还有");
        Assert.Equal([0], await SendAsync(world, 1));
        world.Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal([45015], await SendAsync(world, 1));
        Assert.Equal(6, world.Phone.Lines.Count(line => line.Side == Side.Account));
    }

    [Fact]
    public async Task A_menu_click_allows_three_within_a_minute()
    {
        await using var world = await PretendWorld.StartAsync();
        await world.Phone.FollowsAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.Phone.PushAsync(Push.Click("study"));

        Assert.Equal([0, 0, 0, 45047], await SendAsync(world, 4));
        await world.Phone.PushAsync(Push.Click("study"));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([45015], await SendAsync(world, 1));
    }

    [Fact]
    public async Task Strangers_and_those_who_left_get_nothing()
    {
        await using var world = await PretendWorld.StartAsync();
        Assert.Equal([43004], await SendAsync(world, 1));
        await world.Phone.FollowsAsync();
        await world.Phone.UnfollowsAsync();
        Assert.Equal([43004], await SendAsync(world, 1));
        Assert.Equal([40003], await SendAsync(world, 1, "oSomebodyElse"));
        Assert.DoesNotContain(world.Phone.Lines, line => line.Side == Side.Account);
    }

    [Theory]
    [InlineData("\"msgtype\":\"text\",\"text\":{\"content\":\"\"}", 44004)]
    [InlineData("\"msgtype\":\"poem\",\"poem\":{}", 40008)]
    [InlineData("\"msgtype\":\"text\"", 47001)]
    [InlineData("\"msgtype\":\"news\",\"news\":{\"articles\":[{\"title\":\"a\"},{\"title\":\"b\"}]}", 45008)]
    public async Task A_message_that_WeChat_would_refuse_costs_nothing(string fields, int code)
    {
        await using var world = await PretendWorld.StartAsync();
        await world.Phone.FollowsAsync();

        Assert.Equal([code], await SendAsync(world, 1, fields: fields));
        Assert.Equal([0, 0, 0, 45047], await SendAsync(world, 4));
    }

    private static async Task<List<int>> SendAsync(
        PretendWorld world, int times, string? openId = null, string fields = "\"msgtype\":\"text\",\"text\":{\"content\":\"你好\"}")
    {
        var token = await FakeApiTests.StableAsync(world);
        var codes = new List<int>();
        for (var i = 0; i < times; i++)
        {
            codes.Add(FakeApiTests.Code(await FakeApiTests.PostAsync(
                world, "/cgi-bin/message/custom/send?access_token=" + token, $"{{\"touser\":\"{openId ?? FakeApiTests.OpenId(world)}\",{fields}}}")));
        }

        return codes;
    }
}
