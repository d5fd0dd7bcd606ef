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

    private const int UsualDays = 30;

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    public HelpFigures? Figures { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        var today = ChinaTime.DateOf(Now);
        (From, To) = (From ?? today.AddDays(1 - UsualDays), To ?? today);
        if ((await statistics.ReadAsync(Me, From.Value, To.Value, ct)).IsRefused(out var refusal, out var figures))
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
                _ => key.Split('/')[^1],
            };

    protected override bool May(HelpViewer me) => me.IsSupervisor;
}
