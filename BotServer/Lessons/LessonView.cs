using Microsoft.AspNetCore.Html;

namespace Bot.Server.Lessons;

/// <summary>One lesson as its page shows it.</summary>
/// <param name="Id"><c>season-period</c>.</param>
/// <param name="Closes">As people say it: 周日 24:00 截止,还剩 2 天.</param>
/// <param name="Late">After closing: what is finished now is 补学.</param>
/// <param name="Learner">Names the learner on this phone only: an opaque key, the same at every visit, never an openid.</param>
/// <param name="Receipt">Of an earlier completion; with an empty code while the lesson is still to be done.</param>
public sealed record LessonView(
    string Id, int Season, int Period, string Title, string Closes, bool Late, int MinSeconds, string? Cover, string? Video, string? Transcript,
    IReadOnlyList<SectionView> Sections, IReadOnlyList<QuestionView> Questions, string Learner, ReceiptView Receipt)
{
    public bool IsDone => Receipt.Code.Length > 0;
}

/// <param name="Title">Null for what stands before the first heading.</param>
public sealed record SectionView(string? Title, IHtmlContent Body);

public sealed record QuestionView(string Id, string Text, IReadOnlyList<string> Options);

/// <param name="When">As people say it: 今天 20:00.</param>
/// <param name="Organisation">In whose rate it counts; null for a visitor.</param>
/// <param name="Bound">Belongs to a branch, if only as a visitor.</param>
public sealed record ReceiptView(string Code, string LessonId, string Lesson, string When, string? Organisation, bool Bound, bool Late);
