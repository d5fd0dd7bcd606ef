using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One wish to join, to be decided.</summary>
internal sealed class TrayJoinModel(CurrentStaff staff, Tray tray, TrayJoins joins, SeenNames seen, OrganisationTree tree, ContentLibrary content) : TrayItemPageModel(staff, content)
{
    public TrayItem Item { get; private set; } = null!;

    public TreeNode? Organisation { get; private set; }

    /// <summary>Those of that name first.</summary>
    public IReadOnlyList<TrayCandidate> Candidates { get; private set; } = [];

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostAcceptAsync(int id, int? personId, CancellationToken ct)
    {
        if (personId is { } chosen)
        {
            return await AfterAsync(await joins.AcceptAsync(id, Viewer.TrayTops, chosen, Viewer.Actor, ct), "accepted", () => ShowAsync(id, ct));
        }

        Problem = Sentence("tray.nobody-chosen");
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostNewAsync(int id, PersonCategory category, CancellationToken ct)
        => await AfterAsync(await joins.AcceptAsNewAsync(id, Viewer.TrayTops, category, Viewer.Actor, ct), "accepted", () => ShowAsync(id, ct));

    public async Task<IActionResult> OnPostDeclineAsync(int id, CancellationToken ct)
        => await AfterAsync(await joins.DeclineAsync(id, Viewer.TrayTops, Viewer.Actor, ct), "declined", () => ShowAsync(id, ct));

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await joins.CandidatesAsync(id, Viewer.TrayTops, ct)).IsRefused(out _, out var candidates))
        {
            return NotFound();
        }

        if (await tray.FindJoinAsync(id, Viewer.TrayTops, ct) is not { } item)
        {
            return GoneAlready();
        }

        await seen.NoteAsync(Viewer, $"request:{id}", [item.OrganisationId], ct);
        Item = item;
        Candidates = candidates;
        Organisation = item.OrganisationId is { } organisation ? (await tree.AllAsync(ct)).Find(organisation) : null;
        return Page();
    }
}
