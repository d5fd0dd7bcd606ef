using Bot.Core.Content;
using Bot.Core.Lessons;

namespace Bot.Server.Lessons;

/// <summary>The words of appeals on pages and in the chat.</summary>
internal static class AppealWords
{
    public static string Of(AppealSaw saw) => saw switch
    {
        AppealSaw.Receipt => "学完了，看到了回执",
        AppealSaw.NoReceipt => "学到最后，没看到回执",
        AppealSaw.Interrupted => "中途断了，或者打不开",
        _ => "学了，但算在别处",
    };

    public static string Of(this ContentLibrary content, AppealOutcome outcome) => content.Reply(outcome switch
    {
        AppealOutcome.Corrected => "appeal.outcome-corrected",
        AppealOutcome.RosterWrong => "appeal.outcome-roster-wrong",
        _ => "appeal.outcome-no-record",
    });

    /// <summary>Where an appeal stands, for the person who asked.</summary>
    public static string Of(this ContentLibrary content, OwnAppeal own)
        => own.Outcome is { } outcome ? $"申诉：{content.Of(outcome)}。{own.Answer}" : "申诉：等团支书核对";
}
