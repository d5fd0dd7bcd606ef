using System.Globalization;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One 周报: a settled period of one organisation and of those directly below it, beside the period before, and what waits there now.</summary>
internal sealed class ReportPageModel(CurrentStaff staff, StaffScope scope, ReportFigures figures, LedgerBoard ledgers, WaitingBoard waitingBoard) : LongListPageModel(staff)
{
    /// <summary>As in the address; null for the newest.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    public Seen Seen { get; private set; } = null!;

    public Report Report { get; private set; } = null!;

    public Waiting Waiting { get; private set; } = null!;

    /// <summary>Null where a wish or an appeal would be somebody's: of groups that are small now, or were.</summary>
    public WaitingCount? WaitingHere { get; private set; }

    public string Home => string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{Seen.Organisation.Id}");

    /// <summary>The page for exports, with what stands here chosen.</summary>
    public string ExportHref
    {
        get
        {
            var id = Report.Lesson.Id;
            var columns = new[] { "path", "members", "exempt", "expected", "completed", "late", "rate", "adjusted", ExportColumns.Before }.Select(c => KeyValuePair.Create("c", (string?)c));
            return Home + "/export" + QueryString.Create(
                [new("what", "figures"), new("period", id.ToString()), new("set", "true"), new("title", $"{Seen.Organisation.Name} 第{id.Season}季第{id.Period}期周报"), .. columns]);
        }
    }

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (!Reports.May(Viewer) || (await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) || await figures.ReadAsync(Viewer, seen, Period, Rows, ct) is not { } report
            || !Viewer.TrayTops.Any(top => seen.Tree.IsUnder(id, top)))
        {
            return NotFound();
        }

        (Seen, Report, Waiting) = (seen, report, await waitingBoard.ReadAsync(ct));
        WaitingHere = report.Own.Line.IsHidden || (await ledgers.ReadAsync(ct)).HidesUnbound(id, Viewer.Tops) ? null : Waiting.Area(id);
        return Page();
    }
}
