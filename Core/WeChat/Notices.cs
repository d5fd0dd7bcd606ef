namespace Bot.Core.WeChat;

// Events that are about the account, its sendings or a person's rights, not steps of a conversation.

/// <summary>The outcome of one template message.</summary>
public sealed record TemplateSendJobFinish(Fields Fields) : InboundEvent(Fields)
{
    /// <summary>The msgid that the send call returned.</summary>
    public string SentMsgId => Fields.Text("MsgID");

    /// <summary>success, failed:user block, failed: system failed.</summary>
    public string Status => Fields.Text("Status");

    public bool Succeeded => Status == "success";
}

public sealed record MassSendJobFinish(Fields Fields) : InboundEvent(Fields)
{
    public string SentMsgId => Fields.Find("MsgID") ?? Fields.Text("MsgId");

    /// <summary>send success, sendsuccess, send fail or err(number).</summary>
    public string Status => Fields.Text("Status");

    public bool Succeeded => Status is "send success" or "sendsuccess";

    public long TotalCount => Fields.Number("TotalCount");

    public long FilterCount => Fields.Number("FilterCount");

    public long SentCount => Fields.Number("SentCount");

    public long ErrorCount => Fields.Number("ErrorCount");
}

public sealed record PublishJobFinish(Fields Fields) : InboundEvent(Fields)
{
    private Fields Info => Fields.Child("PublishEventInfo") ?? Fields;

    public string PublishId => Info.Text("publish_id");

    /// <summary>0 ok, 1 running, 2 originality failed, 3 failed, 4 rejected, 5 deleted by user, 6 banned.</summary>
    public long PublishStatus => Info.Number("publish_status");

    public string ArticleId => Info.Text("article_id");

    public IEnumerable<string> ArticleUrls
        => from item in Info.Child("article_detail")?.Each("item") ?? [] select item.Text("article_url");
}

/// <param name="TemplateId">Which template.</param>
/// <param name="Status">accept or reject, in lower case.</param>
/// <param name="PopupScene">Empty in <see cref="SubscribeMsgChange"/>.</param>
public readonly record struct TemplateChoice(string TemplateId, string Status, string PopupScene)
{
    public bool Accepted => Status == "accept";

    internal static IEnumerable<TemplateChoice> In(Fields fields, string wrapper)
        => from choice in (fields.Child(wrapper) ?? fields).Each("List")
           select new TemplateChoice(
               choice.Text("TemplateId"), choice.Text("SubscribeStatusString").ToLowerInvariant(), choice.Text("PopupScene"));
}

/// <summary>Each accept is one credit for a notification.</summary>
public sealed record SubscribeMsgPopup(Fields Fields) : InboundEvent(Fields)
{
    public IEnumerable<TemplateChoice> Choices => TemplateChoice.In(Fields, "SubscribeMsgPopupEvent");
}

/// <summary>The person changed the setting; a reject takes all credits.</summary>
public sealed record SubscribeMsgChange(Fields Fields) : InboundEvent(Fields)
{
    public IEnumerable<TemplateChoice> Choices => TemplateChoice.In(Fields, "SubscribeMsgChangeEvent");
}

public readonly record struct TemplateOutcome(string TemplateId, string MsgId, long ErrorCode, string ErrorStatus);

public sealed record SubscribeMsgSent(Fields Fields) : InboundEvent(Fields)
{
    public IEnumerable<TemplateOutcome> Outcomes
        => from sent in (Fields.Child("SubscribeMsgSentEvent") ?? Fields).Each("List")
           select new TemplateOutcome(sent.Text("TemplateId"), sent.Text("MsgID"), sent.Number("ErrorCode"), sent.Text("ErrorStatus"));
}

/// <summary>Mini program: the verdict on a picture or sound.</summary>
public sealed record MediaCheck(Fields Fields) : InboundEvent(Fields)
{
    public string TraceId => Fields.Text("trace_id");

    public long ErrCode => Fields.Number("errcode");

    /// <summary>pass, review or risky; anything but pass is not to be shown.</summary>
    public string Suggest => Fields.Child("result")?.Text("suggest") ?? "";

    /// <summary>100 is normal.</summary>
    public long Label => Fields.Child("result")?.Number("label") ?? 0;
}

/// <summary>A person used a right over their data (§4, Privacy events). FromUserName is the platform, never the person.</summary>
public abstract record PrivacyEvent(Fields Fields) : InboundEvent(Fields)
{
    /// <summary>The person; null when WeChat sent none: then there is nothing to do.</summary>
    public string? OpenId => Fields.Find("OpenID") is { Length: > 0 } id ? id : null;

    public string? UnionId => Fields.Find("UnionID") is { Length: > 0 } id ? id : null;

    public string AppId => Fields.Text("AppID");

    /// <summary>What was withdrawn, as WeChat's numbers; their meaning differs between account and mini program.</summary>
    public string RevokeInfo => Fields.Text("RevokeInfo");
}

/// <summary>The stored profile is at risk: refresh or clear it.</summary>
public sealed record UserInfoModified(Fields Fields) : PrivacyEvent(Fields);

/// <summary>Delete what RevokeInfo names.</summary>
public sealed record UserAuthorizationRevoke(Fields Fields) : PrivacyEvent(Fields);

/// <summary>The WeChat account is gone: erase.</summary>
public sealed record UserAuthorizationCancellation(Fields Fields) : PrivacyEvent(Fields);

/// <summary>qualification_verify_*, naming_verify_*, annual_renew, verify_expired: for the operator.</summary>
public sealed record VerificationEvent(Fields Fields) : InboundEvent(Fields)
{
    /// <summary>Unix seconds; 0 when absent.</summary>
    public long ExpiredTime => Fields.Number("ExpiredTime");

    public long FailTime => Fields.Number("FailTime");

    public string FailReason => Fields.Text("FailReason");
}
