using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>Mass sending, drafts, menus, followers, pages and quotas: what goes out and what is made of the answer.</summary>
public sealed class AreaTests
{
    private const string Ok = """{"errcode":0,"errmsg":"ok"}""";

    private readonly FixedClock _clock = new();
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public AreaTests() => _wechat = new FakeWeChat(_clock);

    [Fact]
    public async Task A_mass_message_has_one_id_and_sent_before_is_as_good_as_sent()
    {
        _wechat.TokenAnd("""{"errcode":0,"msg_id":9007199254740993,"msg_data_id":9007199254740995}""")
            .Answers("""{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":9007199254740993}""").Answers("""{"errcode":0,"msg_id":3}""");

        var first = await _wechat.Api.Mass.SendToTagAsync(7, MassMessage.Articles("M"), "job7", _ct);
        var again = await _wechat.Api.Mass.SendToAllAsync(MassMessage.Text("学习"), "job7", _ct);
        await _wechat.Api.Mass.SendAsync(["o-1", "o-2"], MassMessage.Images(["M", "N"]), "job8", _ct);

        Assert.Equal(new MassSent(9007199254740993, 9007199254740995, false), first);
        Assert.Equal(new MassSent(9007199254740993, 0, true), again);
        Assert.Equal(
        [
            """{"filter":{"is_to_all":false,"tag_id":7},"msgtype":"mpnews","mpnews":{"media_id":"M"},"send_ignore_reprint":0,"clientmsgid":"job7"}""",
            """{"filter":{"is_to_all":true},"msgtype":"text","text":{"content":"学习"},"clientmsgid":"job7"}""",
            """{"touser":["o-1","o-2"],"msgtype":"image","images":{"media_ids":["M","N"]},"clientmsgid":"job8"}""",
        ], Bodies());
        AssertPaths("/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send");
    }

    [Fact]
    public async Task A_mass_message_is_looked_at_before_and_after()
    {
        _wechat.TokenAnd(Ok).Answers(Ok).Answers("""{"msg_id":5,"msg_status":"SEND_SUCCESS"}""").Answers("""{"msg_id":5,"msg_status":"SENDING"}""")
            .Answers("""{"msg_id":5,"msg_status":"DELETE"}""").Answers("""{"msg_id":5,"msg_status":"SEND_FAIL"}""").Answers(Ok).Answers("""{"speed":3,"realspeed":15}""").Answers(Ok);
        var mass = _wechat.Api.Mass;

        await mass.PreviewAsync("o-1", MassMessage.Images(["M", "N"]), _ct);
        await mass.PreviewToNameAsync("wx-name", MassMessage.Articles("M"), _ct);
        MassStatus[] states = [await mass.StatusAsync(5, _ct), await mass.StatusAsync(5, _ct), await mass.StatusAsync(5, _ct), await mass.StatusAsync(5, _ct)];
        await mass.DeleteAsync(9007199254740993, 0, _ct);
        Assert.Equal(3, await mass.SpeedAsync(_ct));
        await mass.SetSpeedAsync(4, _ct);

        Assert.Equal([MassStatus.Sent, MassStatus.Sending, MassStatus.Deleted, MassStatus.Failed], states);
        Assert.Equal(
        [
            """{"touser":"o-1","msgtype":"image","image":{"media_id":"M"}}""", """{"towxname":"wx-name","msgtype":"mpnews","mpnews":{"media_id":"M"}}""",
            """{"msg_id":5}""", """{"msg_id":5}""", """{"msg_id":5}""", """{"msg_id":5}""", """{"msg_id":9007199254740993,"article_idx":0}""", "{}", """{"speed":4}""",
        ], Bodies());
        Assert.Equal("/cgi-bin/message/mass/speed/set?access_token=T1", _wechat.Calls[^1].Path);
    }

