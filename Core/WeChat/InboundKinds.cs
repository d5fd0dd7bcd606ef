namespace Bot.Core.WeChat;

internal static class InboundKinds
{
    public static Inbound Of(Fields fields) => fields.Text("MsgType").ToLowerInvariant() switch
    {
        "text" => new TextMessage(fields),
        "event" => Event(fields),
        "image" => new ImageMessage(fields),
        "voice" => new VoiceMessage(fields),
        "video" or "shortvideo" => new VideoMessage(fields),
        "location" => new LocationMessage(fields),
        "link" => new LinkMessage(fields),
        "miniprogrampage" => new MiniProgramPageMessage(fields),
        _ => new UnknownMessage(fields),
    };

    private static InboundEvent Event(Fields fields) => fields.Text("Event").ToLowerInvariant() switch
    {
        "subscribe" => new SubscribeEvent(fields),
        "unsubscribe" => new UnsubscribeEvent(fields),
        "scan" => new ScanEvent(fields),
        "location" => new LocationEvent(fields),
        "click" => new ClickEvent(fields),
        "view" => new ViewEvent(fields),
        "view_miniprogram" => new ViewMiniProgramEvent(fields),
        "scancode_push" or "scancode_waitmsg" => new ScanCodeEvent(fields),
        "pic_sysphoto" or "pic_photo_or_album" or "pic_weixin" => new PictureEvent(fields),
        "location_select" => new LocationSelectEvent(fields),
        "kf_create_session" => new KfSessionCreated(fields),
        "kf_close_session" => new KfSessionClosed(fields),
        "kf_switch_session" => new KfSessionSwitched(fields),
        "user_enter_tempsession" => new EnterTempSession(fields),
        var name => Notice(name, fields),
    };

    private static InboundEvent Notice(string name, Fields fields) => name switch
    {
        "templatesendjobfinish" => new TemplateSendJobFinish(fields),
        "masssendjobfinish" => new MassSendJobFinish(fields),
        "publishjobfinish" => new PublishJobFinish(fields),
        "subscribe_msg_popup_event" => new SubscribeMsgPopup(fields),
        "subscribe_msg_change_event" => new SubscribeMsgChange(fields),
        "subscribe_msg_sent_event" => new SubscribeMsgSent(fields),
        "wxa_media_check" => new MediaCheck(fields),
        "user_info_modified" => new UserInfoModified(fields),
        "user_authorization_revoke" => new UserAuthorizationRevoke(fields),
        "user_authorization_cancellation" => new UserAuthorizationCancellation(fields),
        "annual_renew" or "verify_expired" => new VerificationEvent(fields),
        _ when name.StartsWith("qualification_verify_", StringComparison.Ordinal)
            || name.StartsWith("naming_verify_", StringComparison.Ordinal) => new VerificationEvent(fields),
        _ => new UnknownEvent(fields),
    };
}
