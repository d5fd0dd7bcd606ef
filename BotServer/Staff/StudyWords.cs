using Bot.Core.Lessons;

namespace Bot.Server.Staff;

/// <summary>What screens and files say for a mark.</summary>
internal static class StudyWords
{
    public static string Of(StudyMark mark) => mark switch
    {
        StudyMark.Studied => "已学",
        StudyMark.Late => "补学",
        StudyMark.Exempt => "免学",
        StudyMark.Missing => "未学",
        StudyMark.Visitor => "访客",
        _ => "–",
    };
}
