using Bot.Core.WeChat;

namespace Bot.Tests.Simulator;

/// <summary>What the bot's client can call the pretend platform answers, as WeChat would.</summary>
public sealed class CompleteApiTests : IAsyncLifetime
{
    private PretendWorld _world = null!;
    private WeChatApi _api = null!;

    private string OpenId => FakeApiTests.OpenId(_world);

    public async ValueTask InitializeAsync()
    {
        _world = await PretendWorld.StartAsync();
        _api = FakeApiTests.BotsClient(_world);
        await _world.Phone.FollowsAsync();
    }

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Tags_followers_and_the_blacklist()
    {
        var followers = _api.Followers;
        var tag = await followers.CreateTagAsync("大学", default);
        Assert.Equal(WeChatEffect.WrongData, (await Assert.ThrowsAsync<WeChatException>(() => followers.CreateTagAsync("大学", default))).Verdict.Effect);
        await followers.RenameTagAsync(tag.Id, "大学生", default);
        await followers.TagAsync(tag.Id, [OpenId], default);

        Assert.Equal([new FollowerTag(tag.Id, "大学生", 1)], await followers.TagsAsync(default));
        Assert.Equal([tag.Id], await followers.TagsOfAsync(OpenId, default));
        Assert.Equal([OpenId], (await followers.TaggedAsync(tag.Id, null, default).ToListAsync()).SelectMany(p => p));
        Assert.Equal([OpenId], (await followers.PagesAsync(null, default).ToListAsync()).SelectMany(p => p));
        Assert.Equal([tag.Id], (await followers.InfoAsync(OpenId, default)).TagIds);
        Assert.True(Assert.Single(await followers.InfosAsync([OpenId], default)).Follows);

        await followers.BlockAsync([OpenId], default);
        Assert.Equal([OpenId], (await followers.BlacklistAsync(null, default).ToListAsync()).SelectMany(p => p));
        await followers.UnblockAsync([OpenId], default);
        Assert.Empty(await followers.BlacklistAsync(null, default).ToListAsync());
        await followers.UntagAsync(tag.Id, [OpenId], default);
        await followers.DeleteTagAsync(tag.Id, default);
        Assert.Empty(await followers.TagsAsync(default));
    }

    [Fact]
    public async Task A_menu_for_some_is_seen_by_those_who_have_the_tag()
    {
        Menu Of(string name) => new([new MenuButton(name) { Type = "click", Key = "k" }]);
        Assert.Equal(65303, (await Assert.ThrowsAsync<WeChatException>(() => _api.Menus.AddConditionalAsync(Of("甲"), new MenuRule(100, null), default))).Code);
        await _api.Menus.CreateAsync(Of("所有人"), default);
        var tag = await _api.Followers.CreateTagAsync("大学", default);
        var id = await _api.Menus.AddConditionalAsync(Of("大学的"), new MenuRule(tag.Id, null), default);

        Assert.Equal("所有人", (await _api.Menus.TryMatchAsync(OpenId, default)).Buttons[0].Name);
        await _api.Followers.TagAsync(tag.Id, [OpenId], default);
        Assert.Equal("大学的", (await _api.Menus.TryMatchAsync(OpenId, default)).Buttons[0].Name);
        await _world.Phone.TapsAsync("大学的");

        await _api.Menus.DeleteConditionalAsync(id, default);
        Assert.Equal("所有人", (await _api.Menus.TryMatchAsync(OpenId, default)).Buttons[0].Name);
        Assert.Equal((true, "所有人"), ((await _api.Menus.CurrentAsync(default)).IsOpen, (await _api.Menus.GetAsync(default))!.Buttons[0].Name));
        await _api.Menus.DeleteAsync(default);
        Assert.Null(await _api.Menus.GetAsync(default));
    }

