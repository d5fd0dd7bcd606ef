using Bot.Core.Content;

namespace Bot.Core.Replies;

public enum ReplyLock
{
    /// <summary>What is answered to words of distress, and how people answer there.</summary>
    Safety,

    /// <summary>What people agree to, and by which words they agree, withdraw and have themselves deleted.</summary>
    Consent,
}

/// <summary>
/// What two people at the console must not change: a slip there costs more than a sentence. It is shown, and changes with a release of
/// Content/, where the tests look at it.
/// </summary>
public static class ReplyLocks
{
    private static readonly string[] Safe = ["words.help-yes", "words.help-no", "words.help-end", "words.help-skip", "words.help-good", "words.help-fair", "words.help-bad"];

    private static readonly string[] Agreed =
    [
        "words.agree", "words.disagree", "words.withdraw", "words.erase", "words.confirm-withdraw", "words.confirm-erase",
        "join.consent", "join.consent.card", "join.consent.card-text", "privacy.menu", "privacy.card", "privacy.card-text", "privacy.purpose",
        "privacy.confirm-withdraw", "privacy.confirm-erase", "privacy.confirm-erase-unproven",
        "join.answer-please", "join.disagreed", "join.nothing-waits", "join.guardian-needed", "privacy.consented", "privacy.no-consents", "privacy.withdrawn",
        "privacy.number-wrong", "privacy.erased-account", "privacy.erased", "privacy.not-confirmed", "privacy.nothing-waits", "privacy.not-given",
    ];

    /// <returns>Null for what may be edited.</returns>
    public static ReplyLock? Of(ContentKey key)
        => (key.Kind == ContentKind.Words && key.Name == ContentRules.HelpLine) || (key.Kind == ContentKind.Reply && (Safe.Contains(key.Name) || key.Name.StartsWith(ContentRules.HelpLine + ".", StringComparison.Ordinal))) ? ReplyLock.Safety
            : key.Kind == ContentKind.Reply && Agreed.Contains(key.Name) ? ReplyLock.Consent
            : null;

    public static bool IsLocked(ContentKey key) => Of(key) is not null;
}
