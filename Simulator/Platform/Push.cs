using System.Globalization;
using System.Xml.Linq;

namespace Bot.Simulator.Platform;

/// <summary>What a phone makes the platform tell the bot (wechat-protocol.md §3 and §4), without addresses and ids.</summary>
/// <param name="Opens">The quota for customer-service messages that this opens, if any.</param>
/// <param name="ShowsFailure">Whether the person waits for an answer, so sees WeChat's failure sentence.</param>
public sealed record Push(string MsgType, Trigger? Opens, bool ShowsFailure, params XElement[] Fields)
{
    public bool IsEvent => MsgType == "event";

    /// <summary>Sent in the name of the platform's push service; the person stands in <c>OpenID</c>.</summary>
    public bool FromPlatform { get; private init; }

    public string Kind => IsEvent ? "event/" + Fields[0].Value : MsgType;

    /// <param name="choiceId">The id of the msgmenu line that was tapped; tapping counts as a menu click.</param>
    public static Push Text(string content, string? choiceId = null)
        => choiceId is null
            ? Message("text", Field("Content", content))
            : new Push("text", Trigger.MenuClick, true, Field("Content", content), Number("bizmsgmenuid", choiceId));

    public static Push Image(string pictureUrl, string mediaId) => Message("image", Field("PicUrl", pictureUrl), Field("MediaId", mediaId));

    public static Push Voice(string mediaId) => Message("voice", Field("MediaId", mediaId), Field("Format", "amr"), Field("Recognition", ""));

    public static Push Video(string type, string mediaId) => Message(type, Field("MediaId", mediaId), Field("ThumbMediaId", Chance.Text(64)));

    public static Push Location(double latitude, double longitude, string label)
        => Message("location", Degrees("Location_X", latitude), Degrees("Location_Y", longitude), Number("Scale", "15"), Field("Label", label));

    public static Push Link(string title, string description, string url)
        => Message("link", Field("Title", title), Field("Description", description), Field("Url", url));

    public static Push Subscribe(SceneCode? code)
        => code is null
            ? Event("subscribe", Trigger.Subscribe, true, Field("EventKey", ""))
            : Event("subscribe", Trigger.Subscribe, true, Field("EventKey", "qrscene_" + code.Scene), Field("Ticket", code.Ticket));

    public static Push Unsubscribe() => Event("unsubscribe", null, false, Field("EventKey", ""));

    public static Push Scan(SceneCode code) => Event("SCAN", Trigger.Scan, true, Field("EventKey", code.Scene), Field("Ticket", code.Ticket));

    public static Push Click(string key) => Event("CLICK", Trigger.MenuClick, true, Field("EventKey", key));

    public static Push View(string url) => Event("VIEW", null, false, Field("EventKey", url), Number("MenuId", "400000001"));

    public static Push ViewMiniProgram(string path) => Event("view_miniprogram", null, false, Field("EventKey", path), Number("MenuId", "400000001"));

    public static Push MenuScan(string type, string key, string content)
        => Event(type, Trigger.MenuClick, type == "scancode_waitmsg", Field("EventKey", key),
            new XElement("ScanCodeInfo", Field("ScanType", "qrcode"), Field("ScanResult", content)));

    public static Push MenuPictures(string type, string key)
        => Event(type, null, false, Field("EventKey", key),
            new XElement("SendPicsInfo", Number("Count", "1"), new XElement("PicList", new XElement("item", Field("PicMd5Sum", Chance.Hex(32))))));

    public static Push MenuLocation(string key, double latitude, double longitude, string label)
        => Event("location_select", null, false, Field("EventKey", key),
            new XElement("SendLocationInfo", Field("Location_X", Text(latitude)), Field("Location_Y", Text(longitude)),
                Field("Scale", "15"), Field("Label", label), Field("Poiname", "")));

