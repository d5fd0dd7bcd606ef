using System.Text.Json.Nodes;
using Bot.Core.WeChat;
using Bot.Simulator.Platform;

namespace Bot.Tests.Simulator;

public sealed class PushTests
{
    [Fact]
    public async Task Everything_that_a_phone_can_send_is_known_to_the_bot()
    {
        await using var world = await PretendWorld.StartAsync();
        var phone = world.Phone;
        await phone.FollowsAsync();
        await phone.SendsPictureAsync();
        await phone.SendsVoiceAsync();
        await phone.SendsVideoAsync();
        await phone.SendsVideoAsync("shortvideo");
        await phone.SendsLocationAsync(40.1, 110.2, "操场");
        await phone.SendsLinkAsync("标题", "说明", "https://example.com/");
        await phone.ReportsPositionAsync(40.1, 110.2);
        await phone.ScansAsync("J23456789");
        await phone.RevokesAsync("205");
        foreach (var type in (string[])["click", "view", "miniprogram", "scancode_push", "scancode_waitmsg", "pic_weixin", "location_select"])
        {
            await phone.TapsAsync(new JsonObject { ["type"] = type, ["key"] = "k", ["url"] = "https://example.com/", ["pagepath"] = "p" }, "scanned", default);
        }

        await phone.ClosesAccountAsync();

        Assert.DoesNotContain(world.Bot.Heard, inbound => inbound is UnknownMessage or UnknownEvent);
        Assert.Equal(20, world.Bot.Heard.Count);
        Assert.All(phone.Person.Exchanges, exchange => Assert.Null(exchange.Problem));
    }

    [Fact]
    public async Task A_newcomer_who_scans_follows_and_a_follower_who_scans_only_scans()
    {
        await using var world = await PretendWorld.StartAsync();

        await world.Phone.ScansAsync("J23456789");
        await world.Phone.ScansAsync("J23456789");

        Assert.Equal("qrscene_J23456789", world.Bot.Heard[0].Fields.Text("EventKey"));
        Assert.Equal("subscribe", world.Bot.Heard[0].Fields.Text("Event"));
        Assert.Equal("J23456789", world.Bot.Heard[1].Fields.Text("EventKey"));
        Assert.Equal("SCAN", world.Bot.Heard[1].Fields.Text("Event"));
    }

    [Fact]
    public async Task The_person_of_a_closed_account_stands_in_OpenID_not_in_the_sender()
    {
        await using var world = await PretendWorld.StartAsync();

        await world.Phone.ClosesAccountAsync();

        var heard = world.Bot.Heard[^1];
        Assert.Equal(world.Phone.Person.OpenIdAt(world.WeChat.Mp), heard.Fields.Text("OpenID"));
        Assert.NotEqual(heard.FromUserName, heard.Fields.Text("OpenID"));
    }

    [Fact]
    public async Task The_mini_program_is_told_in_JSON()
    {
        await using var world = await PretendWorld.StartAsync();

        var exchange = await world.Phone.PushMiniAsync(Push.EnterMini("from"));

        Assert.Null(exchange.Problem);
        Assert.StartsWith("{", world.Bot.Bodies[^1], StringComparison.Ordinal);
        Assert.Equal("from", world.Bot.Heard[^1].Fields.Text("SessionFrom"));
    }

    [Fact]
    public async Task Openids_look_random_and_differ_from_app_to_app_and_outlive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("world").FullName;
        await using var bot = await StubBot.StartAsync();
        FakeWeChat Start() => new(bot.Client(), TimeProvider.System, PushMode.Safe, new WorldFile(Path.Combine(folder, "world.json")));
        var first = Start().People[0];

        var again = Start().People[0];

        Assert.All(first.OpenIds.Values, id => Assert.Matches("^o[A-Za-z0-9_-]{27}$", id));
        Assert.Equal(2, first.OpenIds.Values.Distinct().Count());
        Assert.Equal(first.OpenIds, again.OpenIds);
        Directory.Delete(folder, recursive: true);
    }
}
