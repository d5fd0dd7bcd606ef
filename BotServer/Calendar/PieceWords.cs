using System.Globalization;
using Bot.Core.Calendar;
using Bot.Core.Pushes;

namespace Bot.Server.Calendar;

/// <summary>What screens call kinds, stages and fields.</summary>
internal static class PieceWords
{
    private const string Minutes = "yyyy-MM-dd'T'HH:mm";

    public static string Of(PieceKind kind) => kind switch
    {
        PieceKind.Lesson => "青年大学习",
        PieceKind.Article => "文章",
        PieceKind.Push => "推送",
        _ => "通知",
    };

    public static string Of(PieceStage stage) => stage switch
    {
        PieceStage.Draft => "草稿",
        PieceStage.Submitted => "待审核",
        PieceStage.Scheduled => "已排期",
        PieceStage.Out => "已发布",
        PieceStage.Closed => "已结束",
        _ => "已撤回",
    };

    public static string Field(string field) => field switch
    {
        "title" => "标题",
        "goes-out" => "发布时间",
        "closes" => "结束时间",
        "season" => "季",
        "period" => "期",
        "min-seconds" => "至少学习（秒）",
        "body" => "正文",
        "cover" => "封面",
        "video" => "视频",
        "transcript" => "视频文字稿",
        "questions" => "题目",
        "audience" => "发给谁",
        "places" => "哪些组织",
        "except" => "不发给",
        "circle" => "哪些人",
        "unstudied" => "还没学",
        "joined-since" => "加入时间",
        "by-mass" => "群发",
        _ => field.Split('-') is ["question", var number] ? $"第 {number} 题" : field,
    };

    /// <returns>Null for a push that has gone out as it should.</returns>
    public static string? Note(Push push) => push.State switch
    {
        PushState.Filling or PushState.Running => "正在发",
        PushState.Stopped => "已停止",
        _ => null,
    };

    public static string Of(PushHold hold) => hold switch
    {
        PushHold.Starting => "时间到了，马上开始发。",
        PushHold.Quiet => "现在是夜间，不打扰大家，天亮再发。",
        PushHold.NoSlot => "这个月的群发次数已经用完，发不出去。请改一改：去掉“群发”，或者换到下个月。",
        PushHold.AudienceChanged => "发给谁和审核的时候不一样了，没有开始发。",
        _ => "错过了时间：到点后一天之内没有发成（程序没有运行、没有群发次数，或者发给谁变了），不会再自动发。请换一个时间，重新提交审核。",
    };

    /// <summary>What the month has left for mass messages.</summary>
    public static string Of(SlotsOfMonth slots)
        => slots.Most == 0 ? "这个组织没有群发次数。"
            : $"{slots.Month % 100} 月还剩 {slots.Left} 次群发{(slots.Planned > 0 ? $"，已计划 {slots.Planned} 次" : "")}。";

    /// <summary>In an address.</summary>
    public static string Word(PieceKind kind) => kind.ToString().ToLowerInvariant();

    public static PieceKind? Kind(string? word) => Enum.GetValues<PieceKind>().Where(k => Word(k) == word).Select(k => (PieceKind?)k).FirstOrDefault();

    public static PieceStage? Stage(string? word) => Enum.GetValues<PieceStage>().Where(s => s.ToString().ToLowerInvariant() == word).Select(s => (PieceStage?)s).FirstOrDefault();

    /// <summary>For a datetime-local field, in China; seconds only where there are some, as in files.</summary>
    public static string Local(DateTimeOffset? instant)
        => instant is { } at ? Bot.Core.ChinaTime.Of(at).ToString(at.Millisecond != 0 ? Minutes + "':'ss.fff" : at.Second != 0 ? Minutes + "':'ss" : Minutes, CultureInfo.InvariantCulture) : "";

    /// <summary>For the step of a datetime-local field: browsers refuse a time between two steps.</summary>
    /// <returns>Null for whole minutes.</returns>
    public static string? Step(string? local) => local?.Length > 19 ? "0.001" : local?.Length > 16 ? "1" : null;

    /// <returns>Null for what is no time between 2000 and 2200.</returns>
    public static DateTimeOffset? Instant(string? typed)
        => DateTime.TryParseExact(typed?.Trim(), ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is >= 2000 and < 2200
            ? new DateTimeOffset(local, Bot.Core.ChinaTime.Zone.BaseUtcOffset).ToUniversalTime()
            : null;
}
