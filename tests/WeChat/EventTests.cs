using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class EventTests
{
    private readonly Platform _platform = new(new FixedClock());

    [Theory]
    [InlineData("<EventKey><![CDATA[]]></EventKey>", null)]
    [InlineData("", null)]
    [InlineData("<EventKey>qrscene_b-101</EventKey><Ticket>T</Ticket>", "b-101")]
    [InlineData("<EventKey>qrscene_qrscene_1</EventKey>", "qrscene_1")]
    [InlineData("<EventKey>last_trade_no_4000</EventKey>", null)]
    [InlineData("<EventKey>QRSCENE_1</EventKey>", null)]
    public void A_new_follower_brings_the_scene_of_the_code_they_scanned(string fields, string? scene)
        => Assert.Equal(scene, Push<SubscribeEvent>("subscribe", fields).SceneOrNull);

    [Fact]
    public void A_followers_scan_has_the_scene_without_prefix()
    {
        var scan = Push<ScanEvent>("SCAN", "<EventKey>b-101</EventKey><Ticket>T</Ticket>");

        Assert.Equal(("b-101", "T", "scan"), (scan.Scene, scan.Ticket, scan.Event));
    }

    [Fact]
    public void Menu_events_say_what_was_chosen()
    {
        Assert.Equal("study", Push<ClickEvent>("CLICK", "<EventKey>study</EventKey>").EventKey);
        var view = Push<ViewEvent>("VIEW", "<EventKey>https://u</EventKey><MenuId>7</MenuId>");
        Assert.Equal(("https://u", "7"), (view.Url, view.MenuId));
        var program = Push<ViewMiniProgramEvent>("view_miniprogram", "<EventKey>pages/a</EventKey><MenuId>8</MenuId>");
        Assert.Equal(("pages/a", "8"), (program.PagePath, program.MenuId));
    }

    [Theory]
    [InlineData("scancode_push", false)]
    [InlineData("scancode_waitmsg", true)]
    public void A_code_scanned_from_the_menu_is_read(string name, bool awaits)
    {
        var scan = Push<ScanCodeEvent>(name, "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>");

        Assert.Equal((awaits, "qrcode", "1"), (scan.AwaitsAnswer, scan.ScanType, scan.ScanResult));
        Assert.Equal("", Push<ScanCodeEvent>(name, "").ScanResult);
    }

    [Theory]
    [InlineData("pic_sysphoto")]
    [InlineData("pic_photo_or_album")]
    [InlineData("pic_weixin")]
    public void Pictures_from_the_menu_are_announced(string name)
    {
        var picture = Push<PictureEvent>(
            name,
            "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>");

        Assert.Equal(2, picture.Count);
        Assert.Equal(["a", "b"], picture.Md5Sums);
        Assert.Empty(Push<PictureEvent>(name, "").Md5Sums);
    }

    [Fact]
    public void Places_are_read()
    {
        var sent = Push<LocationEvent>("LOCATION", "<Latitude>23.137466</Latitude><Longitude>113.352425</Longitude><Precision>119.385040</Precision>");
        var chosen = Push<LocationSelectEvent>("location_select", "<SendLocationInfo><Label>某地</Label><Poiname>门</Poiname></SendLocationInfo>");

        Assert.Equal((23.137466m, 113.352425m, 119.385040m), (sent.Latitude, sent.Longitude, sent.Precision));
        Assert.Equal("门", chosen.Location?.Text("Poiname"));
    }

    [Fact]
    public void Agent_sessions_are_read()
    {
        Assert.Equal("k@a", Push<KfSessionCreated>("kf_create_session", "<KfAccount>k@a</KfAccount>").KfAccount);
        Assert.Equal("k@a", Push<KfSessionClosed>("kf_close_session", "<KfAccount>k@a</KfAccount>").KfAccount);
        var switched = Push<KfSessionSwitched>("kf_switch_session", "<FromKfAccount>a</FromKfAccount><ToKfAccount>b</ToKfAccount>");
        Assert.Equal(("a", "b"), (switched.FromKfAccount, switched.ToKfAccount));
        Assert.Equal("s", Push<EnterTempSession>("user_enter_tempsession", "<SessionFrom>s</SessionFrom>").SessionFrom);
        Push<UnsubscribeEvent>("unsubscribe", "");
    }

    [Fact]
    public void The_fate_of_sent_messages_is_read()
    {
        var template = Push<TemplateSendJobFinish>("TEMPLATESENDJOBFINISH", "<MsgID>1234567890123456789</MsgID><Status>failed:user block</Status>");
        var mass = Push<MassSendJobFinish>(
            "MASSSENDJOBFINISH",
            "<MsgID>1</MsgID><Status>err(20002)</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount>");
        var published = Push<PublishJobFinish>(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>2247</publish_id><publish_status>0</publish_status><article_id>a</article_id><article_detail><count>1</count>"
            + "<item><idx>1</idx><article_url>https://u</article_url></item></article_detail></PublishEventInfo>");

        Assert.Equal(("1234567890123456789", "failed:user block", false, null), (template.SentMsgId, template.Status, template.Succeeded, template.MsgId));
        Assert.True(Push<TemplateSendJobFinish>("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>").Succeeded);
        Assert.Equal(("1", false, 100, 80, 75, 5), (mass.SentMsgId, mass.Succeeded, mass.TotalCount, mass.FilterCount, mass.SentCount, mass.ErrorCount));
        Assert.True(Push<MassSendJobFinish>("MASSSENDJOBFINISH", "<MsgID>1</MsgID><Status>sendsuccess</Status>").Succeeded);
        Assert.Equal(("2247", 0, "a"), (published.PublishId, published.PublishStatus, published.ArticleId));
        Assert.Equal(["https://u"], published.ArticleUrls);
    }

    [Theory]
    [InlineData("\"List\":{\"TemplateId\":\"t1\",\"SubscribeStatusString\":\"accept\",\"PopupScene\":\"0\"}", 1)]
    [InlineData("\"List\":[{\"TemplateId\":\"t1\",\"SubscribeStatusString\":\"Accept\",\"PopupScene\":0},{\"TemplateId\":\"t2\",\"SubscribeStatusString\":\"reject\"}]", 2)]
    [InlineData("\"SubscribeMsgPopupEvent\":{\"List\":[{\"TemplateId\":\"t1\",\"SubscribeStatusString\":\"accept\",\"PopupScene\":\"0\"}]}", 1)]
    public void Accepted_templates_are_read_from_json_in_either_shape(string members, int count)
    {
        var popup = PushJson<SubscribeMsgPopup>("subscribe_msg_popup_event", members);

        Assert.Equal(count, popup.Choices.Count());
        Assert.Equal(new TemplateChoice("t1", "accept", "0"), popup.Choices.First());
        Assert.True(popup.Choices.First().Accepted);
        Assert.All(popup.Choices.Skip(1), c => Assert.False(c.Accepted));
    }

    [Fact]
    public void Templates_are_read_from_xml_with_one_entry_or_several()
    {
        const string One = "<List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List>";
        const string Two = "<List><TemplateId>t2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>";

        var popup = Push<SubscribeMsgPopup>("subscribe_msg_popup_event", $"<SubscribeMsgPopupEvent>{One}{Two}</SubscribeMsgPopupEvent>");
        var change = Push<SubscribeMsgChange>("subscribe_msg_change_event", $"<SubscribeMsgChangeEvent>{Two}</SubscribeMsgChangeEvent>");

        Assert.Equal(["t1", "t2"], popup.Choices.Select(c => c.TemplateId));
        Assert.Equal(["reject"], change.Choices.Select(c => c.Status));
        Assert.Equal(
            [new TemplateOutcome("t3", "1864323726461255680", 43101, "user refuse")],
            Push<SubscribeMsgSent>(
                "subscribe_msg_sent_event",
                "<SubscribeMsgSentEvent><List><TemplateId>t3</TemplateId><MsgID>1864323726461255680</MsgID>"
                + "<ErrorCode>43101</ErrorCode><ErrorStatus>user refuse</ErrorStatus></List></SubscribeMsgSentEvent>").Outcomes);
        Assert.Equal(
            ["t3"],
            PushJson<SubscribeMsgSent>(
                "subscribe_msg_sent_event", """ "List":{"TemplateId":"t3","MsgID":"1","ErrorCode":"0","ErrorStatus":"success"}""").Outcomes.Select(o => o.TemplateId));
    }

    [Fact]
    public void A_media_verdict_is_read_in_either_format()
    {
        var json = PushJson<MediaCheck>(
            "wxa_media_check",
            """ "appid":"wx1","trace_id":"t","version":2,"detail":[{"strategy":"content_model"}],"errcode":0,"result":{"suggest":"risky","label":20002}""");
        var xml = Push<MediaCheck>(
            "wxa_media_check",
            "<trace_id>t</trace_id><detail><strategy>content_model</strategy></detail>"
            + "<errcode>0</errcode><result><suggest>risky</suggest><label>20002</label></result>");

        foreach (var check in new[] { json, xml })
        {
            Assert.Equal(("t", 0, "risky", 20002), (check.TraceId, check.ErrCode, check.Suggest, check.Label));
            Assert.Equal("content_model", Assert.Single(check.Fields.Each("detail")).Text("strategy"));
        }
    }

    [Fact]
    public void A_privacy_event_is_about_its_OpenID_and_not_about_its_sender()
    {
        var cancelled = Push<UserAuthorizationCancellation>("user_authorization_cancellation", "<OpenID>o-9</OpenID><AppID>wx1</AppID><RevokeInfo>1</RevokeInfo>");
        var revoked = PushJson<UserAuthorizationRevoke>("user_authorization_revoke", """ "OpenID":"o-9","AppID":"wx1","RevokeInfo":"206","UnionID":"u" """);
        var modified = Push<UserInfoModified>("user_info_modified", "<OpenID></OpenID>");

        Assert.Equal(("o-9", "o-1", "wx1", null), (cancelled.OpenId, cancelled.FromUserName, cancelled.AppId, cancelled.UnionId));
        Assert.Equal(("o-9", "206", "u"), (revoked.OpenId, revoked.RevokeInfo, revoked.UnionId));
        Assert.Null(modified.OpenId);
        Assert.Null(Push<UserInfoModified>("user_info_modified", "").OpenId);
        Assert.IsAssignableFrom<PrivacyEvent>(modified);
    }

    [Theory]
    [InlineData("qualification_verify_success")]
    [InlineData("qualification_verify_fail")]
    [InlineData("naming_verify_success")]
    [InlineData("naming_verify_fail")]
    [InlineData("annual_renew")]
    [InlineData("verify_expired")]
    public void Verification_events_are_read(string name)
    {
        var verification = Push<VerificationEvent>(name, "<ExpiredTime>1442401156</ExpiredTime><FailTime>1442401093</FailTime><FailReason>by time</FailReason>");

        Assert.Equal((1442401156, 1442401093, "by time"), (verification.ExpiredTime, verification.FailTime, verification.FailReason));
    }

    [Fact]
    public void An_event_that_does_not_exist_yet_keeps_all_its_fields()
    {
        var unknown = Push<UnknownEvent>("Brand_New", "<EventKey>k</EventKey><A><B>1</B></A>");

        Assert.Equal(("brand_new", "k", "1"), (unknown.Event, unknown.EventKey, unknown.Fields.Child("A")?.Text("B")));
        Push<UnknownEvent>("", "");
    }

    private T Push<T>(string name, string fields)
        where T : Inbound
        => Assert.IsType<T>(_platform.PushPlain(
            _platform.Callback(CallbackMode.Plain),
            "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1790000000</CreateTime>"
            + $"<MsgType>event</MsgType><Event>{name}</Event>{fields}</xml>").Inbound);

    private T PushJson<T>(string name, string members)
        where T : Inbound
        => Assert.IsType<T>(_platform.PushPlain(
            _platform.Callback(CallbackMode.Plain, CallbackFormat.Json),
            $$"""{"ToUserName":"gh_1","FromUserName":"o-1","CreateTime":1790000000,"MsgType":"event","Event":"{{name}}",{{members}}}""").Inbound);
}
