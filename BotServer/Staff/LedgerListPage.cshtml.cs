using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>The organisations behind a number of the ledger, in tree order.</summary>
internal sealed class LedgerListPageModel(CurrentStaff staff, StaffScope scope, LedgerBoard board, FigureSheets figures) : StaffPageModel(staff)
{
    private const int MaxRows = 2000;

    [BindProperty(SupportsGet = true)]
    public string? Of { get; set; }

    /// <summary>Of the branches where nobody has studied; null for the open one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

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

    /// <summary>Where the list came from.</summary>
    public string Back => Of == LedgerList.NotStarted ? $"/staff/organisations/{Seen.Organisation.Id}{Query("?period=")}" : $"/staff/organisations/{Seen.Organisation.Id}/ledger";

    public string More => $"?of={Of}{Query("&period=")}&rows={Rows + (FigureSheets.RowStep * 2)}";

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (Of == LedgerList.NotStarted)
        {
            return await NotStartedAsync(id, ct);
        }

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

    /// <summary>Branches where nobody has studied a period; those whose figures are hidden are left out.</summary>
    private async Task<IActionResult> NotStartedAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen)
            || (await figures.LessonAsync(Period, ct)).IsRefused(out _, out var lesson) || lesson is null)
        {
            return NotFound();
        }

        var (at, found) = await figures.NotStartedAsync(Viewer, seen.Tree, seen.Organisation, lesson, ct);
        (Seen, At, Name, Total, LeavesOut) = (seen, at, "没人学的支部", found.Count, true);
        Help = $"名册里有人要学第 {lesson.Id.Season} 季第 {lesson.Id.Period} 期，还没有一个人学完。";
        Rows = Math.Clamp(Rows, FigureSheets.RowStep, MaxRows);
        Lines = [.. found.Take(Rows).Select(n => (n, default(string)))];
        return Page();
    }

    private string Query(string start) => Period is null ? "" : start + Uri.EscapeDataString(Period);

    /// <summary>Where an organisation hangs, from this page's organisation downwards.</summary>
    public string Under(TreeNode node)
    {
        var path = node.Path[..Math.Max(0, node.Path.Length - node.Name.Length - 1)];
        var top = Seen.Organisation.Path;
        return path.StartsWith(top, StringComparison.Ordinal) ? path[top.Length..].TrimStart('/').Replace("/", " / ", StringComparison.Ordinal) : "";
    }
}