    /// <summary>The position that an account may ask to be told while its chat is open.</summary>
    public static Push Position(double latitude, double longitude)
        => Event("LOCATION", null, false, Degrees("Latitude", latitude), Degrees("Longitude", longitude), Degrees("Precision", 40));

    /// <param name="name">user_authorization_revoke, user_authorization_cancellation or user_info_modified.</param>
    public static Push Authorization(string name, string openId, string appId, string revoked)
        => Event(name, null, false, Field("OpenID", openId), Field("AppID", appId), Field("RevokeInfo", revoked)) with { FromPlatform = true };

    public static Push EnterMini(string from) => Event("user_enter_tempsession", Trigger.MiniEntrance, false, Field("SessionFrom", from));

    /// <summary>What became of a template message.</summary>
    /// <param name="status">success, failed:user block or failed: system failed.</param>
    public static Push TemplateSent(long msgId, string status)
        => Event("TEMPLATESENDJOBFINISH", null, false, Number("MsgID", msgId.ToString(CultureInfo.InvariantCulture)), Field("Status", status));

    /// <summary>What became of a mass message.</summary>
    /// <param name="filtered">Whom it was sent to, after those were left out who do not follow, are blacklisted, or had four this month.</param>
    public static Push MassSent(long msgId, int total, int filtered, int sent, int failed = 0, string status = "send success")
        => Event("MASSSENDJOBFINISH", null, false, Number("MsgID", Text(msgId)), Field("Status", status), Number("TotalCount", Text(total)),
            Number("FilterCount", Text(filtered)), Number("SentCount", Text(sent)), Number("ErrorCount", Text(failed)));

    /// <summary>A draft has been published.</summary>
    public static Push Published(string publishId, string articleId)
        => Event("PUBLISHJOBFINISH", null, false, new XElement(
            "PublishEventInfo", Number("publish_id", publishId), Number("publish_status", "0"), Field("article_id", articleId)));

    /// <summary>The platform has looked at a picture or sound.</summary>
    public static Push MediaChecked(string appId, string traceId)
        => Event("wxa_media_check", null, false, Field("appid", appId), Field("trace_id", traceId), Number("version", "2"), Number("errcode", "0"),
            new XElement("result", Field("suggest", "pass"), Number("label", "100")));

    /// <summary>The person was asked for a credit and said yes or no; in JSON the list stands at the top.</summary>
    public static Push Asked(Account account, string templateId, bool accepts)
    {
        var list = new XElement("List", Field("TemplateId", templateId), Field("SubscribeStatusString", accepts ? "accept" : "reject"), Number("PopupScene", "1"));
        return Event("subscribe_msg_popup_event", null, false, account.Format == PushFormat.Json ? list : new XElement("SubscribeMsgPopupEvent", list));
    }

    /// <summary>What became of a notification.</summary>
    /// <param name="errCode">0: it arrived.</param>
    public static Push Notified(Account account, string templateId, long msgId, int errCode = 0)
    {
        var list = new XElement(
            "List", Field("TemplateId", templateId), Field("MsgID", Text(msgId)), Number("ErrorCode", Text(errCode)), Field("ErrorStatus", errCode == 0 ? "success" : "failed"));
        return Event("subscribe_msg_sent_event", null, false, account.Format == PushFormat.Json ? list : new XElement("SubscribeMsgSentEvent", list));
    }

    /// <summary>Any event, for tests of what the phone page has no button for.</summary>
    public static Push Event(string name, Trigger? opens, bool showsFailure, params XElement[] fields)
        => new("event", opens, showsFailure, [Field("Event", name), .. fields]);

    /// <summary>A text value; CDATA in XML, a string in JSON.</summary>
    public static XElement Field(string name, string value) => new(name, new XCData(value));

    /// <summary>A bare value; plain text in XML, a number in JSON.</summary>
    public static XElement Number(string name, string value) => new(name, value);

    private static Push Message(string type, params XElement[] fields) => new(type, Trigger.Message, true, fields);

    private static XElement Degrees(string name, double value) => Number(name, Text(value));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
