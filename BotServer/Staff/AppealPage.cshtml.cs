using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One appeal beside what the server knows, to be answered.</summary>
internal sealed class AppealPageModel(CurrentStaff staff, Appeals appeals, AppealSupport support, SeenNames seen, OrganisationTree tree, ContentLibrary content) : StaffPageModel(staff)
{
    public AppealCase Case { get; private set; } = null!;

    public TreeSnapshot Tree { get; private set; } = null!;

    [BindProperty]
    public AppealOutcome? Outcome { get; set; }

    [BindProperty]
    public string? Answer { get; set; }

    /// <summary>By field: outcome, answer.</summary>
    public (string Field, string Text)? Problem { get; private set; }

    /// <summary>For an administrator, who sees what the server knows and nothing that says whose it is.</summary>
    public bool IsSupport { get; private set; }

    public bool IsOpen => Case.Lesson is not { } lesson || Case.CountedAt != ClosedCounts.LastInstantOf(lesson.ClosesAt);

    /// <summary>
    /// Where this person's week can be corrected; null when there is nothing to correct yet, or when it would be refused because the person
    /// counted elsewhere then.
    /// </summary>
    public string? AdjustAt => !IsSupport && !IsOpen && (Case.OrganisationThen is not { } then || IsMine(then)) && new[] { Case.OrganisationNow, Case.OrganisationThen }.FirstOrDefault(IsMine) is { } organisation
        ? $"/staff/organisations/{organisation}/adjustments?period={Case.Lesson!.Id}"
        : null;

    public string NameOf(int? organisation) => organisation is { } id ? Tree.Find(id)?.Path.Replace("/", " / ", StringComparison.Ordinal) ?? "已不在的组织" : "";

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken ct)
    {
        if (Outcome is not { } outcome)
        {
            Problem = ("outcome", content.Reply("appeal.no-outcome"));
            return await ShowAsync(id, ct);
        }

        if (!(await appeals.DecideAsync(id, Viewer.TrayTops, outcome, Answer, Viewer.Actor, ct)).IsRefused(out var refusal))
        {
            return RedirectToPage("/Staff/AppealsPage", new { done = true });
        }

        if (refusal == Appeals.TextLength)
        {
            Problem = ("answer", content.Reply(refusal.Code));
            return await ShowAsync(id, ct);
        }

        return refusal == Appeals.NotFound ? NotFound() : RedirectToPage("/Staff/AppealsPage", new { told = refusal.Code });
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await appeals.FindAsync(id, Viewer.TrayTops, ct)).IsRefused(out _, out var found))
        {
            IsSupport = true;
            if (Viewer.SupportTops.Count == 0 || (await support.FindAsync(id, Viewer.SupportTops, ct)).IsRefused(out _, out found))
            {
                return NotFound();
            }
        }

        if (found.Appeal.DecidedAt is not null)
        {
            return RedirectToPage("/Staff/AppealsPage", new { told = Appeals.Decided.Code });
        }

        await seen.NoteAsync(Viewer, $"appeal:{id}", IsSupport ? [] : [found.OrganisationNow], ct);
        Case = found;
        Tree = await tree.AllAsync(ct);
        return Page();
    }

    private bool IsMine(int? organisation) => organisation is { } id && Viewer.TrayTops.Any(top => Tree.IsUnder(id, top));
}
