using Bot.Core;
using Bot.Core.Lessons;

namespace Bot.Server.Lessons;

/// <summary>Instants of lessons in the words of the pages.</summary>
internal static class Spoken
{
    /// <summary>周日 24:00 截止，还剩 2 天; 11月15日 24:00 已截止.</summary>
    public static string Closing(PublishedLesson lesson, DateTimeOffset now) => now < lesson.ClosesAt
        ? $"{ChinaTime.Say(lesson.ClosesAt, now)} 截止，{ChinaTime.Left(lesson.ClosesAt, now)}"
        : $"{ChinaTime.Say(lesson.ClosesAt, now)} 已截止";
}
