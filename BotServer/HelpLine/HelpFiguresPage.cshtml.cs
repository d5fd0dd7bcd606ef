using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>How many asked for help, by topic, age and area; nothing of a group of fewer than five.</summary>
internal sealed class HelpFiguresPageModel(CurrentStaff staff, HelpScope scope, HelpStatistics statistics, ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    public const string Path = Home + "/figures";

    private const string Month = "yyyy-MM";

    /// <summary>The first of the months shown, such as 2026-11; what cannot be read is this month.</summary>
    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    /// <summary>The last of the months shown.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public HelpFigures? Figures { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        var today = ChinaTime.DateOf(Now);
        var (from, to) = (MonthOf(From) ?? today, MonthOf(To) ?? today);
        (From, To) = (from.ToString(Month, CultureInfo.InvariantCulture), to.ToString(Month, CultureInfo.InvariantCulture));
        if ((await statistics.ReadAsync(Me, from, to, ct)).IsRefused(out var refusal, out var figures))
        {
            if (refusal.Kind == RefusalKind.NotFound)
            {
                return NotFound();
            }

            Refuse(refusal);
        }

        Figures = figures;
        return Page();
    }

    /// <summary>What a row of figures is called.</summary>
    public static string Name(string key)
        => Enum.TryParse<HelpTopic>(key, out var topic) && Enum.IsDefined(topic) && !int.TryParse(key, out _) ? HelpWords.Of(topic)
            : Enum.TryParse<HelpAge>(key, out var age) && !int.TryParse(key, out _) ? HelpWords.Of(age)
            : Enum.TryParse<HelpOutcome>(key, out var outcome) && !int.TryParse(key, out _) ? HelpWords.Of(outcome)
            : key switch
            {
                "3" => "有帮助",
                "2" => "有一点帮助",
                "1" => "没有帮助",
                HelpStatistics.None => "还没有",
                _ => key.Split('/')[^1],
            };

    private static DateOnly? MonthOf(string? month) => DateOnly.TryParseExact(month, Month, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : null;

    protected override bool May(HelpViewer me) => me.IsSupervisor;
}
