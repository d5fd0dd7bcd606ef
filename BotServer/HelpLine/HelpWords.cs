using System.Globalization;
using Bot.Core;
using Bot.Core.HelpLine;
using Bot.Core.Pushes;

namespace Bot.Server.HelpLine;

/// <summary>What the help line's pages call things.</summary>
internal static class HelpWords
{
    public static string Of(HelpTopic topic) => topic.Word();

    public static string Of(HelpUrgency urgency) => urgency.Word();

    public static string Of(HelpAge age) => age switch
    {
        HelpAge.Under14 => "不满 14 岁",
        HelpAge.From14To17 => "14–17 岁",
        HelpAge.From18 => "18 岁以上",
        _ => "没说年龄",
    };

    public static string Of(HelpClock clock) => clock switch
    {
        HelpClock.First => "首次答复",
        HelpClock.Next => "再答复",
        HelpClock.Resolution => "办结",
        _ => "",
    };

    public static string Of(HelpOutcome outcome) => outcome.Word();

    public static string Of(HelpQueue queue) => queue switch
    {
        HelpQueue.Unassigned => "没人接的",
        HelpQueue.Mine => "我的",
        HelpQueue.Open => "全部",
        _ => "已结案",
    };

    public static string Of(HelpSpan span) => span switch
    {
        HelpSpan.Hour => "不到 1 小时",
        HelpSpan.Day => "1 小时到 1 天",
        HelpSpan.Week => "1 天到 7 天",
        _ => "7 天以上",
    };

    public static string Of(HelpAlertKind kind) => kind switch
    {
        HelpAlertKind.Crisis => "危机",
        HelpAlertKind.Report => "强制报告待定",
        HelpAlertKind.Review => "紧急查身份待复核",
        _ => "超时",
    };

    public static string Of(HelpRevealState state) => state switch
    {
        HelpRevealState.Asked => "等身份保管人决定",
        HelpRevealState.Approved => "同意",
        HelpRevealState.Declined => "没同意",
        HelpRevealState.Emergency => "紧急查看，等复核",
        HelpRevealState.Upheld => "紧急查看，复核认为应当",
        _ => "紧急查看，复核认为不应当",
    };

    public static string Of(HelpReadOf what) => what switch
    {
        HelpReadOf.Case => "内容",
        HelpReadOf.Media => "图片或语音",
        HelpReadOf.Person => "身份",
        _ => "查身份的原因",
    };

    /// <summary>Of a reply; null where nothing has to be said.</summary>
    public static (string Words, string State, string Icon)? Of(OutboxState? delivered) => delivered switch
    {
        OutboxState.Sent or OutboxState.Told => ("已送到", "state_done", "check"),
        OutboxState.Parked => ("留着，等对方下次说话时送到", "state_waiting", "clock"),
        OutboxState.Unknown => ("不知道到没到，不会重发", "state_human", "help"),
        OutboxState.Refused or OutboxState.Void => ("没有送到", "state_human", "alert-circle"),
        OutboxState.Waiting or OutboxState.Sending => ("正在发", "state_waiting", "send"),
        _ => null,
    };

    /// <summary>还剩 12 分钟, 已超 5 分钟; help.js says the same as time goes on.</summary>
    public static string Left(DateTimeOffset due, DateTimeOffset now)
    {
        var left = due - now;
        var minutes = (long)Math.Floor(Math.Abs(left.TotalMinutes));
        var how = minutes < 60 ? $"{minutes} 分钟" : minutes < 2880 ? $"{minutes / 60} 小时" : $"{minutes / 1440} 天";
        return minutes == 0 ? (left >= TimeSpan.Zero ? "还剩不到 1 分钟" : "刚超时") : left >= TimeSpan.Zero ? "还剩 " + how : "已超 " + how;
    }

    /// <summary>How long ago, such as 25 分钟.</summary>
    public static string Since(DateTimeOffset since, DateTimeOffset now)
    {
        var minutes = (long)Math.Max(0, Math.Floor((now - since).TotalMinutes));
        return minutes == 0 ? "不到 1 分钟" : minutes < 60 ? $"{minutes} 分钟" : minutes < 2880 ? $"{minutes / 60} 小时" : $"{minutes / 1440} 天";
    }

    /// <summary>For the script that moves the words on.</summary>
    public static string Instant(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>What WeChat still lets out.</summary>
    public static string Of(HelpWindow window, DateTimeOffset now) => window switch
    {
        { Until: { } until, Left: > 0 } => $"还可以发 {window.Left} 条，到 {ChinaTime.Say(until, now)} 为止",
        { Until: not null } => "这一轮能发的条数用完了，对方再说话以后才能继续发",
        _ => "对方已经 48 小时没有说话，微信现在不让发",
    };

    /// <summary>Whether an alert reaches somebody's WeChat now.</summary>
    public static (string Words, string State, string Icon) Reach(bool isLinked, HelpWindow? window, int credits, DateTimeOffset now)
        => !isLinked ? ("没有关联微信，只能在工作台看到", "state_human", "alert-circle")
            : window is { Until: { } until, Left: > 0 } ? ($"微信收得到提醒，到 {ChinaTime.Say(until, now)}", "state_done", "check")
            : credits > 0 ? ($"微信收得到提醒，还有 {credits} 次通知", "state_done", "check")
            : ("微信现在收不到：给公众号发一句话就好", "state_waiting", "alert-triangle");
}
