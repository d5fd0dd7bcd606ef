using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Chooses what goes into a file and sends it. The choice is in the address, the reason never is.</summary>
internal sealed class ExportPageModel(CurrentStaff staff, StaffScope scope, FigureSheets figures, ExportSheets sheets, Exports exports, ContentLibrary content)
    : StaffPageModel(staff)
{
    private const int MaxTitle = 100;

    /// <summary>A secretary's own lists first.</summary>
    private static readonly ExportKind[] Order = [ExportKind.Unstudied, ExportKind.Matrix, ExportKind.Figures, ExportKind.History, ExportKind.Ledger, ExportKind.Roster];

    [BindProperty(SupportsGet = true)]
    public string? What { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Span { get; set; }

    /// <summary>Word of a <see cref="StudyFilter"/>; with <see cref="Period"/>, as on the matrix's own page.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Mark { get; set; }

    /// <summary>Part of a name, as on the page of figures.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Word { get; set; }

    /// <summary>Keys of columns; nothing unless <see cref="IsChosen"/>.</summary>
    [BindProperty(SupportsGet = true, Name = "c")]
    public List<string> Keys { get; set; } = [];

    /// <summary>Set by the form: without it the usual columns are ticked.</summary>
    [BindProperty(SupportsGet = true, Name = "set")]
    public bool IsChosen { get; set; }

    /// <summary>Null for the usual one, empty for none.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Title { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Grade { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Duty { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Format { get; set; }

    /// <summary>Posted only.</summary>
    public string? Reason { get; private set; }

    public ExportWish Wish { get; private set; } = null!;

    /// <summary>What this viewer may choose here.</summary>
    public IReadOnlyList<ExportKind> Kinds { get; private set; } = [];

    public IReadOnlyList<PublishedLesson> Periods { get; private set; } = [];

    public IReadOnlyList<string> GradesHere { get; private set; } = [];

    /// <summary>Null when there is nothing yet to export.</summary>
    public int? RowCount { get; private set; }

    /// <summary>The code of what was refused, and its sentence.</summary>
    public (string Code, string Text)? Problem { get; private set; }

    public bool IsCsv => Format == "csv";

    public bool IsForAbove => Wish.Kind == ExportKind.Roster && !Viewer.IsOwnSecretaryOf(Wish.Organisation.Id);

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (!await FillAsync(id, ct))
        {
            return NotFound();
        }

        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostAsync(int id, [FromForm] string? reason, CancellationToken ct)
    {
        if (!await FillAsync(id, ct))
        {
            return NotFound();
        }

        Reason = reason;
        if (Wish.Columns.Count == 0)
        {
            return await RefuseAsync(Exports.NothingChosen, ct);
        }

        if ((await exports.CheckAsync(Viewer, Wish.Kind, id, Wish.HasPhone, reason, ct)).IsRefused(out var refusal, out var given))
        {
            return refusal.Kind == RefusalKind.NotFound ? NotFound() : await RefuseAsync(refusal, ct);
        }

        if (await sheets.MakeAsync(Viewer, Wish, ct) is not { } sheet)
        {
            return NotFound();
        }

        var filter = string.Join('+', new[] { Wish.Grade, Wish.Duty, Wish.Mark?.Name, Wish.Word is null ? null : "按名称找到的" }.OfType<string>());
        await exports.LogAsync(Viewer, new Exported(
            Wish.Kind, id, PeriodOf(Wish), [.. Wish.Columns.Select(c => c.Key)], filter.Length == 0 ? null : filter, IsCsv ? "csv" : "xlsx", sheet.RowCount, given), ct);
        return new SheetResult(sheet, asWorkbook: !IsCsv);
    }

    public static string Name(ExportKind kind) => kind switch
    {
        ExportKind.Figures => "参学率",
        ExportKind.History => "近几期参学率",
        ExportKind.Ledger => "台账",
        ExportKind.Unstudied => "还没学的",
        ExportKind.Matrix => "学习一览",
        _ => "名册",
    };

    private static string? PeriodOf(ExportWish wish) => wish.Kind switch
    {
        ExportKind.Figures or ExportKind.History or ExportKind.Unstudied => wish.Lesson?.Id.ToString(),
        ExportKind.Matrix when wish.Span is [var first, .., var last] => $"{first.Id}..{last.Id}",
        ExportKind.Matrix when wish.Span is [var only] => only.Id.ToString(),
        _ => null,
    };

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        RowCount = (await sheets.MakeAsync(Viewer, Wish, ct))?.RowCount;
        return Page();
    }

    private Task<IActionResult> RefuseAsync(Refusal refusal, CancellationToken ct)
    {
        Problem = (refusal.Code, content.Reply(refusal.Code));
        return ShowAsync(ct);
    }

    /// <returns>False when the organisation, the period or the list is not there for this viewer.</returns>
    private async Task<bool> FillAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) || (await figures.LessonAsync(Period, ct)).IsRefused(out _, out var lesson))
        {
            return false;
        }

        var allowed = new List<ExportKind>();
        foreach (var kind in Order)
        {
            if (await exports.MayAsync(Viewer, kind, id, ct))
            {
                allowed.Add(kind);
            }
        }

        Kinds = allowed;
        What ??= Exports.Word(allowed[0]);
        if (!allowed.Exists(k => Exports.Word(k) == What))
        {
            return false;
        }

        Periods = await figures.PeriodsAsync(ct);
        var what = allowed.Find(k => Exports.Word(k) == What);
        var only = what == ExportKind.Matrix && Period is not null && string.IsNullOrEmpty(Span) ? lesson : null;
        GradesHere = what is ExportKind.Figures or ExportKind.Ledger ? Grades.In(seen.Tree.Subtree(seen.Organisation)) : [];
        Wish = new ExportWish(
            what,
            seen.Tree,
            seen.Organisation,
            ExportColumns.Chosen(what, IsChosen ? Keys : null),
            IsChosen ? Cut(Title?.Trim() ?? "") : null,
            GradesHere.Contains(Grade ?? "") ? Grade : null,
            DutyOf(what),
            lesson,
            only is not null ? [only] : StudySpan.Periods(Span, Periods),
            only is not null ? StudyFilter.Find(Mark) : null,
            what == ExportKind.Figures && Names.Key(Word ?? "").Length > 0 ? Word!.Trim() : null);
        return true;
    }

    private string? DutyOf(ExportKind kind)
        => kind is not (ExportKind.Figures or ExportKind.History or ExportKind.Ledger) && (Duty == ExportWish.NoDuty || RosterWords.Duties.ContainsKey(Duty ?? "")) ? Duty : null;

    private static string Cut(string title) => title.Length <= MaxTitle ? title : title[..MaxTitle];
}
