using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Wishes to join and corrections that wait for the viewer.</summary>
internal sealed class TrayPageModel(
    CurrentStaff staff, StaffScope scope, Tray tray, RosterDoubts doubts, SeenNames seen, OrganisationTree tree, ContentLibrary content) : AreaListPageModel(staff, scope)
{
    public FirstRows<TrayItem> Joins { get; private set; } = FirstRows<TrayItem>.None;

    public FirstRows<TrayItem> Corrections { get; private set; } = FirstRows<TrayItem>.None;

    /// <summary>Rows of imported files of which a human says whom they mean.</summary>
    public FirstRows<DoubtItem> Doubts { get; private set; } = FirstRows<DoubtItem>.None;

    /// <summary>How many more there are, each for the secretary of its organisation.</summary>
    public int OfOthers { get; private set; }

    public TreeSnapshot Tree { get; private set; } = null!;

    /// <summary>What has just been done: accepted, declined, corrected, not-corrected.</summary>
    public string? Done { get; private set; }

    /// <summary>Why it was not.</summary>
    public string? Problem { get; private set; }

    /// <param name="told">The code of a refusal of the tray's.</param>
    public async Task<IActionResult> OnGetAsync(string? done, string? told, CancellationToken ct)
    {
        Done = done;
        Problem = told?.StartsWith("tray.", StringComparison.Ordinal) == true && content.Has(told) ? content.Reply(told) : null;
        return await FindAreaAsync(ct) && await FillAsync(ct) ? Page() : NotFound();
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        Tree = await tree.AllAsync(ct);
        Joins = await tray.JoinsAsync(Viewer.TrayTops, Under, Rows, ct);
        Corrections = await tray.CorrectionsAsync(Viewer.TrayTops, Under, Rows, ct);
        Doubts = await doubts.OpenAsync(Viewer.TrayTops, Under, Rows, ct);
        OfOthers = await tray.CountOfOthersAsync(Viewer.TrayTops, Under, ct) + await doubts.CountOfOthersAsync(Viewer.TrayTops, Under, ct);
        await seen.NoteAsync(Viewer, "list:tray", [.. Joins.Items.Concat(Corrections.Items).Where(i => i.Name is not null).Select(i => i.OrganisationId), .. Doubts.Items.Select(d => (int?)d.OrganisationId)], ct);
        return Viewer.TrayTops.Count > 0;
    }
}
