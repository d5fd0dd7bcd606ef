using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One appeal beside what the server knows, to be answered.</summary>
internal sealed class AppealPageModel(CurrentStaff staff, Appeals appeals, OrganisationTree tree, ContentLibrary content) : StaffPageModel(staff)
{
    public AppealCase Case { get; private set; } = null!;

    public TreeSnapshot Tree { get; private set; } = null!;

    [BindProperty]
    public AppealOutcome? Outcome { get; set; }

    [BindProperty]
    public string? Answer { get; set; }

    /// <summary>By field: outcome, answer.</summary>
    public (string Field, string Text)? Problem { get; private set; }

    /// <summary>Where this person's week can be corrected; null when there is nothing to correct yet.</summary>
    public string? AdjustAt => Case is { Lesson: { } lesson, OrganisationNow: { } organisation } && Case.CountedAt < lesson.ClosesAt && lesson.ClosesAt <= Case.CountedAt.AddMilliseconds(1)
        ? $"/staff/organisations/{organisation}/adjustments?period={lesson.Id}"
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
            return NotFound();
        }

        if (found.Appeal.DecidedAt is not null)
        {
            return RedirectToPage("/Staff/AppealsPage", new { told = Appeals.Decided.Code });
        }

        Case = found;
        Tree = await tree.AllAsync(ct);
        return Page();
    }
}