    [Fact]
    public async Task Files_drafts_and_publishing()
    {
        var picture = new WeChatFile([0xFF, 0xD8, 0xFF, 0x0D, 0x0A], "image/jpeg");
        var uploaded = await _api.Media.UploadAsync(WeChatAccount.Mp, MediaKind.Image, picture, default);
        Assert.Equal(picture.Bytes, (await _api.Media.GetAsync(WeChatAccount.Mp, uploaded.MediaId, default)).File!.Bytes);
        _world.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(40007, (await Assert.ThrowsAsync<WeChatException>(() => _api.Media.GetAsync(WeChatAccount.Mp, uploaded.MediaId, default))).Code);
        Assert.StartsWith("http", await _api.Media.UploadImageAsync(picture, default), StringComparison.Ordinal);
        var cover = await _api.Media.AddMaterialAsync(MediaKind.Image, picture, null, null, default);
        var video = await _api.Media.AddMaterialAsync(MediaKind.Video, new WeChatFile([1], "video/mp4"), "题", "介绍", default);
        Assert.Equal(picture.Bytes, (await _api.Media.GetMaterialAsync(cover.MediaId, default)).File!.Bytes);
        Assert.NotNull((await _api.Media.GetMaterialAsync(video.MediaId, default)).VideoUrl);
        Assert.Equal((1, 1), ((await _api.Media.CountMaterialsAsync(default)).Images, (await _api.Media.MaterialsAsync(MediaKind.Video, 0, 20, default)).Total));
        await _api.Media.DeleteMaterialAsync(video.MediaId, default);

        var draft = await _api.Drafts.AddAsync([new DraftArticle("第一期", "<p>文</p>", cover.MediaId)], default);
        await _api.Drafts.UpdateAsync(draft, 0, new DraftArticle("第一期改", "<p>文</p>", cover.MediaId), default);
        Assert.Equal("第一期改", Assert.Single(await _api.Drafts.GetAsync(draft, default)).Title);
        Assert.Equal((1, 1), (await _api.Drafts.CountAsync(default), (await _api.Drafts.ListAsync(0, 20, default)).Total));
        var publication = await _api.Drafts.PublicationAsync(await _api.Drafts.PublishAsync(draft, default), default);
        Assert.Equal("第一期改", Assert.Single(await _api.Drafts.PublishedArticlesAsync(publication.ArticleId, default)).Title);
        Assert.Equal(1, (await _api.Drafts.PublishedAsync(0, 20, default)).Total);
        await _api.Drafts.DeletePublishedAsync(publication.ArticleId, 0, default);
        Assert.Equal(40007, (await Assert.ThrowsAsync<WeChatException>(() => _api.Drafts.DeleteAsync(draft, default))).Code);
    }

    [Fact]
    public async Task The_mini_program()
    {
        var openId = _world.Phone.Person.OpenIdAt(_world.WeChat.Mini);
        var login = await _api.Mini.LoginAsync(_world.Phone.LogsInToMini(), default);
        Assert.Equal(openId, login.OpenId);
        Assert.True(await _api.Mini.CheckSessionAsync(openId, login.Key, default));
        var another = await _api.Mini.ResetSessionKeyAsync(openId, login.Key, default);
        Assert.False(await _api.Mini.CheckSessionAsync(openId, login.Key, default));
        Assert.True(await _api.Mini.CheckSessionAsync(openId, another, default));
        Assert.Equal("86", (await _api.Mini.PhoneAsync(_world.Phone.LogsInToMini(), openId, default)).CountryCode);
        Assert.Equal("image/png", (await _api.Mini.Links.CodeAsync("J1", "", 280, MiniVersion.Release, default)).ContentType);
        Assert.StartsWith("weixin://", await _api.Mini.Links.SchemeAsync("", "", 1, MiniVersion.Release, default), StringComparison.Ordinal);
        Assert.StartsWith("https://", await _api.Mini.Links.UrlLinkAsync("", "", 1, MiniVersion.Release, default), StringComparison.Ordinal);
        Assert.True((await _api.Mini.Checks.TextAsync(openId, ContentScene.Comment, "你好", default)).IsNormal);
        Assert.False((await _api.Mini.Checks.TextAsync(openId, ContentScene.Comment, "违规内容", default)).IsNormal);
        Assert.NotEqual("", await _api.Mini.Checks.MediaAsync(openId, ContentScene.Profile, CheckedMedia.Image, new Uri("https://a.test/p.jpg"), default));
    }

    [Fact]
    public async Task Quotas_diagnosis_and_the_ticket()
    {
        await _api.Messages.SendAsync(WeChatAccount.Mp, OpenId, CustomMessage.Text("一"), default);
        const string Path = "/cgi-bin/message/custom/send";
        Assert.Equal(1, (await _api.Quota.GetAsync(WeChatAccount.Mp, Path, default)).Used);
        await _api.Quota.ClearAsync(WeChatAccount.Mp, Path, default);
        Assert.Equal(0, (await _api.Quota.GetAsync(WeChatAccount.Mp, Path, default)).Used);
        for (var i = 0; i < 10; i++)
        {
            await _api.Quota.ClearAllAsync(WeChatAccount.Mp, default);
        }

        Assert.Equal(48006, (await Assert.ThrowsAsync<WeChatException>(() => _api.Quota.ClearAllAsync(WeChatAccount.Mp, default))).Code);
        Assert.NotEmpty((await _api.Quota.CheckCallbackAsync(WeChatAccount.Mp, default)).Pings);
        Assert.Equal(["127.0.0.1"], await _api.Quota.CallbackAddressesAsync(WeChatAccount.Mp, default));
        Assert.Equal("127.0.0.1", (await _api.Quota.TraceAsync(WeChatAccount.Mp, "5f-1-2", default)).ClientAddress);
        Assert.NotEqual("", await _api.Web.TicketAsync(default));
        Assert.Empty(await _api.Messages.TemplatesAsync(default));
        Assert.Empty(await _api.Messages.NotificationTemplatesAsync(WeChatAccount.Mp, default));
    }
}
