using Bot.Core.Lessons;

namespace Bot.Server.Staff;

/// <summary>Which people of a branch stand behind one of its figures.</summary>
/// <param name="Word">As in addresses.</param>
internal sealed record StudyFilter(string Word, string Name, Func<StudyMark, bool> Passes)
{
    public const string Members = "members";
    public const string Expected = "expected";
    public const string Completed = "completed";
    public const string Late = "late";
    public const string Exempt = "exempt";

    public static readonly IReadOnlyList<StudyFilter> All =
    [
        new(Members, "团员", mark => mark != StudyMark.Elsewhere),
        new(Expected, "应学", mark => mark is not (StudyMark.Elsewhere or StudyMark.Exempt)),
        new(Completed, "已学", mark => mark == StudyMark.Studied),
        new("missing", "还没学", mark => mark == StudyMark.Missing),
        new(Late, "补学", mark => mark == StudyMark.Late),
        new(Exempt, "免学", mark => mark == StudyMark.Exempt),
    ];

    /// <summary>Null for an unknown one.</summary>
    public static StudyFilter? Find(string? word) => All.FirstOrDefault(f => f.Word == word);
}
