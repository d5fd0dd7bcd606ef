namespace Bot.Core.WeChat;

public abstract record InboundEvent(Fields Fields) : Inbound(Fields)
{
    /// <summary>WeChat's name of the event, in lower case.</summary>
    public string Event => Fields.Text("Event").ToLowerInvariant();

    public string EventKey => Fields.Text("EventKey");

    private protected override string EventRetryKey
        => $"{Event}|{EventKey}|{Fields.Find("MsgID") ?? Fields.Find("trace_id") ?? FieldsHash.Of(Fields)}";
}

public sealed record SubscribeEvent(Fields Fields) : InboundEvent(Fields)
{
    private const string Prefix = "qrscene_";

    /// <summary>The scene of the QR code that brought the person, without WeChat's prefix; null when there was none.</summary>
    public string? SceneOrNull => EventKey.StartsWith(Prefix, StringComparison.Ordinal) ? EventKey[Prefix.Length..] : null;

    public string Ticket => Fields.Text("Ticket");
}

/// <summary>No answer reaches the person.</summary>
public sealed record UnsubscribeEvent(Fields Fields) : InboundEvent(Fields);

/// <summary>A follower scanned a QR code of ours.</summary>
public sealed record ScanEvent(Fields Fields) : InboundEvent(Fields)
{
    public string Scene => EventKey;

    public string Ticket => Fields.Text("Ticket");
}

/// <summary>Sent by the phone, not by the person; frequent.</summary>
public sealed record LocationEvent(Fields Fields) : InboundEvent(Fields)
{
    public decimal? Latitude => Fields.Decimal("Latitude");

    public decimal? Longitude => Fields.Decimal("Longitude");

    public decimal? Precision => Fields.Decimal("Precision");
}

/// <summary>EventKey is the menu item's key.</summary>
public sealed record ClickEvent(Fields Fields) : InboundEvent(Fields);

public sealed record ViewEvent(Fields Fields) : InboundEvent(Fields)
{
    public string Url => EventKey;

    public string MenuId => Fields.Text("MenuId");
}

public sealed record ViewMiniProgramEvent(Fields Fields) : InboundEvent(Fields)
{
    public string PagePath => EventKey;

    public string MenuId => Fields.Text("MenuId");
}

public sealed record ScanCodeEvent(Fields Fields) : InboundEvent(Fields)
{
    /// <summary>scancode_waitmsg: the phone shows "receiving" until a message comes.</summary>
    public bool AwaitsAnswer => Event == "scancode_waitmsg";

    public string ScanType => Fields.Child("ScanCodeInfo")?.Text("ScanType") ?? "";

    public string ScanResult => Fields.Child("ScanCodeInfo")?.Text("ScanResult") ?? "";
}

/// <summary>pic_sysphoto, pic_photo_or_album, pic_weixin; the pictures follow as image messages.</summary>
public sealed record PictureEvent(Fields Fields) : InboundEvent(Fields)
{
    public long Count => Fields.Child("SendPicsInfo")?.Number("Count") ?? 0;

    public IEnumerable<string> Md5Sums
        => from list in Fields.Child("SendPicsInfo")?.Each("PicList") ?? []
           from item in list.Child("item") is null ? [list] : list.Each("item")
           select item.Text("PicMd5Sum");
}

/// <summary>A location message follows.</summary>
public sealed record LocationSelectEvent(Fields Fields) : InboundEvent(Fields)
{
    public Fields? Location => Fields.Child("SendLocationInfo");
}

public sealed record KfSessionCreated(Fields Fields) : InboundEvent(Fields)
{
    public string KfAccount => Fields.Text("KfAccount");
}

public sealed record KfSessionClosed(Fields Fields) : InboundEvent(Fields)
{
    public string KfAccount => Fields.Text("KfAccount");
}

public sealed record KfSessionSwitched(Fields Fields) : InboundEvent(Fields)
{
    public string FromKfAccount => Fields.Text("FromKfAccount");

    public string ToKfAccount => Fields.Text("ToKfAccount");
}

/// <summary>Mini program: opens a window of two messages within one minute.</summary>
public sealed record EnterTempSession(Fields Fields) : InboundEvent(Fields)
{
    public string SessionFrom => Fields.Text("SessionFrom");
}

/// <summary>Everything else; acknowledge it.</summary>
public sealed record UnknownEvent(Fields Fields) : InboundEvent(Fields);
