using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Who studied when: by name for the branch's own secretary, by count for everybody else.</summary>
internal sealed class MatrixPageModel(CurrentStaff staff, StaffScope scope, FigureSheets figures, StudyMatrix matrix) : StaffPageModel(staff)
{
    [BindProperty(SupportsGet = true)]
    public string? Span { get; set; }

    /// <summary>One period alone, as in the address; of the own secretary's table only.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    /// <summary>Word of a <see cref="StudyFilter"/>; with <see cref="Period"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Mark { get; set; }

    public Seen Seen { get; private set; } = null!;

    /// <summary>The one period that is shown; null for several.</summary>
    public PublishedLesson? Only { get; private set; }

    /// <summary>Who is shown of <see cref="Only"/>; null for everybody.</summary>
    public StudyFilter? Filter { get; private set; }

    public IReadOnlyList<StudyRow> Shown => Sheet is null ? [] : Filter is { } filter ? [.. Sheet.Rows.Where(r => filter.Passes(r.Marks[0]))] : Sheet.Rows;

    public IReadOnlyList<PublishedLesson> Periods { get; private set; } = [];

    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<StudySpan> Spans { get; private set; } = [];

    /// <summary>Null for everybody but the branch's own secretary.</summary>
    public StudySheet? Sheet { get; private set; }

    /// <summary>Latest first; what those above see.</summary>
    public IReadOnlyList<FigurePoint> Counts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        Seen = seen;
        Periods = await figures.PeriodsAsync(ct);

        if (Viewer.IsOwnSecretaryOf(id) && Period is not null)
        {
            Only = Periods.FirstOrDefault(p => p.Id.ToString() == Period);
            if (Only is null)
            {
                return NotFound();
            }

            Filter = StudyFilter.Find(Mark);
        }

        // The latest first: it is the one that can still be studied, and a phone shows five at once.
        var span = Only is not null ? [Only] : StudySpan.Periods(Span, Periods).Reverse().ToList();
        Spans = StudySpan.All(Periods);
        Sheet = await matrix.ReadAsync(Viewer, id, span, ct);
        if (Sheet is null)
        {
            // Of a whole subtree each period is a reading of its own: no seasons here.
            Spans = [.. Spans.Take(2)];
            Counts = await figures.OverAsync(Viewer, seen.Tree, seen.Organisation, [.. span.Take(16)], ct);
        }

        return Page();
    }
}
