using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Asks those above to take people of one organisation off the roster.</summary>
internal sealed class RemovalNewModel(
    CurrentStaff staff, StaffScope scope, Transfers transfers, TransferLists lists, SeenNames seen, ContentLibrary content) : StaffPageModel(staff)
{
    public Seen Seen { get; private set; } = null!;

    public IReadOnlyList<Releasable> People { get; private set; } = [];

    public string? Problem { get; private set; }

    [BindProperty]
    public int[] Chosen { get; set; } = [];

    [BindProperty]
    public TransferKind? Kind { get; set; }

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken ct)
    {
        if (Kind is not { } kind || !kind.IsRemoval())
        {
            Problem = content.Reply("transfer.reason-missing");
            return await ShowAsync(id, ct);
        }

        var asked = await transfers.ReleaseAsync(new NewTransfers(id, Chosen, null, kind, null), Viewer.TrayTops, Viewer.Actor, ct);
        if (!asked.IsRefused(out var refusal, out var count))
        {
            return RedirectToPage("/Staff/TransfersPage", new { done = "removing", count });
        }

        if (refusal == Transfers.NotFound)
        {
            return NotFound();
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var found) || await lists.ReleasableAsync(id, Viewer.TrayTops, ct) is not { } people)
        {
            return NotFound();
        }

        await seen.NoteAsync(Viewer, "list:removal-form", [id], ct);
        (Seen, People) = (found, people);
        return Page();
    }
}
