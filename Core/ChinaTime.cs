namespace Bot.Core;

/// <summary>Calendar days and wall-clock words as people in China read them; instants elsewhere are UTC.</summary>
public static class ChinaTime
{
    /// <summary>UTC+8 all year: China has had no summer time since 1991 (IANA Asia/Shanghai).</summary>
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("Asia/Shanghai", TimeSpan.FromHours(8), "中国时间", "中国时间");

    private static readonly string[] WeekDays = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

    public static DateTimeOffset Of(DateTimeOffset instant) => instant.ToOffset(Zone.BaseUtcOffset);

    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(Of(instant).DateTime);

    /// <summary>The UTC instant at which the day begins in China.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Zone.BaseUtcOffset).ToUniversalTime();

    /// <summary>For tables: <c>2026-11-20 周五 09:00</c>.</summary>
    public static string Table(DateTimeOffset instant)
    {
        var local = Of(instant);
        return $"{local:yyyy-MM-dd} {WeekDays[(int)local.DayOfWeek]} {local:HH:mm}";
    }

    /// <summary>As people say it, seen from <paramref name="now"/>: 今天 20:00, 明天 08:00, 周日 24:00, 11月20日 09:00, 2025年11月20日.</summary>
    public static string Say(DateTimeOffset instant, DateTimeOffset now)
    {
        var local = Of(instant);
        var time = $"{local:HH:mm}";
        if (local.TimeOfDay == TimeSpan.Zero)
        {
            // A week that closes at Monday 00:00 closes 周日 24:00 for people.
            local = local.AddMinutes(-1);
            time = "24:00";
        }

        var days = DateOnly.FromDateTime(local.DateTime).DayNumber - DateOf(now).DayNumber;
        return days switch
        {
            0 => $"今天 {time}",
            1 => $"明天 {time}",
            -1 => $"昨天 {time}",
            > 1 and < 7 => $"{WeekDays[(int)local.DayOfWeek]} {time}",
            _ when local.Year == Of(now).Year => $"{local.Month}月{local.Day}日 {time}",
            _ => $"{local.Year}年{local.Month}月{local.Day}日",
        };
    }

    /// <summary>How long is left, rounded down: 还剩 2 天, 还剩 3 小时, 还剩 5 分钟, or 即将截止 under a minute.</summary>
    public static string Left(DateTimeOffset until, DateTimeOffset now)
    {
        var left = until - now;
        return left.TotalDays >= 1 ? $"还剩 {(int)left.TotalDays} 天"
            : left.TotalHours >= 1 ? $"还剩 {(int)left.TotalHours} 小时"
            : left.TotalMinutes >= 1 ? $"还剩 {(int)left.TotalMinutes} 分钟"
            : "即将截止";
    }
}
