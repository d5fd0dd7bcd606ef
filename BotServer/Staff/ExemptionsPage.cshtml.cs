using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Who of one organisation is 免学, from when to when; entered and ended by those in whose hands its roster lies.</summary>
internal sealed class ExemptionsPageModel(CurrentStaff staff, StaffScope scope, Exemptions exemptions, SeenNames names, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public TreeNode Organisation { get; private set; } = null!;

    /// <summary>Null when the roster is in another's hands: the page then says whose.</summary>
    public IReadOnlyList<ExemptionLine>? Lines { get; private set; }

    public IReadOnlyList<RosterName> Members { get; private set; } = [];

    public DateOnly Today => ChinaTime.DateOf(clock.GetUtcNow());

    [BindProperty]
    public int? PersonId { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public DateOnly? From { get; set; }

    [BindProperty]
    public DateOnly? To { get; set; }

    /// <summary>What has just been done: added, ended.</summary>
    public string? Done { get; private set; }

    /// <summary>By field: person, reason, from, to; empty for the form as a whole.</summary>
    public (string Field, string Text)? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, string? done, CancellationToken ct)
    {
        Done = done;
        From = Today;
        return ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostAddAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _))
        {
            return NotFound();
        }

        if (PersonId is not { } person || From is not { } from)
        {
            Problem = PersonId is null ? ("person", content.Reply("exemption.nobody-chosen")) : ("from", content.Reply("exemption.no-day"));
            return await ShowAsync(id, ct);
        }

        var result = await exemptions.AddAsync(id, Viewer.TrayTops, person, Reason ?? "", from, To, Viewer.Actor, ct);
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage(new { id, done = "added" });
        }

        if (refusal == Exemptions.NotFound)
        {
            return NotFound();
        }

        Problem = (refusal == Exemptions.ReasonUnknown ? "reason" : refusal == Exemptions.Reversed ? "to" : refusal == Exemptions.Past ? "from" : "", content.Reply(refusal.Code));
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostEndAsync(int id, int plan, CancellationToken ct)
    {
        if (!(await exemptions.EndAsync(plan, Viewer.TrayTops, Viewer.Actor, ct)).IsRefused(out var refusal))
        {
            return RedirectToPage(new { id, done = "ended" });
        }

        if (refusal == Exemptions.NotFound)
        {
            return NotFound();
        }

        Problem = ("", content.Reply(refusal.Code));
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        Organisation = seen.Organisation;
        Lines = await exemptions.ListAsync(id, Viewer.TrayTops, ct);
        await names.NoteAsync(Viewer, "list:exemptions", Lines is null ? [] : [id], ct);
        Members = Lines is null ? [] : await exemptions.MembersAsync(id, Viewer.TrayTops, ct);
        return Page();
    }
}
