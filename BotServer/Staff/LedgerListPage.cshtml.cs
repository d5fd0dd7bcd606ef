using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>The organisations behind a number of the ledger, in tree order.</summary>
internal sealed class LedgerListPageModel(CurrentStaff staff, StaffScope scope, LedgerBoard board) : StaffPageModel(staff)
{
    private const int MaxRows = 2000;

    [BindProperty(SupportsGet = true)]
    public string? Of { get; set; }

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = FigureSheets.RowStep;

    public Seen Seen { get; private set; } = null!;

    public DateTimeOffset At { get; private set; }

    public string Name { get; private set; } = "";

    public string? Help { get; private set; }

    public int Total { get; private set; }

    /// <summary>Organisations of too few people are left out.</summary>
    public bool LeavesOut { get; private set; }

    /// <summary>Null beside the list of unbound members: then how many, as the viewer may see it.</summary>
    public IReadOnlyList<(TreeNode Node, string? Unbound)> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        var (list, kind) = (LedgerList.Find(Of), LedgerList.Kind(Of));
        if ((list is null && kind is null) || (await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        var ledger = await board.ReadAsync(ct);
        var found = (ledger.Tree.Find(id) is { } top ? ledger.Tree.Subtree(top) : [])
            .Where(n => list is null ? n.Kind == kind : list.IsIn(ledger.Own(n.Id), ledger.Area(n.Id)) && !(list.CountsPeople && ledger.HidesOwnUnbound(n, Viewer.Tops))).ToList();
        Seen = seen;
        At = ledger.At;
        Name = list?.Name ?? kind!.Value.Word();
        Help = list?.Help;
        Total = found.Count;
        LeavesOut = list is { CountsPeople: true };
        Rows = Math.Clamp(Rows, FigureSheets.RowStep, MaxRows);
        Lines = [.. found.Take(Rows).Select(n => (n, list is { CountsPeople: true } ? $"{ledger.Own(n.Id).Unbound:N0} / {ledger.Own(n.Id).Members:N0}" : null))];
        return Page();
    }

    /// <summary>Where an organisation hangs, from this page's organisation downwards.</summary>
    public string Under(TreeNode node)
    {
        var path = node.Path[..Math.Max(0, node.Path.Length - node.Name.Length - 1)];
        var top = Seen.Organisation.Path;
        return path.StartsWith(top, StringComparison.Ordinal) ? path[top.Length..].TrimStart('/').Replace("/", " / ", StringComparison.Ordinal) : "";
    }
}
