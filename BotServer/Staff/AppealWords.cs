using Bot.Core.Lessons;

namespace Bot.Server.Staff;

/// <summary>The words of appeals on the console.</summary>
internal static class AppealWords
{
    public static string Of(AppealSaw saw) => saw switch
    {
        AppealSaw.Receipt => "学完了，看到了回执",
        AppealSaw.NoReceipt => "学到最后，没看到回执",
        AppealSaw.Interrupted => "中途断了，或者打不开",
        _ => "学了，但算在别处",
    };
}
