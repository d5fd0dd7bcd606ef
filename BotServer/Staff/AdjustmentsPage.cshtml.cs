using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>What was corrected in one closed period of one organisation, and the form for one more correction.</summary>
internal sealed class AdjustmentsPageModel(CurrentStaff staff, StaffScope scope, FigureSheets sheets, Adjustments adjustments, ContentLibrary content) : StaffPageModel(staff)
{
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    public TreeNode Organisation { get; private set; } = null!;

    public PublishedLesson Lesson { get; private set; } = null!;

    public FigureSheet Sheet { get; private set; } = null!;

    /// <summary>Who is in the branch now, for the own secretary; empty for those above, who type a number.</summary>
    public IReadOnlyList<RosterName> People { get; private set; } = [];

    public bool IsOwn => Viewer.Login is null;

    /// <summary>The viewer keeps this roster; others see the entries only.</summary>
    public bool MayAdjust { get; private set; }

    [BindProperty]
    public int? PersonId { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public AdjustmentWish? Wish { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public bool Done { get; private set; }

    /// <summary>By field: person, wish, reason; empty for the form as a whole.</summary>
    public (string Field, string Text)? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, bool done, CancellationToken ct)
    {
        Done = done;
        return ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken ct)
    {
        if (await FillAsync(id, ct) is { } notFound)
        {
            return notFound;
        }

        if ((await WhoAsync(ct)).IsRefused(out var nobody, out var person))
        {
            Problem = ("person", content.Reply(nobody == Adjustments.NotFound && IsOwn ? "exemption.nobody-chosen" : nobody.Code));
            return Page();
        }

        if (Wish is not { } wish)
        {
            Problem = ("wish", content.Reply("adjustment.no-wish"));
            return Page();
        }

        var result = await adjustments.AdjustAsync(new WishedAdjustment(Lesson.Id, id, person, wish, Reason), Viewer.TrayTops, Viewer.Actor, ct);
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage(new { id, period = Period, done = true });
        }

        Problem = (refusal == Adjustments.BadReason ? "reason" : refusal == Adjustments.NotFound || refusal == Adjustments.NotYours || refusal == Adjustments.HasSecretary ? "person" : "", content.Reply(refusal.Code));
        return Page();
    }

    /// <summary>The name for the own secretary, nothing for those above.</summary>
    public string? NameOf(FigureAdjustment entry)
        => !IsOwn ? null : People.FirstOrDefault(p => p.PersonId == entry.PersonId) is { } there ? PersonWords.Of(there.Name) : "（已不在本支部）";

    /// <summary>Written freely, so it may tell of a person: for the own secretary, and for who wrote it.</summary>
    public string? ReasonOf(FigureAdjustment entry) => IsOwn || entry.Actor == Viewer.Actor ? entry.Reason : null;

    private async Task<Result<int>> WhoAsync(CancellationToken ct)
        => IsOwn && PersonId is { } chosen ? chosen
            : IsOwn && string.IsNullOrWhiteSpace(Number) ? Adjustments.NotFound
            : await adjustments.FindByNumberAsync(Number, Viewer.TrayTops, ct);

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct) => await FillAsync(id, ct) ?? Page();

    private async Task<IActionResult?> FillAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen)
            || Period is null || (await sheets.LessonAsync(Period, ct)).IsRefused(out _, out var lesson) || lesson is null)
        {
            return NotFound();
        }

        (Organisation, Lesson) = (seen.Organisation, lesson);
        Sheet = await sheets.OfAsync(Viewer, seen.Tree, seen.Organisation, lesson, null, FigureSheets.RowStep, ct);
        MayAdjust = Viewer.TrayTops.Any(top => seen.Tree.IsUnder(id, top));
        People = IsOwn && MayAdjust ? await adjustments.PeopleAsync(id, ct) : [];
        return null;
    }
}
