using System.Text.Json.Nodes;
using Bot.Core.WeChat;
using Bot.Simulator.Platform;

namespace Bot.Tests.Simulator;

/// <summary>Template messages, notifications, typing and uploads, as the bot's own client sees them.</summary>
public sealed class TemplateApiTests
{
    private static readonly TemplateMessage Template = new("t-1", "https://a.test", null, "c-1", [("thing1", "学习")]);
    private static readonly Notification Notice = new("p-1", null, [("thing1", "开课了"), ("time2", "2026年11月22日 09:00")]);

    [Fact]
    public async Task A_template_message_with_one_id_is_shown_once_in_ten_minutes_and_its_outcome_is_told()
    {
        await using var world = await PretendWorld.StartAsync();
        var api = FakeApiTests.BotsClient(world);
        await Assert.ThrowsAsync<WeChatException>(() => api.Messages.SendTemplateAsync(OpenId(world), Template, default));
        await world.Phone.FollowsAsync();

        var first = await api.Messages.SendTemplateAsync(OpenId(world), Template, default);
        Assert.Equal(first, await api.Messages.SendTemplateAsync(OpenId(world), Template, default));
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotEqual(first, await api.Messages.SendTemplateAsync(OpenId(world), Template, default));

        Assert.Equal(2, Shown(world).Count());
        for (var tries = 0; tries < 500 && Told(world).Count < 2; tries++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(2, Told(world).Count);
        Assert.Contains(Told(world), push => push.Contains(first, StringComparison.Ordinal) && push.Contains("success", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(WeChatAccount.Mp)]
    [InlineData(WeChatAccount.Mini)]
    public async Task A_notification_spends_one_credit_and_without_one_it_is_refused(WeChatAccount account)
    {
        await using var world = await PretendWorld.StartAsync();
        var api = FakeApiTests.BotsClient(world);
        var at = account == WeChatAccount.Mp ? world.WeChat.Mp : world.WeChat.Mini;
        var openId = world.Phone.Person.OpenIdAt(at);
        Task<string> Send() => api.Messages.SendNotificationAsync(account, openId, Notice, default);

        Assert.Equal(WeChatEffect.NoCredit, (await Assert.ThrowsAsync<WeChatException>(Send)).Verdict.Effect);
        await world.Phone.AllowsAsync(at, "p-1");
        Assert.NotEqual("", await Send());
        Assert.Equal(43101, (await Assert.ThrowsAsync<WeChatException>(Send)).Code);
        await world.Phone.AllowsAsync(at, "p-1");
        await world.Phone.AllowsAsync(at, "p-1", accepts: false);
        Assert.Equal(43101, (await Assert.ThrowsAsync<WeChatException>(Send)).Code);

        Assert.Equal("开课了\n2026年11月22日 09:00", Assert.Single(Shown(world)).Description);
        Assert.Equal(3, world.WeChat.Look(() => world.Phone.Person.Exchanges.Count(e => e.Kind == "event/subscribe_msg_popup_event")));
    }

    [Fact]
    public async Task A_value_that_is_too_long_is_named_and_costs_no_credit()
    {
        await using var world = await PretendWorld.StartAsync();
        var token = await FakeApiTests.StableAsync(world);
        await world.Phone.AllowsAsync(world.WeChat.Mp, "p-1");

        var answer = await FakeApiTests.PostAsync(
            world, "/cgi-bin/message/subscribe/bizsend?access_token=" + token,
            $$$$"""{"touser":"{{{{OpenId(world)}}}}","template_id":"p-1","data":{"thing1":{"value":"{{{{new string('学', 21)}}}}"}}}""");

        Assert.Equal(47003, FakeApiTests.Code(answer));
        Assert.Contains("data.thing1.value", (string)answer["errmsg"]!, StringComparison.Ordinal);
        Assert.NotEqual("", await FakeApiTests.BotsClient(world).Messages.SendNotificationAsync(WeChatAccount.Mp, OpenId(world), Notice, default));
    }

    [Fact]
    public async Task Typing_is_shown_within_half_a_minute_of_an_exchange()
    {
        await using var world = await PretendWorld.StartAsync();
        var api = FakeApiTests.BotsClient(world);
        await world.Phone.FollowsAsync();

        await api.Messages.TypingAsync(WeChatAccount.Mp, OpenId(world), typing: true, default);
        await api.Messages.TypingAsync(WeChatAccount.Mp, OpenId(world), typing: true, default);
        world.Clock.Advance(TimeSpan.FromSeconds(31));

        var late = await Assert.ThrowsAsync<WeChatException>(() => api.Messages.TypingAsync(WeChatAccount.Mp, OpenId(world), typing: true, default));
        Assert.Equal((45080, WeChatEffect.WindowClosed), (late.Code, late.Verdict.Effect));
        Assert.Equal([0, 45081, 45080], world.WeChat.Calls.Where(c => c.Path.EndsWith("typing", StringComparison.Ordinal)).Select(c => c.ErrCode));
    }

    [Fact]
    public async Task The_bots_form_is_taken_and_the_frameworks_own_is_not()
    {
        await using var world = await PretendWorld.StartAsync();
        var file = new WeChatFile([0xFF, 0xD8, 0xFF], "image/jpeg");

        Assert.Equal(64, (await FakeApiTests.BotsClient(world).Media.UploadAsync(WeChatAccount.Mp, MediaKind.Image, file, default)).MediaId.Length);

        using var form = new MultipartFormDataContent { { new ByteArrayContent(file.Bytes), "media", "封面.jpg" } };
        using var refused = await world.Client().PostAsync("/cgi-bin/media/upload?type=image&access_token=" + await FakeApiTests.StableAsync(world), form);
        Assert.Equal(41005, FakeApiTests.Code(JsonNode.Parse(await refused.Content.ReadAsStringAsync())!.AsObject()));
    }

    [Fact]
    public async Task A_quota_counts_the_calls()
    {
        await using var world = await PretendWorld.StartAsync();
        var api = FakeApiTests.BotsClient(world);
        await world.Phone.FollowsAsync();
        await api.Messages.SendAsync(WeChatAccount.Mp, OpenId(world), CustomMessage.Text("一"), default);

        Assert.Equal(1, (await api.Quota.GetAsync(WeChatAccount.Mp, "/cgi-bin/message/custom/send", default)).Used);
    }

    private static IEnumerable<ChatLine> Shown(PretendWorld world) => world.Phone.Lines.Where(line => line.Kind == "notice" && line.Side == Side.Account);

    private static List<string> Told(PretendWorld world)
        => world.WeChat.Look(() => world.Phone.Person.Exchanges.Where(e => e.Kind == "event/TEMPLATESENDJOBFINISH").Select(e => e.Push).ToList());

    private static string OpenId(PretendWorld world) => FakeApiTests.OpenId(world);
}
