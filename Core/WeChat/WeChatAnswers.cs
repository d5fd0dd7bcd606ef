namespace Bot.Core.WeChat;

public enum WeChatAccount
{
    Mp,
    Mini,
}

/// <summary>Who a mini-program login code belongs to; WeChat's session_key is dropped on arrival.</summary>
/// <param name="OpenId">Of the mini program.</param>
/// <param name="UnionId">Only where the accounts are joined on the Open Platform.</param>
public sealed record CodeSession(string OpenId, string? UnionId)
{
    public override string ToString() => nameof(CodeSession);
}

/// <param name="OpenId">Of the official account.</param>
/// <param name="UnionId">Only where the accounts are joined on the Open Platform.</param>
/// <param name="IsSnapshotUser">A virtual person of WeChat's snapshot page: never store or bind it.</param>
public sealed record OAuthIdentity(string OpenId, string? UnionId, bool IsSnapshotUser)
{
    public override string ToString() => nameof(OAuthIdentity);
}

/// <param name="Ticket">WeChat's name of the code.</param>
/// <param name="ImageUrl">Where the picture is.</param>
/// <param name="Url">What the picture encodes.</param>
public sealed record QrCode(string Ticket, string ImageUrl, string Url);
