using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Bot.Core.WeChat;
using Bot.Simulator.Platform;
using Microsoft.Extensions.Options;

namespace Bot.Tests.Simulator;

/// <summary>The API as raw HTTP, and as the bot's own client sees it.</summary>
public sealed class FakeApiTests
{
    [Fact]
    public async Task The_stable_token_stays_the_same_until_its_last_five_minutes()
    {
        await using var world = await PretendWorld.StartAsync();
        var first = await StableAsync(world);
        world.Clock.Advance(TimeSpan.FromMinutes(114));

        var second = await StableAsync(world);
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        var third = await StableAsync(world);

        Assert.Equal(first, second);
        Assert.NotEqual(second, third);
        Assert.Equal(0, await UseAsync(world, second));
        Assert.Equal(0, await UseAsync(world, third));
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(42001, await UseAsync(world, second));
    }

    [Fact]
    public async Task A_forced_token_voids_the_one_before()
    {
        await using var world = await PretendWorld.StartAsync();
        var first = await StableAsync(world);

        var second = await StableAsync(world, force: true);

        Assert.Equal(40001, await UseAsync(world, first));
        Assert.Equal(0, await UseAsync(world, second));
    }

    [Fact]
    public async Task Each_ordinary_token_voids_the_one_before_after_five_minutes()
    {
        await using var world = await PretendWorld.StartAsync();
        var first = await OrdinaryAsync(world);
        var second = await OrdinaryAsync(world);

        Assert.Equal(0, await UseAsync(world, first));
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(40001, await UseAsync(world, first));
        Assert.Equal(0, await UseAsync(world, second));
    }

    [Fact]
    public async Task Wrong_credentials_are_told_apart()
    {
        await using var world = await PretendWorld.StartAsync();
        var mp = world.WeChat.Mp;

        Assert.Equal(40013, Code(await PostAsync(world, "/cgi-bin/stable_token", Grant("wx1", mp.Secret))));
        Assert.Equal(40125, Code(await PostAsync(world, "/cgi-bin/stable_token", Grant(mp.AppId, "x"))));
        Assert.Equal(41001, await UseAsync(world, ""));
        Assert.Equal(40014, await UseAsync(world, "short"));
        Assert.Equal(40001, await UseAsync(world, new string('a', 136)));
    }

    [Fact]
    public async Task The_bots_client_gets_over_a_token_that_somebody_else_has_voided()
    {
        await using var world = await PretendWorld.StartAsync();
        var api = BotsClient(world);
        await world.Phone.FollowsAsync();
        await api.Messages.SendAsync(WeChatAccount.Mp, OpenId(world), CustomMessage.Text("一"), default);
        world.WeChat.MpTokens.VoidAll();

        await api.Messages.SendAsync(WeChatAccount.Mp, OpenId(world), CustomMessage.Text("二"), default);

        Assert.Equal(["一", "二"], world.Phone.Lines.Where(line => line.Side == Side.Account).Select(line => line.Text));
    }

    [Fact]
    public async Task A_body_without_a_length_is_412_and_an_escaped_one_40033()
    {
        await using var world = await PretendWorld.StartAsync();
        var token = await StableAsync(world);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/cgi-bin/menu/create?access_token=" + token)
        {
            Content = new StreamContent(new MemoryStream("{}"u8.ToArray())),
            Headers = { TransferEncodingChunked = true },
        };

        using var refused = await world.Client().SendAsync(chunked);

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Equal(40033, Code(await PostAsync(world, "/cgi-bin/menu/create?access_token=" + token, "{\"button\":[{\"name\":\"\\u5b66\"}]}")));
        Assert.Equal(47001, Code(await PostAsync(world, "/cgi-bin/menu/create?access_token=" + token, "{")));
        Assert.Equal(44002, Code(await PostAsync(world, "/cgi-bin/menu/create?access_token=" + token, "")));
    }

    [Fact]
    public async Task A_menu_is_published_checked_and_taken_away()
    {
        await using var world = await PretendWorld.StartAsync();
        var token = await StableAsync(world);
        Task<JsonObject> Create(string buttons) => PostAsync(world, "/cgi-bin/menu/create?access_token=" + token, $"{{\"button\":[{buttons}]}}");
        const string One = "{\"type\":\"click\",\"name\":\"学习\",\"key\":\"study\"}";

        Assert.Equal(46003, Code(await GetAsync(world, "/cgi-bin/menu/get?access_token=" + token)));
        Assert.Equal(40016, Code(await Create($"{One},{One},{One},{One}")));
        Assert.Equal(40017, Code(await Create("{\"type\":\"jump\",\"name\":\"x\",\"key\":\"k\"}")));
        Assert.Equal(40018, Code(await Create("{\"type\":\"click\",\"key\":\"k\"}")));
        Assert.Equal(40019, Code(await Create("{\"type\":\"click\",\"name\":\"x\"}")));
        Assert.Equal(40020, Code(await Create("{\"type\":\"view\",\"name\":\"x\"}")));
        Assert.Equal(40023, Code(await Create($"{{\"name\":\"x\",\"sub_button\":[{One},{One},{One},{One},{One},{One}]}}")));
        Assert.Equal(0, Code(await Create(One)));

        await world.Phone.FollowsAsync();
        await world.Phone.TapsAsync("学习");
        Assert.Equal("study", world.Bot.Heard[^1].Fields.Text("EventKey"));
        Assert.Equal("学习", (string?)(await GetAsync(world, "/cgi-bin/menu/get?access_token=" + token))["menu"]!["button"]![0]!["name"]);
        Assert.Equal(0, Code(await GetAsync(world, "/cgi-bin/menu/delete?access_token=" + token)));
        Assert.Null(world.WeChat.Mp.Menu);
    }

