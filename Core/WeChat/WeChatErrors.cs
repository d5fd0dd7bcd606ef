using System.Collections.Frozen;
using static Bot.Core.WeChat.WeChatEffect;
using static Bot.Core.WeChat.WeChatRetry;

namespace Bot.Core.WeChat;

/// <summary>The table of errcodes (§8, and those that §6 names).</summary>
public static class WeChatErrors
{
    private static readonly FrozenDictionary<int, WeChatVerdict> Table = Rows().ToFrozenDictionary(row => row.Code, row => row.Verdict);

    /// <returns>Never and Unknown for a code that the table does not have; 0 is no error.</returns>
    public static WeChatVerdict Of(int code) => Table.GetValueOrDefault(code, new WeChatVerdict(Never, Unknown));

    private static IEnumerable<(int Code, WeChatVerdict Verdict)> Rows() =>
    [
        .. Each(Soon, None, -1, 61450),
        .. Each(WithNewToken, None, 40001, 40014, 42001),
        .. Each(Never, AddressInvalid, 40003),
        .. Each(ByHumanOnly, Configuration, 40013, 40125, 40164, 61004, 61024, 89501, 89503, 89506, 89507),
        .. Each(Never, LoginAgain, 40029, 40163, 42002, 42007, 87009),
        .. Each(Never, RiskyPerson, 40226),
        .. Each(Never, Bug, 40033, 41001, 44002, 45072, 47001),
        .. Each(Never, WrongData, 40037, 41030, 47003, 45008, 45056, 45059, 45157, 45158, 45159, 65303),
        .. Each(Never, Unfollowed, 43004, 50005),
        .. Each(Never, NoCredit, 43101),
        .. Each(Never, Stopped, 43019, 48002),
        .. Each(Never, TooLong, 45002),
        .. Each(NextDay, QuotaUsedUp, 45009, 45028),
        .. Each(NextMinute, TooFast, 45011, 45066),
        .. Each(AfterUserActs, WindowClosed, 45015, 45080),
        .. Each(AfterUserActs, WindowUsedUp, 45047),
        .. Each(Never, AlreadySent, 45065, 45081),
        .. Each(ByHumanOnly, NotAllowedHere, 48001),
        .. Each(ByHumanOnly, AccountBlocked, 48004, 50002),
        .. Each(ByHumanOnly, QuotaUsedUp, 48006), // clear_quota itself, ten a month
        .. Each(Never, ConsentNeeded, 50001),
        .. Each(Never, NotChecked, 61010),
        .. Each(Never, ContentRefused, 87014),
        .. Each(ByHumanOnly, WrongData, 53503, 53504, 53505), // the draft has to be finished in WeChat's console
    ];

    private static IEnumerable<(int Code, WeChatVerdict Verdict)> Each(WeChatRetry retry, WeChatEffect effect, params int[] codes)
        => codes.Select(code => (code, new WeChatVerdict(retry, effect)));
}
