using Bot.Core.Lessons;

namespace Bot.Tests.Roster;

internal static class Samples
{
    /// <summary>Open from an hour ago for a day.</summary>
    public static Lesson Lesson(DateTimeOffset now, int period = 1) => new()
    {
        Season = 9,
        Period = period,
        Title = "示例",
        OpensAt = now.AddHours(-1),
        ClosesAt = now.AddDays(1),
        MinSeconds = 60,
        Body = "",
        Questions = "[]",
        ContentHash = "",
        State = LessonState.Published,
    };
}
