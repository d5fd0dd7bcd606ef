using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>What somebody wants in a file.</summary>
/// <param name="Lesson">The period of figures and of the not-yet list; null before anything has opened.</param>
/// <param name="Span">Periods of the matrix, oldest first.</param>
/// <param name="Grade">Only organisations of this grade; null for all.</param>
/// <param name="Duty">Only people of this duty, see <see cref="PassesDuty"/>; null for all.</param>
/// <param name="Mark">Only people with such a mark in the one period of the matrix; null for all.</param>
/// <param name="Word">Only organisations below with this in their name, as the page of figures finds them; null for all.</param>
internal sealed record ExportWish(
    ExportKind Kind,
    TreeSnapshot Tree,
    TreeNode Organisation,
    IReadOnlyList<ExportColumn> Columns,
    string? Title,
    string? Grade,
    string? Duty,
    PublishedLesson? Lesson,
    IReadOnlyList<PublishedLesson> Span,
    StudyFilter? Mark = null,
    string? Word = null)
{
    /// <summary>The choice 'people without a duty'.</summary>
    public const string NoDuty = "无职务";

    public bool HasPhone => Columns.Any(c => c.Key == ExportColumns.Phone);

    public bool PassesGrade(TreeNode node) => Grade is null || Grades.Of(node.Path) == Grade;

    public bool PassesMark(StudyRow row) => Mark is null || Mark.Passes(row.Marks[0]);

    public bool PassesWord(TreeNode node) => Word is null || (node.Id != Organisation.Id && Names.Key(node.Name).Contains(Names.Key(Word), StringComparison.Ordinal));

    public bool PassesDuty(Duty? duty) => Duty is null || (duty?.Word() ?? NoDuty) == Duty;
}
