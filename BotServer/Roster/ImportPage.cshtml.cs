using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Roster;

/// <summary>One import: how far it is, what it would do, what it did.</summary>
internal sealed class ImportPageModel(CurrentStaff staff, RosterUploads uploads, OrganisationTree tree, RosterDoubts doubts, ContentLibrary content, TimeProvider clock)
    : StaffPageModel(staff)
{
    /// <summary>Of faults on the page; the file has all that are kept.</summary>
    public const int FaultsShown = 50;

    public UploadSeen Seen { get; private set; } = null!;

    /// <summary>What the viewer may import for, in tree order.</summary>
    public IReadOnlyList<TreeNode> Tops { get; private set; } = [];

    /// <summary>How many doubtful rows wait for the viewer, of whichever import.</summary>
    public int Doubts { get; private set; }

    public string? Problem { get; private set; }

    public string Sentence(RosterFault fault) => content.Reply(fault.Code, fault.Values);

    public string Reason(string code) => content.Reply(code);

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    /// <summary>The part that asks for itself again while something goes on.</summary>
    public async Task<IActionResult> OnGetStateAsync(int id, CancellationToken ct) => await ShowAsync(id, ct) is NotFoundResult gone ? gone : Partial("/Roster/_Import.cshtml", this);

    public async Task<IActionResult> OnGetFaultsAsync(int id, CancellationToken ct)
    {
        if ((await uploads.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) || seen.Report is not { Faults: { Count: > 0 } faults })
        {
            return NotFound();
        }

        return new SheetResult(
            new Sheet(
                $"导入问题-{id}", $"{seen.Run.FileName} 共 {seen.Run.Faulty} 处", clock.GetUtcNow(), ["行", "列", "问题"], faults.Count,
                faults.Select(f => (IReadOnlyList<SheetCell>)[f.Line == 0 ? SheetCell.Empty : f.Line, f.Column, Sentence(f)])),
            asWorkbook: false);
    }

    public async Task<IActionResult> OnPostImportAsync(int id, CancellationToken ct) => await AfterAsync(id, await uploads.ApproveAsync(Viewer, id, ct), ct);

    public async Task<IActionResult> OnPostCancelAsync(int id, CancellationToken ct) => await AfterAsync(id, await uploads.CancelAsync(Viewer, id, ct), ct);

    private async Task<IActionResult> AfterAsync(int id, Result<bool> result, CancellationToken ct)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage(new { id });
        }

        Problem = content.Reply(refusal.Code);
        return refusal == RosterUploads.NotFound ? NotFound() : await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await uploads.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        Seen = seen;
        var all = await tree.AllAsync(ct);
        Tops = [.. Viewer.Tops.Select(all.Find).OfType<TreeNode>().OrderBy(n => n.Index)];
        Doubts = seen.State is ImportState.Committed or ImportState.Done ? await doubts.CountAsync(Viewer.TrayTops, ct) : 0;
        return Page();
    }
}