    [Fact]
    public async Task Login_codes_work_once_for_five_minutes_and_for_their_own_app()
    {
        await using var world = await PretendWorld.StartAsync();
        var mini = world.WeChat.Mini;
        Task<JsonObject> Redeem(string code, string path = "/sns/jscode2session", string name = "js_code", Account? account = null)
            => GetAsync(world, $"{path}?appid={(account ?? mini).AppId}&secret={(account ?? mini).Secret}&{name}={code}&grant_type=authorization_code");
        var code = world.Phone.LogsInToMini();

        Assert.Equal(40029, Code(await Redeem(code, "/sns/oauth2/access_token", "code", world.WeChat.Mp)));
        Assert.Equal(world.Phone.Person.OpenIdAt(mini), (string?)(await Redeem(code))["openid"]);
        Assert.Equal(40163, Code(await Redeem(code)));
        Assert.Equal(40029, Code(await Redeem("made-up")));
        var late = world.Phone.LogsInToMini();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(40029, Code(await Redeem(late)));
    }

    [Fact]
    public async Task A_scene_code_has_a_picture_and_carries_its_scene_when_scanned()
    {
        await using var world = await PretendWorld.StartAsync();
        var made = await BotsClient(world).Codes.CreatePermanentAsync("J23456789", default);

        using var picture = await world.Client().GetAsync("/cgi-bin/showqrcode?ticket=" + Uri.EscapeDataString(made.Ticket));
        using var unknown = await world.Client().GetAsync("/cgi-bin/showqrcode?ticket=x");
        await world.Phone.ScansAsync(made.Url);

        Assert.Equal("image/svg+xml", picture.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<svg", await picture.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("qrscene_J23456789", world.Bot.Heard[^1].Fields.Text("EventKey"));
        Assert.Equal(made.Ticket, world.Bot.Heard[^1].Fields.Text("Ticket"));
        Assert.Equal(made.Ticket, (await BotsClient(world).Codes.CreatePermanentAsync("J23456789", default)).Ticket);
    }

    [Fact]
    public async Task Who_follows_is_told_and_strangers_are_not_known()
    {
        await using var world = await PretendWorld.StartAsync();
        var token = await StableAsync(world);
        string Path(string openId) => $"/cgi-bin/user/info?access_token={token}&openid={openId}&lang=zh_CN";

        Assert.Equal(40003, Code(await GetAsync(world, Path("oSomebodyElse"))));
        Assert.Equal(0, (int?)(await GetAsync(world, Path(OpenId(world))))["subscribe"]);
        await world.Phone.FollowsAsync();
        Assert.Equal(1, (int?)(await GetAsync(world, Path(OpenId(world))))["subscribe"]);
    }

    internal static WeChatApi BotsClient(PretendWorld world)
    {
        var options = Options.Create(new WeChatOptions
        {
            ApiBaseUrl = "http://localhost:5080",
            Mp = new MpOptions { AppId = world.WeChat.Mp.AppId, AppSecret = world.WeChat.Mp.Secret },
            Mini = new MiniOptions { AppId = world.WeChat.Mini.AppId, AppSecret = world.WeChat.Mini.Secret },
        });
        return new WeChatApi(world.Client(), options, new Bot.Core.WeChat.AccessTokens(world.Clock, new SingleNodeTokens()), new WeChatTroubles(world.Clock), world.Clock);
    }

    internal static async Task<string> StableAsync(PretendWorld world, bool force = false)
    {
        var body = Grant(world.WeChat.Mp.AppId, world.WeChat.Mp.Secret);
        body = force ? body.Replace("}", ",\"force_refresh\":true}", StringComparison.Ordinal) : body;
        return (string)(await PostAsync(world, "/cgi-bin/stable_token", body))["access_token"]!;
    }

    internal static async Task<JsonObject> PostAsync(PretendWorld world, string path, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await world.Client().PostAsync(path, content);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    internal static int Code(JsonObject answer) => (int?)answer["errcode"] ?? 0;

    internal static string OpenId(PretendWorld world) => world.Phone.Person.OpenIdAt(world.WeChat.Mp);

    private static async Task<JsonObject> GetAsync(PretendWorld world, string path)
        => JsonNode.Parse(await world.Client().GetStringAsync(path))!.AsObject();

    private static async Task<string> OrdinaryAsync(PretendWorld world)
        => (string)(await GetAsync(world, $"/cgi-bin/token?grant_type=client_credential&appid={world.WeChat.Mp.AppId}&secret={world.WeChat.Mp.Secret}"))["access_token"]!;

    private static async Task<int> UseAsync(PretendWorld world, string token) => Code(await GetAsync(world, "/cgi-bin/getcallbackip?access_token=" + token));

    private static string Grant(string appId, string secret)
        => $"{{\"grant_type\":\"client_credential\",\"appid\":\"{appId}\",\"secret\":\"{secret}\"}}";
}
