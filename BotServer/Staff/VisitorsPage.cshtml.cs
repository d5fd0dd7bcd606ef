using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Who studied with the branch's join code and is on no roster: a count, and a way to those who gave a name.</summary>
internal sealed class VisitorsPageModel(CurrentStaff staff, StaffScope scope, FigureSheets figures, CodeVisitors visitors) : LongListPageModel(staff)
{
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    public Seen Seen { get; private set; } = null!;

    /// <summary>Null before anything has opened.</summary>
    public PublishedLesson? Lesson { get; private set; }

    public VisitorSheet? Sheet { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (!Viewer.IsOwnSecretaryOf(id) || (await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) || (await figures.LessonAsync(Period, ct)).IsRefused(out _, out var lesson))
        {
            return NotFound();
        }

        Seen = seen;
        Lesson = lesson;
        Sheet = lesson is null ? null : await visitors.ReadAsync(Viewer, id, lesson, Rows, ct);
        return Page();
    }
}
