using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Releases people of one organisation.</summary>
internal sealed class TransferNewModel(
    CurrentStaff staff, StaffScope scope, Transfers transfers, TransferLists lists, SeenNames seen, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public Seen Seen { get; private set; } = null!;

    public IReadOnlyList<Releasable> People { get; private set; } = [];

    public PlaceAsked Place { get; private set; } = null!;

    public string? Problem { get; private set; }

    [BindProperty]
    public int[] Chosen { get; set; } = [];

    [BindProperty]
    public TransferKind Kind { get; set; }

    /// <summary>The destination is not known.</summary>
    [BindProperty]
    public bool Unknown { get; set; }

    [BindProperty]
    public DateOnly? Deadline { get; set; }

    public DateOnly Today { get; } = ChinaTime.DateOf(clock.GetUtcNow());

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    /// <param name="find">Set when only the search was asked for.</param>
    public async Task<IActionResult> OnPostAsync(int id, string? place, int? to, string? find, CancellationToken ct)
    {
        if (find is not null || (!Unknown && to is null) || !ModelState.IsValid)
        {
            return await ShowAsync(id, ct, place ?? "", to);
        }

        var released = await transfers.ReleaseAsync(
            new NewTransfers(id, Chosen, Unknown ? null : to, Enum.IsDefined(Kind) && !Kind.IsRemoval() ? Kind : TransferKind.Other, Deadline), Viewer.TrayTops, Viewer.Actor, ct);
        if (!released.IsRefused(out var refusal, out var count))
        {
            return RedirectToPage("/Staff/TransfersPage", new { done = "released", count });
        }

        if (refusal == Transfers.NotFound)
        {
            return NotFound();
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, ct, place, to);
    }

    /// <param name="searched">What was searched for; null when nothing was.</param>
    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct, string? searched = null, int? to = null)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var found) || await lists.ReleasableAsync(id, Viewer.TrayTops, ct) is not { } people)
        {
            return NotFound();
        }

        await seen.NoteAsync(Viewer, "list:transfer-form", [id], ct);
        Seen = found;
        People = people;
        Deadline ??= Today.AddDays(Transfers.UsualDays);
        Place = PlaceForms.Ask(content, found.Tree, "转到哪里", searched, id, to);
        return Page();
    }
}
