using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One wish to join, to be decided.</summary>
internal sealed class TrayJoinModel(CurrentStaff staff, Tray tray, OrganisationTree tree, ContentLibrary content) : StaffPageModel(staff)
{
    public TrayItem Item { get; private set; } = null!;

    public TreeNode? Organisation { get; private set; }

    /// <summary>Those of that name first.</summary>
    public IReadOnlyList<TrayCandidate> Candidates { get; private set; } = [];

    public string? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostAcceptAsync(int id, int? personId, CancellationToken ct)
    {
        if (personId is { } chosen)
        {
            return await AfterAsync(await tray.AcceptAsync(id, Viewer.TrayTops, chosen, Viewer.Actor, ct), id, "accepted", ct);
        }

        Problem = content.Reply("tray.nobody-chosen");
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostNewAsync(int id, PersonCategory category, CancellationToken ct)
        => await AfterAsync(await tray.AcceptAsNewAsync(id, Viewer.TrayTops, category, Viewer.Actor, ct), id, "accepted", ct);

    public async Task<IActionResult> OnPostDeclineAsync(int id, CancellationToken ct)
        => await AfterAsync(await tray.DeclineAsync(id, Viewer.TrayTops, Viewer.Actor, ct), id, "declined", ct);

    private async Task<IActionResult> AfterAsync(Result<bool> result, int id, string done, CancellationToken ct)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage("/Staff/TrayPage", new { done });
        }

        if (refusal == Tray.NotFound)
        {
            return NotFound();
        }

        if (refusal == Tray.Decided)
        {
            return RedirectToPage("/Staff/TrayPage", new { told = refusal.Code });
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await tray.CandidatesAsync(id, Viewer.TrayTops, ct)).IsRefused(out _, out var candidates))
        {
            return NotFound();
        }

        if ((await tray.OpenAsync(Viewer.TrayTops, ct)).FirstOrDefault(i => i.IsJoin && i.Id == id) is not { } item)
        {
            return RedirectToPage("/Staff/TrayPage", new { told = Tray.Decided.Code });
        }

        Item = item;
        Candidates = candidates;
        Organisation = item.OrganisationId is { } organisation ? (await tree.AllAsync(ct)).Find(organisation) : null;
        return Page();
    }
}
