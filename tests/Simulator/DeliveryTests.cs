using System.Text.RegularExpressions;
using Bot.Core.WeChat;
using Bot.Simulator.Platform;
using Microsoft.AspNetCore.Http;

namespace Bot.Tests.Simulator;

public sealed class DeliveryTests
{
    private static readonly Patience Hasty = new(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(50), 3);

    [Theory]
    [InlineData(PushMode.Plain)]
    [InlineData(PushMode.Compatible)]
    [InlineData(PushMode.Safe)]
    public async Task In_every_mode_the_bot_opens_the_push_and_the_person_reads_its_reply(PushMode mode)
    {
        await using var world = await PretendWorld.StartAsync(mode);
        world.Bot.Says = inbound => Reply.Text($"收到：{inbound.Fields.Text("Content")} ]]> 😀");
        await world.Phone.FollowsAsync();

        var exchange = await world.Phone.SendsAsync("学习 <&> 🌞");

        Assert.Null(exchange.Problem);
        Assert.Equal("收到：学习 <&> 🌞 ]]> 😀", exchange.Reply!.Text);
        Assert.Equal("收到：学习 <&> 🌞 ]]> 😀", world.Phone.Lines[^1].Text);
        Assert.Equal(world.Phone.Person.OpenIdAt(world.WeChat.Mp), world.Bot.Heard[^1].FromUserName);
    }

    [Theory]
    [InlineData(PushMode.Plain, true, false)]
    [InlineData(PushMode.Compatible, true, true)]
    [InlineData(PushMode.Safe, false, true)]
    public async Task A_body_shows_what_its_mode_shows(PushMode mode, bool plain, bool encrypted)
    {
        await using var world = await PretendWorld.StartAsync(mode);
        await world.Phone.FollowsAsync();

        await world.Phone.SendsAsync("看得见吗");

        Assert.Equal(plain, world.Bot.Bodies[^1].Contains("看得见吗", StringComparison.Ordinal));
        Assert.Equal(encrypted, world.Bot.Bodies[^1].Contains("<Encrypt>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_bot_gets_three_deliveries_of_one_message_and_the_person_a_failure()
    {
        await using var world = await PretendWorld.StartAsync(PushMode.Plain, Hasty);
        await world.Phone.FollowsAsync();
        world.Bot.Bodies.Clear();
        world.Bot.Instead = (_, http) => Task.Delay(TimeSpan.FromSeconds(30), http.RequestAborted);

        var exchange = await world.Phone.SendsAsync("在吗");

        Assert.Equal(3, exchange.Attempts.Count);
        Assert.All(exchange.Attempts, attempt => Assert.Contains("no answer", attempt.Problem, StringComparison.Ordinal));
        Assert.Single(world.Bot.Bodies.Select(body => Regex.Match(body, "<MsgId>(.+)</MsgId>").Groups[1].Value).Distinct(), id => id.Length > 0);
        Assert.Equal(FakeWeChat.FailureSentence, world.Phone.Lines[^1].Text);
    }

    [Fact]
    public async Task An_answer_to_the_second_delivery_is_shown_once()
    {
        await using var world = await PretendWorld.StartAsync(PushMode.Plain, Hasty);
        await world.Phone.FollowsAsync();
        world.Bot.Bodies.Clear();
        world.Bot.Instead = (delivery, http) =>
        {
            http.Response.StatusCode = delivery == 1 ? 500 : 200;
            return delivery == 1 ? Task.CompletedTask : http.Response.WriteAsync(PlainText(world, "在"));
        };

        var exchange = await world.Phone.SendsAsync("在吗");

        Assert.Equal([500, 200], exchange.Attempts.Select(attempt => attempt.Status));
        Assert.Equal("在", Assert.Single(world.Phone.Lines, line => line.Side == Side.Account).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("success")]
    public async Task Nothing_to_say_shows_nothing(string body)
    {
        await using var world = await PretendWorld.StartAsync();
        await world.Phone.FollowsAsync();
        world.Bot.Instead = (_, http) => http.Response.WriteAsync(body);

        var exchange = await world.Phone.SendsAsync("嗯");

        Assert.Null(exchange.Problem);
        Assert.Equal(Side.Me, world.Phone.Lines[^1].Side);
    }

    [Fact]
    public async Task Whoever_has_left_reads_no_more_replies()
    {
        await using var world = await PretendWorld.StartAsync();
        world.Bot.Says = _ => Reply.Text("再见");
        await world.Phone.FollowsAsync();

        await world.Phone.UnfollowsAsync();

        Assert.IsType<UnsubscribeEvent>(world.Bot.Heard[^1], exactMatch: false);
        Assert.NotEqual(Side.Account, world.Phone.Lines[^1].Side);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Phone.SendsAsync("还在吗"));
    }

    internal static string PlainText(PretendWorld world, string text)
        => $"<xml><ToUserName>{world.Phone.Person.OpenIdAt(world.WeChat.Mp)}</ToUserName><FromUserName>{world.WeChat.Mp.OriginalId}</FromUserName>"
            + $"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content></xml>";
}