    [Fact]
    public async Task A_mass_message_that_WeChat_would_refuse_is_not_sent()
    {
        var mass = _wechat.Api.Mass;
        var text = MassMessage.Text("a");
        await Assert.ThrowsAnyAsync<ArgumentException>(() => mass.SendToAllAsync(text, "8b8f8e0e-0000-0000-0000-000000000000", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => mass.SendToAllAsync(text, "", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => mass.SendAsync(["o-1"], text, "a", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => mass.SendAsync([.. Enumerable.Range(0, 10_001).Select(i => $"o-{i}")], text, "a", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => mass.SetSpeedAsync(5, _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task A_draft_is_kept_changed_published_and_taken_away()
    {
        _wechat.TokenAnd("""{"media_id":"M"}""").Answers(Ok).Answers("""{"news_item":[{"title":"t","content":"<p>学</p>","thumb_media_id":"T","need_open_comment":1}]}""")
            .Answers("""{"errcode":0,"publish_id":100000001}""").Answers("""{"publish_id":"100000001","publish_status":0,"article_id":"A"}""").Answers(Ok)
            .Answers("""{"total_count":9}""").Answers("""{"total_count":9,"item":[{"article_id":"A","update_time":1790000000,"content":{"news_item":[{"title":"t"}]}}]}""");
        var drafts = _wechat.Api.Drafts;
        var article = new DraftArticle("标题", "<p>学习😀&nbsp;<a href=\"u\">x</a></p>", "T") { Author = "团委", SourceUrl = "https://a.test" };

        Assert.Equal("M", await drafts.AddAsync([article], _ct));
        await drafts.UpdateAsync("M", 0, article, _ct);
        Assert.Equal(("t", "<p>学</p>", true), Assert.Single(await drafts.GetAsync("M", _ct)) is var read ? (read.Title, read.Content, read.Comments) : default);
        Assert.Equal("100000001", await drafts.PublishAsync("M", _ct));
        Assert.Equal(new Publication(PublishState.Published, "A"), await drafts.PublicationAsync("100000001", _ct));
        await drafts.DeletePublishedAsync("A", 0, _ct);
        Assert.Equal(9, await drafts.CountAsync(_ct));
        var page = await drafts.PublishedAsync(0, 20, _ct);
        Assert.Equal((9, "A", "t"), (page.Total, page.Items[0].Id, page.Items[0].Articles[0].Title));

        const string Written =
            """{"article_type":"news","title":"标题","author":"团委","digest":"","content":"<p>学习😀&nbsp;<a href=\"u\">x</a></p>","content_source_url":"https://a.test","thumb_media"""
            + """_id":"T","need_open_comment":0,"only_fans_can_comment":0}""";
        Assert.Equal($$"""{"articles":[{{Written}}]}""", _wechat.Calls[1].Text);
        Assert.Equal($$"""{"media_id":"M","index":0,"articles":{{Written}}}""", _wechat.Calls[2].Text);
        AssertPaths(
            "/cgi-bin/draft/add", "/cgi-bin/draft/update", "/cgi-bin/draft/get", "/cgi-bin/freepublish/submit", "/cgi-bin/freepublish/get", "/cgi-bin/freepublish/delete",
            "/cgi-bin/draft/count", "/cgi-bin/freepublish/batchget");
    }

    [Theory]
    [InlineData(33, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 20_000)]
    public async Task A_draft_that_WeChat_would_refuse_is_not_sent(int title, int content)
    {
        var article = new DraftArticle(new string('题', title), new string('a', content), "T");

        await Assert.ThrowsAnyAsync<ArgumentException>(() => _wechat.Api.Drafts.AddAsync([article], _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task A_menu_for_some_is_added_tried_and_taken_away()
    {
        _wechat.TokenAnd("""{"menuid":"208379533"}""").Answers("""{"button":[{"type":"view","name":"学","url":"u"}]}""").Answers(Ok)
            .Answers("""{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"更多","sub_button":{"list":[{"type":"view","name":"学","url":"u"}]}}]}}""").Answers(Ok);
        var menus = _wechat.Api.Menus;
        var menu = new Menu([new MenuButton("学") { Type = "article_id", ArticleId = "A" }]);

        Assert.Equal("208379533", await menus.AddConditionalAsync(menu, new MenuRule(2, null), _ct));
        Assert.Equal("u", (await menus.TryMatchAsync("o-1", _ct)).Buttons[0].Url);
        await menus.DeleteConditionalAsync("208379533", _ct);
        var current = await menus.CurrentAsync(_ct);
        await menus.DeleteAsync(_ct);

        Assert.Equal((true, "学"), (current.IsOpen, current.Menu.Buttons[0].Children[0].Name));
        Assert.Equal(
        [
            """{"button":[{"name":"学","type":"article_id","article_id":"A"}],"matchrule":{"tag_id":"2"}}""", """{"user_id":"o-1"}""", """{"menuid":"208379533"}""", "", "",
        ], Bodies());
        AssertPaths("/cgi-bin/menu/addconditional", "/cgi-bin/menu/trymatch", "/cgi-bin/menu/delconditional", "/cgi-bin/get_current_selfmenu_info", "/cgi-bin/menu/delete");
        await Assert.ThrowsAnyAsync<ArgumentException>(() => menus.AddConditionalAsync(menu, new MenuRule(null, null), _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => menus.CreateAsync(new Menu([.. Enumerable.Repeat(menu.Buttons[0], 4)]), _ct));
    }

    [Fact]
    public async Task Followers_come_page_by_page_until_there_are_no_more()
    {
        _wechat.TokenAnd("""{"total":3,"count":2,"data":{"openid":["o-1","o-2"]},"next_openid":"o-2"}""")
            .Answers("""{"total":3,"count":1,"data":{"openid":["o-3"]},"next_openid":"o-3"}""").Answers("""{"total":3,"count":0,"next_openid":""}""");

        var pages = new List<IReadOnlyList<string>>();
        await foreach (var page in _wechat.Api.Followers.PagesAsync(null, _ct))
        {
            pages.Add(page);
        }

        Assert.Equal([["o-1", "o-2"], ["o-3"]], pages);
        Assert.Equal(
            ["/cgi-bin/user/get?access_token=T1&next_openid=", "/cgi-bin/user/get?access_token=T1&next_openid=o-2", "/cgi-bin/user/get?access_token=T1&next_openid=o-3"],
            _wechat.Calls.Skip(1).Select(c => c.Path));
    }

    [Fact]
    public async Task A_follower_is_known_by_few_things_and_somebody_who_left_by_none()
    {
        _wechat.TokenAnd("""{"subscribe":1,"openid":"o-1","subscribe_time":1790000000,"remark":"","tagid_list":[2,128],"subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":0,"qr_scene_str":"b-1"}""")
            .Answers("""{"user_info_list":[{"subscribe":0,"openid":"o-2"}]}""");

        var follower = await _wechat.Api.Followers.InfoAsync("o-1", _ct);
        var left = Assert.Single(await _wechat.Api.Followers.InfosAsync(["o-2"], _ct));

        Assert.Equal((true, DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), "ADD_SCENE_QR_CODE", "b-1"), (follower.Follows, follower.FollowedAt, follower.Scene, follower.QrScene));
        Assert.Equal([2, 128], follower.TagIds);
        Assert.Equal((false, null, ""), (left.Follows, left.FollowedAt, left.QrScene));
        Assert.Equal("/cgi-bin/user/info?access_token=T1&openid=o-1&lang=zh_CN", _wechat.Calls[1].Path);
        Assert.Equal("""{"user_list":[{"openid":"o-2","lang":"zh_CN"}]}""", _wechat.Calls[2].Text);
    }

    [Fact]
    public async Task Tags_are_made_given_and_taken()
    {
        _wechat.TokenAnd("""{"tag":{"id":134,"name":"甲县"}}""").Answers("""{"tags":[{"id":134,"name":"甲县","count":9}]}""").Answers(Ok).Answers(Ok).Answers(Ok)
            .Answers("""{"tagid_list":[134]}""").Answers(Ok).Answers(Ok).Answers(Ok);
        var followers = _wechat.Api.Followers;

        Assert.Equal(134, (await followers.CreateTagAsync("甲县", _ct)).Id);
        Assert.Equal(new FollowerTag(134, "甲县", 9), Assert.Single(await followers.TagsAsync(_ct)));
        await followers.RenameTagAsync(134, "乙县", _ct);
        await followers.TagAsync(134, ["o-1"], _ct);
        await followers.UntagAsync(134, ["o-1"], _ct);
        Assert.Equal([134], await followers.TagsOfAsync("o-1", _ct));
        await followers.DeleteTagAsync(134, _ct);
        await followers.BlockAsync(["o-1"], _ct);
        await followers.UnblockAsync(["o-1"], _ct);

        Assert.Equal(
        [
            """{"tag":{"name":"甲县"}}""", "", """{"tag":{"id":134,"name":"乙县"}}""", """{"openid_list":["o-1"],"tagid":134}""", """{"openid_list":["o-1"],"tagid":134}""",
            """{"openid":"o-1"}""", """{"tag":{"id":134}}""", """{"openid_list":["o-1"]}""", """{"openid_list":["o-1"]}""",
        ], Bodies());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => followers.CreateTagAsync("一二三四五六七八九十一", _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => followers.TagAsync(1, [.. Enumerable.Range(0, 51).Select(i => $"o-{i}")], _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => followers.InfosAsync([.. Enumerable.Range(0, 101).Select(i => $"o-{i}")], _ct));
    }

    [Fact]
    public async Task A_page_is_signed_with_a_ticket_that_is_kept()
    {
        _wechat.TokenAnd("""{"errcode":0,"ticket":"J1","expires_in":7200}""").Answers("""{"errcode":0,"ticket":"J2","expires_in":7200}""");

        var signature = await _wechat.Api.Web.SignAsync("https://a.test/y?b=学#top", _ct);
        Assert.Equal("J1", await _wechat.Api.Web.TicketAsync(_ct));
        _wechat.Api.Web.InvalidateTicket("J0");
        Assert.Equal("J1", await _wechat.Api.Web.TicketAsync(_ct));
        _wechat.Api.Web.InvalidateTicket("J1");
        Assert.Equal("J2", await _wechat.Api.Web.TicketAsync(_ct));

        Assert.Equal(("wx-mp", 1_790_000_000L, 16), (signature.AppId, signature.Timestamp, signature.NonceStr.Length));
        Assert.Equal(WebApi.Sign("J1", signature.NonceStr, 1_790_000_000, "https://a.test/y?b=学"), signature.Signature);
        Assert.Equal("/cgi-bin/ticket/getticket?access_token=T1&type=jsapi", _wechat.Calls[1].Path);
    }

    [Fact]
    public void The_signature_is_the_one_of_the_manuals_example()
        => Assert.Equal(
            "0f9de62fce790f9a083d5c99e95740ceb90c27ed",
            WebApi.Sign(
                "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg", "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value"));

    [Fact]
    public async Task Quotas_are_read_and_cleared_and_a_request_is_traced_without_its_content()
    {
        _wechat.TokenAnd("""{"errcode":0,"quota":{"daily_limit":10000000000,"used":1,"remain":9999999999}}""").Answers(Ok).Answers(Ok)
            .Answers("""{"errcode":0,"request":{"invoke_time":1790000000,"cost_in_ms":30,"request_url":"access_token=T1","request_body":"o-1","client_ip":"203.0.113.7"}}""")
            .Answers("""{"dns":[{"ip":"203.0.113.9","real_operator":"CHINANET"}],"ping":[{"ip":"203.0.113.9","from_operator":"CAP","package_loss":"0%","time":"9ms"}]}""")
            .Answers("""{"ip_list":["203.0.113.0/24"]}""");
        var quota = _wechat.Api.Quota;

        Assert.Equal(new CallQuota(10_000_000_000, 1, 9_999_999_999), await quota.GetAsync(WeChatAccount.Mp, "/cgi-bin/message/custom/send", _ct));
        await quota.ClearAsync(WeChatAccount.Mp, "/cgi-bin/message/custom/send", _ct);
        await quota.ClearAllAsync(WeChatAccount.Mp, _ct);
        var trace = await quota.TraceAsync(WeChatAccount.Mp, "5f-1-2", _ct);
        var check = await quota.CheckCallbackAsync(WeChatAccount.Mp, _ct);
        Assert.Equal(["203.0.113.0/24"], await quota.CallbackAddressesAsync(WeChatAccount.Mp, _ct));

        Assert.Equal(new RequestTrace(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), TimeSpan.FromMilliseconds(30), "203.0.113.7"), trace);
        Assert.Equal(("203.0.113.9", new CallbackPing("203.0.113.9", "CAP", "0%", "9ms")), (check.Addresses[0], check.Pings[0]));
        Assert.Equal(
        [
            """{"cgi_path":"/cgi-bin/message/custom/send"}""", """{"cgi_path":"/cgi-bin/message/custom/send"}""", """{"appid":"wx-mp"}""", """{"rid":"5f-1-2"}""",
            """{"action":"all","check_operator":"DEFAULT"}""", "",
        ], Bodies());
        AssertPaths(
            "/cgi-bin/openapi/quota/get", "/cgi-bin/openapi/quota/clear", "/cgi-bin/clear_quota", "/cgi-bin/openapi/rid/get", "/cgi-bin/callback/check", "/cgi-bin/getcallbackip");
    }

    private IEnumerable<string> Bodies() => _wechat.Calls.Skip(1).Select(c => c.Text);

    private void AssertPaths(params string[] paths) => Assert.Equal(paths, _wechat.Calls.Skip(1).Select(c => new Uri(c.Url).AbsolutePath));
}
