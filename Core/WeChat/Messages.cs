namespace Bot.Core.WeChat;

public abstract record InboundMessage(Fields Fields) : Inbound(Fields);

public sealed record TextMessage(Fields Fields) : InboundMessage(Fields)
{
    /// <summary>"" when WeChat sent none.</summary>
    public string Content => Fields.Text("Content");

    /// <summary>The item tapped in a menu message, or null when it was typed.</summary>
    public string? MenuItemId => Fields.Find("bizmsgmenuid");
}

public sealed record ImageMessage(Fields Fields) : InboundMessage(Fields)
{
    public string PicUrl => Fields.Text("PicUrl");

    /// <summary>Inbound media live three days.</summary>
    public string MediaId => Fields.Text("MediaId");
}

public sealed record VoiceMessage(Fields Fields) : InboundMessage(Fields)
{
    public string MediaId => Fields.Text("MediaId");

    /// <summary>amr or speex.</summary>
    public string Format => Fields.Text("Format");

    /// <summary>Null where WeChat does not grant speech recognition.</summary>
    public string? Recognition => Fields.Find("Recognition");
}

public sealed record VideoMessage(Fields Fields) : InboundMessage(Fields)
{
    public bool IsShort => MsgType == "shortvideo";

    public string MediaId => Fields.Text("MediaId");

    public string ThumbMediaId => Fields.Text("ThumbMediaId");
}

public sealed record LocationMessage(Fields Fields) : InboundMessage(Fields)
{
    /// <summary>Degrees; null when not a number.</summary>
    public decimal? Latitude => Fields.Decimal("Location_X");

    /// <summary>Degrees; null when not a number.</summary>
    public decimal? Longitude => Fields.Decimal("Location_Y");

    public long Scale => Fields.Number("Scale");

    public string Label => Fields.Text("Label");
}

public sealed record LinkMessage(Fields Fields) : InboundMessage(Fields)
{
    public string Title => Fields.Text("Title");

    public string Description => Fields.Text("Description");

    public string Url => Fields.Text("Url");
}

/// <summary>A mini-program card sent in the mini program's customer-service chat.</summary>
public sealed record MiniProgramPageMessage(Fields Fields) : InboundMessage(Fields)
{
    public string Title => Fields.Text("Title");

    public string AppId => Fields.Text("AppId");

    public string PagePath => Fields.Text("PagePath");

    public string ThumbUrl => Fields.Text("ThumbUrl");

    public string ThumbMediaId => Fields.Text("ThumbMediaId");
}

public sealed record UnknownMessage(Fields Fields) : InboundMessage(Fields);
