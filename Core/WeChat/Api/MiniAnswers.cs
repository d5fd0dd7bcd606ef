namespace Bot.Core.WeChat;

/// <summary>The key of a mini-program session: for <see cref="MiniApi.CheckSessionAsync"/> at once, never to be stored, logged or handed out.</summary>
public sealed class SessionKey
{
    internal SessionKey(string text) => Text = text;

    internal string Text { get; }

    public override string ToString() => nameof(SessionKey);
}

/// <summary>Who a mini-program login code belongs to.</summary>
/// <param name="OpenId">Of the mini program.</param>
/// <param name="UnionId">Only where the accounts are joined on the Open Platform.</param>
/// <param name="Key">Drop it where the session is not checked.</param>
public sealed record CodeSession(string OpenId, string? UnionId, SessionKey Key)
{
    public override string ToString() => nameof(CodeSession);
}

/// <param name="Number">With its country code where it is foreign.</param>
/// <param name="PureNumber">Without.</param>
/// <param name="CountryCode">Digits, such as 86.</param>
public sealed record BoundPhone(string Number, string PureNumber, string CountryCode)
{
    public override string ToString() => nameof(BoundPhone);
}

/// <summary>Which build of the mini program a code or link opens.</summary>
public enum MiniVersion
{
    Release,
    Trial,
    Develop,
}

/// <summary>Where the text or file would be shown.</summary>
public enum ContentScene
{
    Profile = 1,
    Comment = 2,
    Forum = 3,
    Social = 4,
}

public enum CheckedMedia
{
    Audio = 1,
    Image = 2,
}

/// <summary>WeChat's opinion of a text: an aid, a person decides.</summary>
/// <param name="Suggest">pass, review or risky.</param>
/// <param name="Label">100: normal.</param>
/// <param name="TraceId">For their support.</param>
public sealed record ContentVerdict(string Suggest, int Label, string TraceId)
{
    public const int Normal = 100;

    public bool IsNormal => Suggest == "pass" && Label == Normal;
}
