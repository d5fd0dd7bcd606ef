using System.Globalization;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>三个在哪里 of an area and of those below it, in tree order, with the targets that its office set itself.</summary>
internal sealed class LedgerPageModel(CurrentStaff staff, StaffScope scope, LedgerBoard board, LedgerTargets targets, ContentLibrary content) : StaffPageModel(staff)
{
    private const int MaxRows = 2000;

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = FigureSheets.RowStep;

    /// <summary>The targets are being set.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Edit { get; set; }

    /// <summary>Null where several organisations stand side by side.</summary>
    public Seen? Seen { get; private set; }

    public Ledger Ledger { get; private set; } = null!;

    /// <summary>Of <see cref="Seen"/>; null side by side.</summary>
    public LedgerLine? Own { get; private set; }

    /// <summary>The people whom the organisation has itself; null without any.</summary>
    public LedgerLine? Direct { get; private set; }

    public IReadOnlyList<TreeNode> Below { get; private set; } = [];

    public int Others { get; private set; }

    public IReadOnlyDictionary<string, int> Targets { get; private set; } = new Dictionary<string, int>();

    public IReadOnlyList<LedgerTarget> History { get; private set; } = [];

    public bool MaySet => Seen is { } seen && LedgerTargets.MaySet(Viewer, seen.Organisation.Id);

    /// <summary>What was typed, by measure; null until something was refused.</summary>
    public IReadOnlyDictionary<string, string>? Typed { get; private set; }

    /// <summary>What holds goes with the form, so that nobody writes over targets that they have not seen.</summary>
    public int Version { get; private set; }

    /// <summary>Somebody else was faster.</summary>
    public string? Overtaken { get; private set; }

    /// <summary>By measure.</summary>
    public Dictionary<string, string> Errors { get; } = [];

    public LedgerLine Line(TreeNode node) => LedgerLine.Of(Ledger, node, Viewer.Tops);

    public async Task<IActionResult> OnGetAsync(int? id, CancellationToken ct) => await FillAsync(id, ct) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(int id, [FromForm] Dictionary<string, string?> target, int? seen, CancellationToken ct)
    {
        if (!LedgerTargets.MaySet(Viewer, id) || (await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out _))
        {
            return NotFound();
        }

        var values = new Dictionary<string, int?>();
        foreach (var measure in LedgerMeasure.All)
        {
            var typed = target.GetValueOrDefault(measure.Key)?.Trim() ?? "";
            if (Parse(measure, typed, out var value))
            {
                values[measure.Key] = value;
            }
            else
            {
                Errors[measure.Key] = content.Reply(LedgerTargets.OutOfRange.Code);
            }
        }

        if (Errors.Count == 0)
        {
            if (!(await targets.SetAsync(Viewer, id, values, seen, ct)).IsRefused(out var refusal, out _))
            {
                return Redirect($"/staff/organisations/{id}/ledger");
            }

            Overtaken = content.Reply(refusal.Code);
        }

        Typed = LedgerMeasure.All.ToDictionary(m => m.Key, m => target.GetValueOrDefault(m.Key) ?? "");
        Edit = true;
        return await FillAsync(id, ct) ? Page() : NotFound();
    }

    /// <summary>What stands in a target's field.</summary>
    public string Field(LedgerMeasure measure) => Typed?[measure.Key]
        ?? (Targets.TryGetValue(measure.Key, out var value) ? (measure.IsShare ? value / 10.0 : value).ToString(CultureInfo.InvariantCulture) : "");

    /// <summary>Empty means no target; a share is typed in percent with one decimal at most.</summary>
    private static bool Parse(LedgerMeasure measure, string typed, out int? value)
    {
        value = null;
        var text = Names.Narrow(typed).Replace("%", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal).Trim();
        if (text.Length == 0)
        {
            return true;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        // The range first: ten times the largest decimal is none any more.
        if (number > (measure.IsShare ? LedgerTargets.MaxShare : LedgerTargets.MaxCount))
        {
            return false;
        }

        var stored = measure.IsShare ? number * 10 : number;
        if (stored != decimal.Truncate(stored) || stored > (measure.IsShare ? LedgerTargets.MaxShare : LedgerTargets.MaxCount))
        {
            return false;
        }

        value = (int)stored;
        return true;
    }

    private async Task<bool> FillAsync(int? id, CancellationToken ct)
    {
        Ledger = await board.ReadAsync(ct);
        Rows = Math.Clamp(Rows, FigureSheets.RowStep, MaxRows);
        var tops = id is null ? await scope.TopsAsync(Viewer, ct) : [];
        if ((id ?? (tops.Count == 1 ? tops[0].Id : null)) is not { } organisationId)
        {
            Below = tops;
            return true;
        }

        if ((await scope.FindAsync(Viewer, organisationId, ct)).IsRefused(out _, out var seen))
        {
            return false;
        }

        Seen = seen;
        Own = Line(seen.Organisation);
        var children = seen.Tree.Children(seen.Organisation).ToList();
        Below = [.. children.Take(Rows)];
        Others = Math.Max(0, children.Count - Rows);
        Direct = children.Count > 0 && Ledger.Own(seen.Organisation.Id) is { } own && (own.Members > 0 || own.Youth > 0) ? LedgerLine.OfOwn(Ledger, seen.Organisation, Viewer.Tops) : null;
        Targets = await targets.OfAsync(organisationId, ct);
        Version = await targets.VersionAsync(organisationId, ct);
        History = await targets.HistoryAsync(organisationId, ct);
        return true;
    }
}
