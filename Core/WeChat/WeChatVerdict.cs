namespace Bot.Core.WeChat;

/// <summary>When the same call may be made again.</summary>
public enum WeChatRetry
{
    /// <summary>The same call would fail again.</summary>
    Never,

    /// <summary>WeChat is busy: after seconds, and only calls that do no harm twice.</summary>
    Soon,

    /// <summary>At once, once, with another token; the sending method does it by itself.</summary>
    WithNewToken,

    /// <summary>Too fast: from the next minute on, slower.</summary>
    NextMinute,

    /// <summary>The day's quota is gone; days begin at midnight in China.</summary>
    NextDay,

    /// <summary>When the person has written, tapped the menu or scanned a code again.</summary>
    AfterUserActs,

    /// <summary>When somebody has set right what is wrong at WeChat's console or in the settings.</summary>
    ByHumanOnly,
}

/// <summary>What an errcode says about the world, for whoever sends.</summary>
public enum WeChatEffect
{
    /// <summary>Nothing; it passes.</summary>
    None,

    /// <summary>The openid belongs to another appid or to nobody: never write to it again.</summary>
    AddressInvalid,

    /// <summary>The person does not follow the account.</summary>
    Unfollowed,

    /// <summary>The person is blacklisted or has switched messages off: stop writing to them.</summary>
    Stopped,

    /// <summary>The person refused this notification or has no credit left: the credit is 0.</summary>
    NoCredit,

    /// <summary>The 48 hours, or the minute after a tap, are over.</summary>
    WindowClosed,

    /// <summary>The messages that the person's last action allowed are used up.</summary>
    WindowUsedUp,

    /// <summary>A template id, page or value is wrong; <see cref="WeChatException.Field"/> names the value where WeChat does.</summary>
    WrongData,

    /// <summary>Longer than allowed: split it.</summary>
    TooLong,

    /// <summary>Appid, secret or address list: nothing of this account works until somebody mends it.</summary>
    Configuration,

    /// <summary>WeChat does not grant this API to this kind of account: the feature is off, the others go on.</summary>
    NotAllowedHere,

    /// <summary>WeChat has blocked the account or this API: stop all sends.</summary>
    AccountBlocked,

    /// <summary>A quota of the account is used up.</summary>
    QuotaUsedUp,

    /// <summary>More calls a minute than allowed.</summary>
    TooFast,

    /// <summary>The code, session or authorisation no longer counts: the person signs in again.</summary>
    LoginAgain,

    /// <summary>The person has not agreed to this use.</summary>
    ConsentNeeded,

    /// <summary>WeChat holds the person to be a risk: a polite refusal.</summary>
    RiskyPerson,

    /// <summary>Our own mistake: encoding, body or token missing.</summary>
    Bug,

    /// <summary>The content breaks WeChat's rules.</summary>
    ContentRefused,

    /// <summary>WeChat cannot check this content now: a person looks at it.</summary>
    NotChecked,

    /// <summary>This id has been sent before: as good as done.</summary>
    AlreadySent,

    /// <summary>A code that §8 does not name: not repeated, recorded with its rid.</summary>
    Unknown,
}

public readonly record struct WeChatVerdict(WeChatRetry Retry, WeChatEffect Effect);
