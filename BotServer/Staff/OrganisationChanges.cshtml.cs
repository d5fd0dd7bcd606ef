using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>What has happened to an organisation; for those who may, its new name, place, merging, splitting and closing.</summary>
internal sealed class OrganisationChangesModel(
    CurrentStaff staff, StaffScope scope, Reorganising reorganising, Mergers mergers, OrganisationHistory history, TransferLists lists, SeenNames names, ContentLibrary content) : StaffPageModel(staff)
{
    public Seen Seen { get; private set; } = null!;

    public IReadOnlyList<OrganisationChange> Changes { get; private set; } = [];

    public IReadOnlyList<Organisation> ClosedBelow { get; private set; } = [];

    /// <summary>The viewer may rename it.</summary>
    public bool MayRename { get; private set; }

    /// <summary>The viewer may move, merge, split and close it: its parent is the viewer's, too.</summary>
    public bool MayReorganise { get; private set; }

    /// <summary>Who may be taken along into a new organisation, where that form is open; null also when their names are not this viewer's to see.</summary>
    public IReadOnlyList<Releasable>? People { get; private set; }

    /// <summary>Which form is open: rename, move, merge, split or close.</summary>
    public string? Open { get; private set; }

    public string? Problem { get; private set; }

    public string? Done { get; private set; }

    public PlaceAsked Place { get; private set; } = null!;

    [BindProperty]
    public string? Name { get; set; }

    /// <summary>The name when the form was opened.</summary>
    [BindProperty]
    public string? Was { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public OrganisationKind Kind { get; set; }

    [BindProperty]
    public int[] Chosen { get; set; } = [];

    /// <param name="done">renamed, moved, merged, split, closed or reopened.</param>
    public Task<IActionResult> OnGetAsync(int id, string? open, string? done, CancellationToken ct)
    {
        Done = done switch
        {
            "renamed" => "已改名，旧名字在名册文件里仍然认得。",
            "moved" => "已移动，旧路径在名册文件里仍然认得。",
            "merged" => "已合并，人、申请和转接都过来了，原来的加入码也通到这里。",
            "split" => "新组织已建好。",
            "closed" => "已撤销。",
            "reopened" => "已恢复。",
            _ => null,
        };
        return ShowAsync(id, open, ct);
    }

    public async Task<IActionResult> OnPostRenameAsync(int id, CancellationToken ct)
        => await AfterAsync(await reorganising.RenameAsync(id, Name ?? "", Was, By, ct), id, id, "rename", "renamed", null, ct);

    /// <param name="find">Set when only the search was asked for; so below.</param>
    public async Task<IActionResult> OnPostMoveAsync(int id, string? place, int? to, string? find, CancellationToken ct)
        => find is null && to is { } parent ? await AfterAsync(await reorganising.MoveAsync(id, parent, By, ct), id, id, "move", "moved", place, ct) : await ShowAsync(id, "move", ct, place ?? "");

    public async Task<IActionResult> OnPostMergeAsync(int id, string? place, int? to, string? find, CancellationToken ct)
        => find is null && to is { } into ? await AfterAsync(await mergers.MergeAsync(id, into, By, ct), id, into, "merge", "merged", place, ct) : await ShowAsync(id, "merge", ct, place ?? "");

    public async Task<IActionResult> OnPostSplitAsync(int id, CancellationToken ct)
        => await AfterAsync(
            await mergers.SplitAsync(new SplitAsked(id, Name ?? "", Enum.IsDefined(Kind) ? Kind : OrganisationKind.Branch, Chosen), By, ct), id, id, "split", "split", null, ct);

    public async Task<IActionResult> OnPostCloseAsync(int id, CancellationToken ct)
    {
        // Afterwards this page does not exist: what is above it tells.
        var parent = (await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) ? id : seen.Organisation.ParentId ?? id;
        return await AfterAsync(await reorganising.CloseAsync(id, By, ct), id, parent, "close", "closed", null, ct);
    }

    public async Task<IActionResult> OnPostReopenAsync(int id, int closed, CancellationToken ct)
        => await AfterAsync(await reorganising.ReopenAsync(closed, By, ct), id, id, null, "reopened", null, ct);

    private Reorganiser By => new(Viewer.Actor, Viewer.ReorganiseTops, string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim()[..Math.Min(200, Reason.Trim().Length)]);

    private async Task<IActionResult> AfterAsync(Result<bool> result, int id, int to, string? form, string done, string? searched, CancellationToken ct)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage("/Staff/OrganisationChanges", new { id = to, done });
        }

        if (refusal == StaffScope.NotFound)
        {
            return NotFound();
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, form, ct, searched);
    }

    private async Task<IActionResult> ShowAsync(int id, string? open, CancellationToken ct, string? searched = null)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        Seen = seen;
        Open = open;
        MayRename = Viewer.ReorganiseTops.Any(top => seen.Tree.IsUnder(id, top));
        MayReorganise = seen.Organisation.ParentId is { } parent && Viewer.ReorganiseTops.Any(top => seen.Tree.IsUnder(parent, top));
        Name ??= open == "split" ? null : seen.Organisation.Name;
        if (HttpMethods.IsGet(Request.Method))
        {
            Kind = seen.Organisation.Kind;
        }

        Changes = await history.OfAsync(id, ct);
        ClosedBelow = MayRename ? await history.ClosedBelowAsync(id, ct) : [];
        if (MayReorganise && open == "split" && await lists.ReleasableAsync(id, Viewer.TrayTops, ct) is { } people)
        {
            await names.NoteAsync(Viewer, "list:split-form", people.Count > 0 ? [id] : [], ct);
            People = people;
        }

        Place = PlaceForms.Ask(content, seen.Tree, open == "move" ? "移到哪个上级" : "并入哪个组织", searched, id);
        return Page();
    }
}
