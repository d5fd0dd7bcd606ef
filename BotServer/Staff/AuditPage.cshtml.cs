using System.Globalization;
using Bot.Core;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bot.Server.Staff;

/// <summary>The audit log: who saw or changed what, and whether any of it was removed since.</summary>
internal sealed class AuditPageModel(CurrentStaff staff, AuditLog log, AuditVerdicts verdicts, OrganisationTree tree, TimeProvider clock) : StaffPageModel(staff)
{
    public const int RowStep = 20;

    public const int MaxRows = 1000;

    /// <summary>Of an XLSX sheet, less its first lines.</summary>
    private const int MostInWorkbook = 1_000_000;

    private const int UsualDays = 30;
    private const int MostOrganisations = 200;

    /// <summary>First day; a month back unless chosen.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    /// <summary>One action, or the beginning of several, such as <c>export.</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "what")]
    public string? Action { get; set; }

    /// <summary>A name or a path; every organisation of the viewer's that it fits, with what lies below.</summary>
    [BindProperty(SupportsGet = true, Name = "org")]
    public string? Organisation { get; set; }

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = RowStep;

    public IReadOnlyList<AuditLine> Lines { get; private set; } = [];

    public bool HasMore { get; private set; }

    /// <summary>There are more than this page ever shows.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The day that was asked for is none that can be, so the nearest stands there.</summary>
    public bool FromMoved { get; private set; }

    public bool ToMoved { get; private set; }

    /// <summary>No organisation of the viewer's is called so.</summary>
    public bool OrganisationUnknown { get; private set; }

    public DateOnly Today { get; } = ChinaTime.DateOf(clock.GetUtcNow());

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (!AuditLog.May(Viewer))
        {
            return NotFound();
        }

        Rows = Math.Clamp(Rows, RowStep, MaxRows);
        var found = await log.ReadAsync(Viewer, await FilterAsync(ct), Rows + 1, ct);
        (Lines, HasMore, IsCut) = ([.. found.Take(Rows)], found.Count > Rows && Rows < MaxRows, found.Count > Rows && Rows == MaxRows);
        return Page();
    }

    /// <summary>Apart from the page: it reads the whole log.</summary>
    public async Task<IActionResult> OnGetVerdictAsync(CancellationToken ct)
        => AuditLog.May(Viewer) ? Partial("/Staff/_AuditVerdict.cshtml", await verdicts.ReadAsync(ct)) : NotFound();

    public async Task<IActionResult> OnPostExportAsync(string? format, CancellationToken ct)
    {
        if (!AuditLog.May(Viewer))
        {
            return NotFound();
        }

        var filter = await FilterAsync(ct);
        var isCsv = format == "csv";
        var export = await log.ExportAsync(Viewer, filter, isCsv ? "csv" : "xlsx", ct);
        return new SheetResult(
            new Sheet(
                $"审计记录-{filter.From:yyyyMMdd}-{filter.To:yyyyMMdd}", $"审计记录 {filter.From:yyyy-MM-dd} 至 {filter.To:yyyy-MM-dd}", clock.GetUtcNow(),
                ["编号", "时间", "谁", "做了什么", "内容", "组织", "原因", "封存序号:摘要"], export.Count,
                export.Lines.Select(l => (IReadOnlyList<SheetCell>)[
                    l.Id.ToString(CultureInfo.InvariantCulture), ChinaTime.Table(l.At), AuditWords.Who(l.Actor), AuditWords.Of(l.Action), AuditWords.About(l.Subject), l.Organisation, l.Reason, l.Sealed])),
            asWorkbook: !isCsv && export.Count <= MostInWorkbook);
    }

    /// <summary>This page with the same filters and one thing different.</summary>
    public string With(string key, string? value)
    {
        var query = new Dictionary<string, string?>
        {
            ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["actor"] = Actor,
            ["what"] = Action,
            ["org"] = Organisation,
        };
        query[key] = value;
        return QueryHelpers.AddQueryString("/staff/audit", query.Where(q => !string.IsNullOrEmpty(q.Value)));
    }

    private async Task<AuditFilter> FilterAsync(CancellationToken ct)
    {
        var (from, to) = (From, To);
        To = Possible(to ?? Today);
        From = Possible(from ?? To.Value.AddDays(1 - UsualDays));
        (FromMoved, ToMoved) = (from is not null && from != From, to is not null && to != To);
        Actor = Trimmed(Actor);
        Organisation = Trimmed(Organisation);
        Action = Trimmed(Action) is { } action && AuditWords.Actions.Keys.Any(a => a == action || (action.EndsWith('.') && a.StartsWith(action, StringComparison.Ordinal))) ? action : null;
        var within = Organisation is null ? null : await WithinAsync(Organisation, ct);
        OrganisationUnknown = within is { Count: 0 };
        return new AuditFilter(
            From.Value, To.Value, Actor, Action is null ? null : [.. AuditWords.Actions.Keys.Where(a => a == Action || (Action.EndsWith('.') && a.StartsWith(Action, StringComparison.Ordinal)))], within);
    }

    private static DateOnly Possible(DateOnly day) => day < AuditLog.FirstDay ? AuditLog.FirstDay : day > AuditLog.LastDay ? AuditLog.LastDay : day;

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<IReadOnlyList<int>> WithinAsync(string typed, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var path = typed.Replace(" / ", "/", StringComparison.Ordinal);
        return [.. Viewer.AuditTops.Select(all.Find).OfType<TreeNode>().SelectMany(all.Subtree)
            .Where(n => n.Name == path || n.Path == path || n.Path.EndsWith("/" + path, StringComparison.Ordinal)).Select(n => n.Id).Distinct().Take(MostOrganisations)];
    }
}
