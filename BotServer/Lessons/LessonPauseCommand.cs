using System.Globalization;
using Bot.Core.Lessons;
using Bot.Server.Operator;

namespace Bot.Server.Lessons;

internal sealed class LessonPauseCommand(LessonPlan plan) : IOperatorCommand
{
    public static string Words => "lesson pause";

    public static string Usage { get; } = "lesson pause FROM TO NAME – days without a lesson, both included, e.g. 2027-01-18 2027-02-28 寒假; names: " + string.Join(' ', PauseWeek.Names);

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var first, var last, var name]
            || !DateOnly.TryParseExact(first, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            || !DateOnly.TryParseExact(last, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to)
            || to < from || !PauseWeek.Names.Contains(name.Trim()))
        {
            return call.Fail("Two days, the first not after the last, and one of the names are needed. Usage: " + Usage);
        }

        await plan.PauseFromAsync(from, to, name.Trim(), ct);
        await call.Out.WriteLineAsync($"{first} to {last}: {name.Trim()}");
        return 0;
    }
}
