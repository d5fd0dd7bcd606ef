using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One report in the list.</summary>
internal sealed record ReportRow(PublishedLesson Lesson, TreeNode Top, FigureLine Line);

/// <summary>周报 of the organisations that the viewer answers for, the newest first; and whether they want to hear of new ones in WeChat.</summary>
internal sealed class ReportsPageModel(
    CurrentStaff staff, Reports reports, ReportFigures figures, PastFigures past, OrganisationTree tree, StaffLinks links) : LongListPageModel(staff)
{
    public const string Path = "/staff/reports";

    /// <summary>In tree order.</summary>
    public IReadOnlyList<TreeNode> Tops { get; private set; } = [];

    public IReadOnlyList<ReportRow> Lines { get; private set; } = [];

    public int Periods { get; private set; }

    public int PeriodsShown { get; private set; }

    /// <summary>Null for who cannot be told in WeChat.</summary>
    public bool? IsTold { get; private set; }

    public bool IsLinked { get; private set; }

    public bool Saved { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        if (!Reports.May(Viewer))
        {
            return NotFound();
        }

        Saved = done == "saved";
        IsTold = await reports.IsToldAsync(Viewer, ct);
        IsLinked = IsTold is not null && await links.SinceAsync(Viewer, ct) is not null;
        var all = await tree.AllAsync(ct);
        Tops = [.. Viewer.TrayTops.Where(id => !Viewer.TrayTops.Any(other => other != id && all.IsUnder(id, other))).Select(all.Find).OfType<TreeNode>().OrderBy(n => n.Index)];
        var periods = await figures.PeriodsAsync(ct);
        var shown = periods.Take(Rows).ToList();
        (Periods, PeriodsShown) = (periods.Count, shown.Count);
        var lines = new List<ReportRow>();
        foreach (var top in Tops)
        {
            var read = await past.OfAsync(top.Id, Viewer.Tops, shown, ct);
            lines.AddRange(shown.Zip(read).Where(l => l.Second is not null).Select(l => new ReportRow(l.First, top, new FigureLine(top, l.Second!.Value.Figure, default, l.Second.Value.IsHidden))));
        }

        Lines = [.. lines.OrderByDescending(l => l.Lesson.ClosesAt).ThenBy(l => l.Top.Index)];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(bool quiet, CancellationToken ct)
    {
        if (!Reports.May(Viewer) || Viewer.StaffId is null)
        {
            return NotFound();
        }

        await reports.ChooseAsync(Viewer, !quiet, ct);
        return Redirect(Path + "?done=saved");
    }
}
