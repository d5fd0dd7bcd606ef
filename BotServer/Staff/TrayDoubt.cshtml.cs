using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>A row of an imported file of which a human says whom it means.</summary>
internal sealed class TrayDoubtModel(CurrentStaff staff, RosterDoubts doubts, SeenNames seen, OrganisationTree tree, ContentLibrary content) : TrayItemPageModel(staff, content)
{
    public DoubtItem Item { get; private set; } = null!;

    public TreeSnapshot Tree { get; private set; } = null!;

    public IReadOnlyList<DoubtCandidate> Candidates { get; private set; } = [];

    /// <summary>Why the import could not tell.</summary>
    public string Reason { get; private set; } = "";

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostKnownAsync(int id, int? personId, CancellationToken ct)
    {
        if (personId is { } chosen)
        {
            return await AfterAsync(await doubts.AcceptAsync(id, Viewer.TrayTops, chosen, Viewer.Actor, ct), "doubt-known", () => ShowAsync(id, ct));
        }

        Problem = Sentence("tray.nobody-chosen");
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostNewAsync(int id, CancellationToken ct)
        => await AfterAsync(await doubts.AcceptAsNewAsync(id, Viewer.TrayTops, Viewer.Actor, ct), "doubt-new", () => ShowAsync(id, ct));

    public async Task<IActionResult> OnPostLeaveOutAsync(int id, CancellationToken ct)
        => await AfterAsync(await doubts.LeaveOutAsync(id, Viewer.TrayTops, Viewer.Actor, ct), "doubt-left-out", () => ShowAsync(id, ct));

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if (await doubts.FindOpenAsync(id, Viewer.TrayTops, ct) is not { } item)
        {
            return await doubts.IsMineAsync(id, Viewer.TrayTops, ct) ? GoneAlready() : NotFound();
        }

        await seen.NoteAsync(Viewer, $"doubt:{id}", [item.OrganisationId], ct);
        Item = item;
        Tree = await tree.AllAsync(ct);
        Candidates = (await doubts.CandidatesAsync(id, Viewer.TrayTops, ct)).IsRefused(out _, out var found) ? [] : found;
        Reason = Sentence(item.Reason);
        return Page();
    }
}
