using System.Globalization;
using System.Text;

namespace Bot.Tests.Support;

/// <summary>A lesson as an editor would write it; opened on Monday, closes on Sunday at 24:00, no questions, unless said otherwise.</summary>
public sealed record LessonGiven(string Id)
{
    public DateTimeOffset Opens { get; init; } = new(2026, 11, 16, 8, 0, 0, TimeSpan.FromHours(8));

    public DateTimeOffset Closes { get; init; } = new(2026, 11, 23, 0, 0, 0, TimeSpan.FromHours(8));

    public int MinSeconds { get; init; } = 60;

    public string Title { get; init; } = "骑车过马路";

    /// <summary>Each has three options; the right one is the second.</summary>
    public int Questions { get; init; }

    public static LessonGiven Open(string id, int minSeconds = 60, int questions = 0) => new(id) { MinSeconds = minSeconds, Questions = questions };

    public string ToFile()
    {
        var file = new StringBuilder();
        var parts = Id.Split('-');
        file.AppendLine(CultureInfo.InvariantCulture, $"---\nseason: {parts[0]}\nperiod: {parts[1]}\ntitle: {Title}");
        file.AppendLine(CultureInfo.InvariantCulture, $"opens: {Opens:yyyy-MM-ddTHH:mm:sszzz}\ncloses: {Closes:yyyy-MM-ddTHH:mm:sszzz}\nminSeconds: {MinSeconds}");
        if (Questions > 0)
        {
            file.AppendLine("questions:");
        }

        for (var i = 1; i <= Questions; i++)
        {
            file.AppendLine(CultureInfo.InvariantCulture, $"  - text: 第{i}题\n    options: [快走, 看清再走, 不看]\n    answer: 1\n    explanation: 先看清楚。");
        }

        return file.AppendLine("---\n## 第一节\n过马路先看左右。").ToString();
    }
}
