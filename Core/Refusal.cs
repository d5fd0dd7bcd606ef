namespace Bot.Core;

/// <summary>How a rule says no; decides the HTTP status (400, 403, 404, 409).</summary>
public enum RefusalKind
{
    Invalid,
    Forbidden,
    NotFound,
    Conflict,
}

/// <summary>A rule's no, declared once in the rule's class.</summary>
/// <param name="Code">Stable, lower case, <c>slice.reason</c>; has a sentence in Content/replies.yaml.</param>
/// <param name="Detail">English, for developers; holds nothing personal.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail);
