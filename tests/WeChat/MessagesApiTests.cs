using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>Messages to one person: every body as §6.2–§6.4 has it.</summary>
public sealed class MessagesApiTests
{
    private const string Ok = """{"errcode":0,"errmsg":"ok"}""";

    private readonly FakeWeChat _wechat = new(new FixedClock());
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public static TheoryData<string, CustomMessage> OfTheOfficialAccount => new()
    {
        { """{"touser":"o-1","msgtype":"text","text":{"content":"你好/\"<a href='u'>学</a>"}}""", CustomMessage.Text("你好/\"<a href='u'>学</a>") },
        { """{"touser":"o-1","msgtype":"image","image":{"media_id":"M"}}""", CustomMessage.Image("M") },
        { """{"touser":"o-1","msgtype":"voice","voice":{"media_id":"M"}}""", CustomMessage.Voice("M") },
        {
            """{"touser":"o-1","msgtype":"video","video":{"media_id":"M","thumb_media_id":"T","title":"t","description":"d"}}""",
            CustomMessage.Video("M", "T", "t", "d")
        },
        {
            """{"touser":"o-1","msgtype":"music","music":{"title":"t","description":"d","musicurl":"u","hqmusicurl":"h","thumb_media_id":"T"}}""",
            CustomMessage.Music("t", "d", "u", "h", "T")
        },
        {
            """{"touser":"o-1","msgtype":"news","news":{"articles":[{"title":"t","description":"d","url":"https://a.test/?b=1&c=2","picurl":"p"}]}}""",
            CustomMessage.News("t", "d", "https://a.test/?b=1&c=2", "p")
        },
        { """{"touser":"o-1","msgtype":"mpnewsarticle","mpnewsarticle":{"article_id":"A"}}""", CustomMessage.Article("A") },
        {
            """{"touser":"o-1","msgtype":"msgmenu","msgmenu":{"head_content":"要来吗？","list":[{"id":"1","content":"来"},{"id":"2","content":"不来"}],"tail_content":"谢谢"}}""",
            CustomMessage.Choices("要来吗？", [("1", "来"), ("2", "不来")], "谢谢")
        },
        {
            """{"touser":"o-1","msgtype":"miniprogrampage","miniprogrampage":{"title":"t","appid":"wx1","pagepath":"pages/a?b=1","thumb_media_id":"T"}}""",
            CustomMessage.MiniProgramPage("t", "wx1", "pages/a?b=1", "T")
        },
    };

    [Theory]
    [MemberData(nameof(OfTheOfficialAccount))]
    public async Task Each_kind_of_message_has_its_body(string body, CustomMessage message)
    {
        _wechat.TokenAnd(Ok);

        await _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", message, _ct);

        Assert.Equal(("POST", "/cgi-bin/message/custom/send?access_token=T1"), (_wechat.Calls[1].Method, _wechat.Calls[1].Path));
        Assert.Equal(Encoding.UTF8.GetBytes(body), _wechat.Calls[1].Body);
    }

    [Fact]
    public async Task The_mini_program_sends_links_and_its_own_pages()
    {
        _wechat.TokenAnd(Ok).Answers(Ok);

        await _wechat.Api.Messages.SendAsync(WeChatAccount.Mini, "o-1", CustomMessage.Link("t", "d", "u", "p"), _ct);
        await _wechat.Api.Messages.SendAsync(WeChatAccount.Mini, "o-1", CustomMessage.MiniProgramPage("t", null, "pages/a", "T"), _ct);

        Assert.Contains("wx-mini", _wechat.Calls[0].Text, StringComparison.Ordinal);
        Assert.Equal("""{"touser":"o-1","msgtype":"link","link":{"title":"t","description":"d","url":"u","thumb_url":"p"}}""", _wechat.Calls[1].Text);
        Assert.Equal("""{"touser":"o-1","msgtype":"miniprogrampage","miniprogrampage":{"title":"t","pagepath":"pages/a","thumb_media_id":"T"}}""", _wechat.Calls[2].Text);
    }

