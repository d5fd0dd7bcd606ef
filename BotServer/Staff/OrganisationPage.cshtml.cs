using System.Globalization;
using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One period's rate of an organisation and of those below it, while it moves.</summary>
internal sealed class OrganisationPageModel(
    CurrentStaff staff, StaffScope scope, FigureSheets sheets, Unstudied unstudied, OrganisationTree tree, LessonPlan plan, Attempts attempts,
    LedgerBoard ledgers, WaitingBoard waitingBoard, TransferFigures transfers, CodeVisitors visitors, ExportSheets exportSheets, Exports exports, PieceRights pieceRights, PushLists pushes, PushSlots slots, TimeProvider clock) : StaffPageModel(staff)
{
    private const int MaxRows = 2000;

    /// <summary>As in the address; null for the open one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    /// <summary>Part of a name.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Word { get; set; }

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = FigureSheets.RowStep;

    /// <summary>Null where several organisations stand side by side, or none.</summary>
    public Seen? Seen { get; private set; }

    /// <summary>Null when nothing has opened yet.</summary>
    public PublishedLesson? Lesson { get; private set; }

    /// <summary>Null without a lesson or an organisation.</summary>
    public FigureSheet? Sheet { get; private set; }

    /// <summary>The lesson's season has ended: nobody can study it any more.</summary>
    public bool IsOver { get; private set; }

    public IReadOnlyList<PublishedLesson> Periods { get; private set; } = [];

    public IReadOnlyList<FigurePoint> History { get; private set; } = [];

    /// <summary>Who has not studied yet; null for everybody but the branch's own secretary.</summary>
    public IReadOnlyList<string>? StillToStudy { get; private set; }

    /// <summary>Studied here and on no roster; null for everybody but the branch's own secretary.</summary>
    public VisitorSheet? Visitors { get; private set; }

    /// <summary>Why an area may need help; null on a branch's page.</summary>
    public Needs? Needs { get; private set; }

    /// <summary>This year's rate of an area; null on a branch's page, where it is hidden, and without a transfer.</summary>
    public TransferFigure? Transferred { get; private set; }

    /// <summary>Pushes of the period; null for who does not see the calendar, and where a count would tell about somebody.</summary>
    public PushesOfArea? Pushed { get; private set; }

    public SlotsOfMonth? Slots { get; private set; }

    /// <summary>Only the part that reloads itself is asked for; what waits comes with it, for its place beside it.</summary>
    public bool IsPart { get; private set; }

    /// <summary>Asked only before anything has opened.</summary>
    public bool MayWriteLessons { get; private set; }

    /// <summary>Why no lesson is open, when none is.</summary>
    public PauseWeek? Pause { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    /// <summary>Nothing below it, or nothing in the week that is shown.</summary>
    public bool IsBranch => Sheet?.IsBranch ?? (Seen is { Organisation: var o } && o.End == o.Index + 1);

    /// <summary>Closed, and the grace for attempts that had begun still runs, or the job has not come by yet.</summary>
    public bool IsBeingSettled => Lesson is not null && Sheet is { Settled: null } && Now >= Lesson.ClosesAt;

    /// <summary>The viewer keeps this organisation's roster, so that closed weeks can be corrected here.</summary>
    public bool KeepsRoster => Seen is { } seen && Viewer.TrayTops.Any(top => seen.Tree.IsUnder(seen.Organisation.Id, top));

    public async Task<IActionResult> OnGetAsync(int? id, CancellationToken ct)
    {
        if (!await FillAsync(id, ct))
        {
            return NotFound();
        }

        Periods = await sheets.PeriodsAsync(ct);
        MayWriteLessons = Lesson is null && await pieceRights.LessonRootAsync(Viewer, ct) is not null;
        Pause = Lesson is null || !Lesson.IsOpenAt(Now) ? await plan.PauseAsync(ct) : null;
        if (Seen is { } seen && Lesson is not null)
        {
            History = await sheets.HistoryAsync(Viewer, seen.Organisation, Lesson, ct);
            await FillTransferredAsync(ct);
            Visitors = await visitors.ReadAsync(Viewer, seen.Organisation.Id, Lesson, 0, ct);
            await FillPushedAsync(seen.Organisation, ct);
        }

        return Page();
    }

    /// <summary>The part that reloads itself.</summary>
    public async Task<IActionResult> OnGetFiguresAsync(int? id, CancellationToken ct)
    {
        if (!await FillAsync(id, ct) || Sheet is null)
        {
            return NotFound();
        }

        IsPart = true;
        await FillTransferredAsync(ct);
        return Partial("/Staff/_Figures.cshtml", this);
    }

    /// <summary>The whole subtree as CSV in its usual columns; with others, or as XLSX, on the page for exports.</summary>
    public async Task<IActionResult> OnGetExportAsync(int? id, CancellationToken ct)
    {
        if (!await FillAsync(id, ct) || Seen is not { } seen || Lesson is not { } lesson)
        {
            return NotFound();
        }

        var wish = new ExportWish(ExportKind.Figures, seen.Tree, seen.Organisation, ExportColumns.Chosen(ExportKind.Figures, null), null, null, null, lesson, []);
        var sheet = (await exportSheets.MakeAsync(Viewer, wish, ct))!;
        await exports.LogAsync(Viewer, new Exported(ExportKind.Figures, seen.Organisation.Id, lesson.Id.ToString(), [.. wish.Columns.Select(c => c.Key)], null, "csv", sheet.RowCount, null), ct);
        return new SheetResult(sheet, asWorkbook: false);
    }

    /// <summary>The address of another organisation, or of this page with other rows, period or part.</summary>
    public string At(int? id = null, string? handler = null, int? rows = null, bool keepWord = false)
    {
        var path = (id ?? Seen?.Organisation.Id) is { } organisation ? string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{organisation}") : "/staff";
        var query = new QueryString();
        foreach (var (name, value) in new[] { ("period", Period), ("q", keepWord ? Word : null), ("rows", rows?.ToString(CultureInfo.InvariantCulture)), ("handler", handler) })
        {
            query = value is null ? query : query.Add(name, value);
        }

        return path + query;
    }

    /// <summary>The page for exports, with the columns that stand in the table and what was looked for.</summary>
    public string ExportHref
    {
        get
        {
            var columns = ExportColumns.Of(ExportKind.Figures).Where(c => c.IsUsual || ExportColumns.OfNeeds.Contains(c.Key)).Select(c => KeyValuePair.Create("c", (string?)c.Key));
            var title = $"{Seen!.Organisation.Name} 第{Lesson!.Id.Season}季第{Lesson.Id.Period}期参学率{ExportSheets.Found(Word)}";
            return string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{Seen.Organisation.Id}/export")
                + QueryString.Create([new("what", "figures"), new("period", Lesson.Id.ToString()), new("set", "true"), new("title", title), .. Word is null ? [] : new[] { KeyValuePair.Create("q", (string?)Word) }, .. columns]);
        }
    }

    /// <summary>Where the rows behind a figure of the own line are that this viewer may see: people for the branch's own secretary, counts of those below for others.</summary>
    /// <param name="filter">Word of a <see cref="StudyFilter"/>; null for the rate.</param>
    /// <returns>Null where there are none to see.</returns>
    public string? RowsOf(string? filter)
        => !IsBranch ? Below
            : IsOwn ? string.Create(CultureInfo.InvariantCulture, $"{Home}/matrix?period={Lesson!.Id}{(filter is null ? null : "&mark=" + filter)}")
            : filter == StudyFilter.Exempt && KeepsRoster && Sheet is { Own.IsHidden: false, Settled: null } ? Home + "/exemptions"
            : null;

    public string? VisitorsHref => !IsBranch ? Below : IsOwn ? $"{Home}/visitors?period={Lesson!.Id}" : null;

    /// <summary>People whom a committee has itself, for its own secretary; else null.</summary>
    public string? DirectHref => IsOwn ? $"{Home}/matrix?period={Lesson!.Id}" : null;

    /// <summary>Branches where nobody has studied; null where there are none.</summary>
    public string? NotStartedHref => Sheet?.Own is { Starts.NotStarted: > 0 } ? $"{Home}/ledger/list?of={LedgerList.NotStarted}&period={Lesson!.Id}" : null;

    /// <summary>The page for exports, of the periods that the chart shows.</summary>
    public string HistoryExportHref => $"{Home}/export?what={Exports.Word(ExportKind.History)}&period={Lesson!.Id}";

    private bool IsOwn => Seen is { } seen && Viewer.IsOwnSecretaryOf(seen.Organisation.Id);

    private string Home => string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{Seen!.Organisation.Id}");

    private string Below => (Word is null ? null : At()) + "#below";

    /// <summary>Where the page hears that its figures move; null without any.</summary>
    public string? Stream => Lesson is null || Sheet is null ? null
        : string.Create(CultureInfo.InvariantCulture, $"{(Seen is { } seen ? $"/staff/organisations/{seen.Organisation.Id}" : "/staff")}/live?period={Lesson.Id}");

    /// <summary>The part has names, or rows from all over the area: it is fetched anew, where otherwise the numbers alone are written over.</summary>
    public bool IsFetchedWhole => IsBranch || Word is not null;

    /// <summary>Where an organisation found by name hangs, from this page's organisation downwards.</summary>
    public string Under(TreeNode node)
    {
        var path = node.Path[..Math.Max(0, node.Path.Length - node.Name.Length - 1)];
        return Seen is { Organisation: var top } && path.StartsWith(top.Path, StringComparison.Ordinal) ? path[top.Path.Length..].TrimStart('/').Replace("/", " / ", StringComparison.Ordinal) : path;
    }

    private async Task FillPushedAsync(TreeNode organisation, CancellationToken ct)
    {
        if (Sheet is { Own.IsHidden: false } && await pieceRights.MaySeeAsync(Viewer, organisation.Id, ct))
        {
            Pushed = await pushes.OfAreaAsync(organisation.Id, Lesson!.OpensAt, Lesson.ClosesAt, ct);
            Slots = await slots.OfAsync(organisation.Id, Now, null, ct);
        }
    }

    private async Task FillTransferredAsync(CancellationToken ct)
        => Transferred = IsBranch || Seen is null ? null : (await transfers.OfAsync(ChinaTime.DateOf(Now).Year, ct)).Find(Seen.Organisation.Id, Viewer.Tops);

    private async Task<bool> FillAsync(int? id, CancellationToken ct)
    {
        if ((await sheets.LessonAsync(Period, ct)).IsRefused(out _, out var lesson))
        {
            return false;
        }

        Lesson = lesson;
        IsOver = lesson is not null && await attempts.IsOverAsync(lesson, ct);
        Rows = Math.Clamp(Rows, FigureSheets.RowStep, MaxRows);
        Word = string.IsNullOrWhiteSpace(Word) || Names.Key(Word).Length == 0 ? null : Word.Trim();
        var tops = id is null ? await scope.TopsAsync(Viewer, ct) : [];
        if ((id ?? (tops.Count == 1 ? tops[0].Id : null)) is { } organisationId)
        {
            if ((await scope.FindAsync(Viewer, organisationId, ct)).IsRefused(out _, out var seen))
            {
                return false;
            }

            Seen = seen;
            Sheet = lesson is null ? null : await sheets.OfAsync(Viewer, seen.Tree, seen.Organisation, lesson, Word, Rows, ct);
            await FillNamesAsync(organisationId, ct);
        }
        else if (lesson is not null && tops.Count > 0)
        {
            Sheet = await sheets.OfAsync(Viewer, await tree.AllAsync(ct), tops, lesson, ct);
        }

        Needs = IsBranch || lesson is null ? null : new Needs(await ledgers.ReadAsync(ct), await waitingBoard.ReadAsync(ct), Viewer.Tops, Viewer.TrayTops.Count > 0, lesson.Id);
        return true;
    }

    /// <summary>The own secretary's figures come with the names, of one moment, while the lesson is open.</summary>
    private async Task FillNamesAsync(int organisationId, CancellationToken ct)
    {
        if (Lesson is null || Sheet is not { Own: { } own } || await unstudied.ReadAsync(Viewer, organisationId, Lesson, ct) is not { } read)
        {
            return;
        }

        StillToStudy = read.Names;
        if (read.Figure is { } figure && IsBranch)
        {
            Sheet = Sheet with { At = Now, Own = own with { Figure = figure } };
        }
    }
}
