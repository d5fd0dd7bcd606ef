using System.Globalization;

namespace Bot.Server.Jobs;

/// <summary>A Quartz cron line as people say it: 每天 03:15, 每 5 分钟, 每周一 08:00.</summary>
internal static class CronWords
{
    private static readonly Dictionary<string, string> Days = new()
    {
        ["1"] = "日",
        ["2"] = "一",
        ["3"] = "二",
        ["4"] = "三",
        ["5"] = "四",
        ["6"] = "五",
        ["7"] = "六",
        ["SUN"] = "日",
        ["MON"] = "一",
        ["TUE"] = "二",
        ["WED"] = "三",
        ["THU"] = "四",
        ["FRI"] = "五",
        ["SAT"] = "六",
    };

    /// <returns>Null for a line that is none of the usual ones: the line itself must do then.</returns>
    public static string? Say(string cron)
    {
        if (cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var second, var minute, var hour, var day, "*", var weekday, ..])
        {
            return null;
        }

        var isDaily = day is "*" or "?" && weekday is "*" or "?";
        var isTime = Number(second) is not null && Number(minute) is not null && Number(hour) is not null;
        var time = isTime ? $"{Number(hour):00}:{Number(minute):00}" : "";
        return (isDaily, isTime) switch
        {
            (true, true) => "每天 " + time,
            (true, false) when (minute, hour) is ("*", "*") && Number(second) is { } at => at == 0 ? "每分钟" : $"每分钟（第 {at} 秒）",
            (true, false) when hour == "*" && Step(minute) is { } minutes && Number(second) is not null => $"每 {minutes} 分钟",
            (true, false) when hour == "*" && Number(minute) is { } past && Number(second) is not null => past == 0 ? "每小时整点" : $"每小时第 {past} 分",
            (true, false) when Step(hour) is { } hours && Number(minute) is not null => $"每 {hours} 小时",
            (true, false) when (minute, hour) is ("*", "*") && Step(second) is { } seconds => $"每 {seconds} 秒",
            (false, true) when day is "?" or "*" && Days.TryGetValue(weekday.ToUpperInvariant(), out var name) => $"每周{name} {time}",
            (false, true) when weekday is "?" or "*" && Number(day) is { } date => $"每月 {date} 日 {time}",
            _ => null,
        };
    }

    private static int? Number(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Step(string field) => field.Split('/') is ["*" or "0", var step] ? Number(step) : null;
}