    [Fact]
    public async Task What_the_account_cannot_send_is_not_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mini, "o-1", CustomMessage.Voice("M"), _ct));
        await Assert.ThrowsAsync<ArgumentException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Link("t", "d", "u", "p"), _ct));
        await Assert.ThrowsAsync<ArgumentException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "", CustomMessage.Image("M"), _ct));
        Assert.ThrowsAny<ArgumentException>(() => CustomMessage.Text(""));
        Assert.ThrowsAny<ArgumentException>(() => CustomMessage.Text(new string('学', 683)));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task Typing_is_shown_and_taken_back_and_shown_already_is_no_error()
    {
        _wechat.TokenAnd("""{"errcode":45081,"errmsg":"already in typing status"}""").Answers(Ok);

        await _wechat.Api.Messages.TypingAsync(WeChatAccount.Mp, "o-1", typing: true, _ct);
        await _wechat.Api.Messages.TypingAsync(WeChatAccount.Mp, "o-1", typing: false, _ct);

        Assert.Equal("/cgi-bin/message/custom/typing?access_token=T1", _wechat.Calls[1].Path);
        Assert.Equal(["""{"touser":"o-1","command":"Typing"}""", """{"touser":"o-1","command":"CancelTyping"}"""], _wechat.Calls.Skip(1).Select(c => c.Text));
    }

    [Fact]
    public async Task A_template_message_has_an_id_of_ours_and_one_of_WeChats()
    {
        _wechat.TokenAnd("""{"errcode":0,"errmsg":"ok","msgid":9007199254740993}""");
        var message = new TemplateMessage("t-1", "https://a.test", new MiniPage("wx1", "pages/a"), "c-1", [("first", "你好😀\u3000"), ("thing1", "学习")]);

        Assert.Equal("9007199254740993", await _wechat.Api.Messages.SendTemplateAsync("o-1", message, _ct));

        Assert.Equal("/cgi-bin/message/template/send?access_token=T1", _wechat.Calls[1].Path);
        const string Body = """{"touser":"o-1","template_id":"t-1","url":"https://a.test","miniprogram":{"appid":"wx1","pagepath":"pages/a"},"client_msg_id":"c-1",""";
        Assert.Equal(Encoding.UTF8.GetBytes(Body + "\"data\":{\"first\":{\"value\":\"你好😀\u3000\"},\"thing1\":{\"value\":\"学习\"}}}"), _wechat.Calls[1].Body);
    }

    [Theory]
    [InlineData(WeChatAccount.Mp, "/cgi-bin/message/subscribe/bizsend?access_token=T1", """{"errcode":0,"msgid":"m-1"}""", "m-1")]
    [InlineData(WeChatAccount.Mini, "/cgi-bin/message/subscribe/send?access_token=T1", """{"errcode":0}""", "")]
    public async Task A_notification_is_fitted_and_always_names_version_and_language(WeChatAccount account, string path, string answer, string id)
    {
        _wechat.TokenAnd(answer);
        var message = new Notification("t-1", "pages/a?b=1", [("thing1", new string('学', 21)), ("phrase2", "已经开始了吗")]);

        Assert.Equal(id, await _wechat.Api.Messages.SendNotificationAsync(account, "o-1", message, _ct));

        Assert.Equal(path, _wechat.Calls[1].Path);
        Assert.Equal(
            """{"touser":"o-1","template_id":"t-1","page":"pages/a?b=1","miniprogram_state":"formal","lang":"zh_CN","data":{"thing1":{"value":"""
            + $"\"{new string('学', 19)}…\"" + """},"phrase2":{"value":"已经开始了"}}}""", _wechat.Calls[1].Text);
    }

    [Fact]
    public async Task A_number_that_cannot_be_cut_is_not_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => _wechat.Api.Messages.SendNotificationAsync(WeChatAccount.Mp, "o-1", new Notification("t", null, [("car_number1", "京A12345678")]), _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task Both_kinds_of_templates_are_listed()
    {
        _wechat.TokenAnd("""{"template_list":[{"template_id":"t-1","title":"开课","content":"{{thing1.DATA}}"}]}""")
            .Answers("""{"errcode":0,"data":[{"priTmplId":"p-1","title":"提醒","content":"c","type":2},{"priTmplId":"p-2","title":"长期","content":"c","type":3}]}""");

        Assert.Equal(new MessageTemplate("t-1", "开课", "{{thing1.DATA}}", false), Assert.Single(await _wechat.Api.Messages.TemplatesAsync(_ct)));
        var listed = await _wechat.Api.Messages.NotificationTemplatesAsync(WeChatAccount.Mp, _ct);
        Assert.Equal([("p-1", false), ("p-2", true)], listed.Select(t => (t.TemplateId, t.IsLongTerm)));

        Assert.Equal(
            ["/cgi-bin/template/get_all_private_template?access_token=T1", "/wxaapi/newtmpl/gettemplate?access_token=T1"], _wechat.Calls.Skip(1).Select(c => c.Path));
    }

    [Fact]
    public void A_long_text_is_sent_in_parts_that_tear_no_character_and_no_link_apart()
    {
        var link = "<a href=\"https://a.test/y\">去学习</a>";
        var text = new string('学', 598) + "👨‍👩‍👧‍👦" + new string('习', 590) + link + "\n完";

        var parts = OutgoingText.Split(text);

        Assert.Equal(text, string.Concat(parts));
        Assert.All(parts, part => Assert.InRange(OutgoingText.ByteCount(part), 1, 1800));
        Assert.Equal(new string('学', 598), parts[0]);
        Assert.StartsWith("👨‍👩‍👧‍👦", parts[1], StringComparison.Ordinal);
        Assert.Contains(parts, part => part.Contains(link, StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_end_with_lines_where_they_can()
        => Assert.Equal(["一二三四", "五六七八九十"], OutgoingText.Split("一二三四\n五六七八九十", 18));
}
