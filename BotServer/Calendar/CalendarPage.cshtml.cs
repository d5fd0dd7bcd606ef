using System.Globalization;
using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>One line of the calendar.</summary>
/// <param name="Href">Null for what this viewer only sees the name of.</param>
/// <param name="Version">0 for what cannot be dragged.</param>
/// <param name="NoteHref">Where the note leads, if it does.</param>
internal sealed record CalendarEntry(
    int Id, PieceKind Kind, string Title, PieceStage Stage, DateTimeOffset From, DateTimeOffset? To, string? Href, int Version, string? Place, string? Note, string? NoteHref = null);

/// <summary>Everything that goes out, by day; month and week are drawn from this list by calendar.js, which is of use without them too.</summary>
[RequestSizeLimit(PieceNewModel.MaxRequest)]
internal sealed class CalendarPageModel(
    CurrentStaff staff, PieceLists lists, PieceRights rights, Pieces pieces, CalendarPauses pauses, OrganisationTree tree, Pictures pictures, ContentLibrary content, AudienceDesk audiences, TimeProvider clock)
    : PieceFormPageModel(staff, pictures, content, audiences)
{
    private const int MaxWaiting = 20;

    private readonly ContentLibrary _content = content;
    private readonly AudienceDesk _audiences = audiences;

    /// <summary>Any day of what is shown, <c>2026-11-23</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "at")]
    public string? AtWord { get; set; }

    /// <summary>month, week or list.</summary>
    [BindProperty(SupportsGet = true)]
    public string View { get; set; } = "month";

    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? KindWord { get; set; }

    [BindProperty(SupportsGet = true, Name = "state")]
    public string? StateWord { get; set; }

    public DateOnly At { get; private set; }

    /// <summary>First day shown.</summary>
    public DateOnly From { get; private set; }

    /// <summary>The day after the last one shown.</summary>
    public DateOnly To { get; private set; }

    public IReadOnlyList<CalendarEntry> Entries { get; private set; } = [];

    /// <summary>How many pieces more there are than the page shows.</summary>
    public int Left { get; private set; }

    public IReadOnlyList<PauseWeek> Pauses { get; private set; } = [];

    public IReadOnlyList<Piece> Waiting { get; private set; } = [];

    public IReadOnlyList<Piece> Declined { get; private set; } = [];

    public bool MayWriteLessons { get; private set; }

    public bool MayPause { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public string? Told { get; private set; }

    [BindProperty]
    public string? PauseName { get; set; }

    [BindProperty]
    public DateOnly? PauseFrom { get; set; }

    [BindProperty]
    public DateOnly? PauseTo { get; set; }

    public override string MemoryKey => "";

    public override string Action => "/staff/calendar";

    public override int PlaceId => OrganisationId;

    /// <summary>Of the form whose audience is asked about.</summary>
    [BindProperty]
    public int OrganisationId { get; set; }

    public DateOnly Before => View == "week" ? At.AddDays(-7) : new DateOnly(At.Year, At.Month, 1).AddMonths(-1);

    public DateOnly After => View == "week" ? At.AddDays(7) : new DateOnly(At.Year, At.Month, 1).AddMonths(1);

    /// <summary>This page with something else in its address.</summary>
    public string With(string key, string value)
    {
        var parts = new Dictionary<string, string?> { ["view"] = View == "month" ? null : View, ["at"] = AtWord, ["kind"] = KindWord, ["state"] = StateWord };
        parts[key] = value;
        var query = string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "/staff/calendar" : "/staff/calendar?" + query;
    }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch
        {
            "paused" => "已加上暂停周。",
            "resumed" => "已去掉暂停周。",
            _ => null,
        };
        return await FillAsync(ct) ? Page() : NotFound();
    }

    /// <summary>Dragged to another time.</summary>
    /// <returns>JSON: ok and the new version, or a sentence.</returns>
    public async Task<IActionResult> OnPostMoveAsync(int id, int version, string? start, CancellationToken ct)
    {
        if (PieceWords.Instant(start) is not { } instant)
        {
            return NotFound();
        }

        return (await pieces.MoveAsync(Viewer, id, version, instant, ct)).IsRefused(out var refusal, out var newest)
            ? refusal == Pieces.NotFound ? NotFound() : new JsonResult(new { ok = false, say = _content.Reply(refusal.Code) })
            : new JsonResult(new { ok = true, version = newest, say = $"已移到 {ChinaTime.Table(instant)}，现在是草稿，要重新提交审核。" });
    }

    /// <summary>A picture, pasted or chosen.</summary>
    public async Task<IActionResult> OnPostPictureAsync(CancellationToken ct)
        => (await StoreAsync(Upload, ct)).IsRefused(out var refusal, out var address)
            ? refusal == Pictures.NotFound ? NotFound() : new JsonResult(new { say = _content.Reply(refusal.Code) })
            : new JsonResult(new { address });

    /// <summary>What is being typed, as it will look; by the same code that shows it later.</summary>
    public IActionResult OnPostRender(string? kind)
        => !PieceRights.May(Viewer) || PieceWords.Kind(kind) is not { } known ? NotFound()
            : Partial("/Calendar/_Rendered.cshtml", RenderedText.Of(known, (Form.Body ?? "").ReplaceLineEndings("\n")));

    /// <summary>What can be chosen of another organisation.</summary>
    public async Task<IActionResult> OnPostAudienceAsync(CancellationToken ct)
        => await rights.MayWriteAsync(Viewer, PieceKind.Push, OrganisationId, ct)
            ? Partial("/Calendar/_Audience.cshtml", new AudiencePart(Form.Audience, OrganisationId, null, Form.GoesOut, [])) : NotFound();

    /// <summary>How many are in the audience that is being chosen.</summary>
    public async Task<IActionResult> OnPostReachAsync(int? piece, CancellationToken ct)
    {
        if (!await rights.MayWriteAsync(Viewer, PieceKind.Push, OrganisationId, ct))
        {
            return NotFound();
        }

        var audience = await _audiences.ReadAsync(Form.Audience, OrganisationId, Faults, ct);
        return Partial("/Calendar/_AudienceCount.cshtml", Faults.Count > 0
            ? new AudienceCountView(null, audience, null, Faults[0].Reason)
            : await _audiences.CountAsync(OrganisationId, audience, PieceWords.Instant(Form.GoesOut) ?? Now, piece, ct));
    }

    public async Task<IActionResult> OnPostPauseAsync(CancellationToken ct)
    {
        if ((await pauses.AddAsync(Viewer, PauseFrom, PauseTo, PauseName, ct)).IsRefused(out var refusal))
        {
            Problem = _content.Reply(refusal.Code);
            return refusal != CalendarPauses.NotFound && await FillAsync(ct) ? Page() : NotFound();
        }

        return Redirect(With("done", "paused"));
    }

    public async Task<IActionResult> OnPostEndPauseAsync(CancellationToken ct)
        => PauseFrom is not { } from || PauseTo is not { } to || (await pauses.EndAsync(Viewer, from, to, ct)).IsRefused(out _) ? NotFound() : Redirect(With("done", "resumed"));

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        if (!PieceRights.May(Viewer))
        {
            return false;
        }

        var today = ChinaTime.DateOf(Now);
        At = DateOnly.TryParseExact(AtWord, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.Year is >= 2000 and < 2200 ? at : today;
        View = View is "week" or "list" ? View : "month";
        var month = new DateOnly(At.Year, At.Month, 1);
        From = Monday(View == "week" ? At : month);
        To = View == "week" ? From.AddDays(7) : Monday(month.AddMonths(1).AddDays(-1)).AddDays(7);
        var page = await lists.ReadAsync(Viewer, ChinaTime.StartOf(From), ChinaTime.StartOf(To), PieceWords.Kind(KindWord), ct);
        var all = await tree.AllAsync(ct);
        var seesLessons = await rights.MaySeeLessonsAsync(Viewer, ct);
        Entries = [.. page.Pieces.Select(p => Entry(p, all, page.LessonUnreviewed.TryGetValue(p.Id, out var lesson) ? lesson : null, page.Pushes.GetValueOrDefault(p.Id))).Concat(page.Lessons.Select(l => Entry(l, seesLessons)))
            .Where(e => (PieceWords.Stage(StateWord) is not { } stage || e.Stage == stage))
            .OrderBy(e => e.From).ThenBy(e => e.Id)];
        Left = page.Left;
        Pauses = page.Pauses;
        Waiting = await lists.WaitingAsync(Viewer, MaxWaiting, ct);
        Declined = await lists.DeclinedAsync(Viewer, MaxWaiting, ct);
        MayWriteLessons = await rights.LessonRootAsync(Viewer, ct) is not null;
        MayPause = await rights.MayPauseAsync(Viewer, ct);
        return true;
    }

    private CalendarEntry Entry(Piece piece, TreeSnapshot all, int? unreviewed, Push? push)
    {
        var stage = piece.StageAt(Now);
        var isMissed = PushLists.IsMissed(piece, push, Now);
        var mayMove = (isMissed || stage is PieceStage.Draft or PieceStage.Submitted or PieceStage.Scheduled) && Viewer.WriteTops.Any(top => all.IsUnder(piece.OrganisationId, top));
        var note = unreviewed is not null ? "未经双人审核"
            : isMissed ? "错过了时间"
            : push is not null ? PieceWords.Note(push)
            : stage is PieceStage.Out && piece.HasUnapprovedChange() ? piece.State == PieceState.Submitted ? "有修改待审核" : "有修改没提交"
            : stage == PieceStage.Draft && piece.Reason is not null ? "被退回"
            : null;
        return new CalendarEntry(
            piece.Id, piece.Kind, piece.Title, stage, piece.GoesOutAt, piece.ClosesAt, $"/staff/calendar/pieces/{piece.Id}", mayMove ? piece.Version : 0,
            all.Find(piece.OrganisationId) is { ParentId: not null } place ? place.Name : null, note, unreviewed is { } row ? $"/staff/calendar/lessons/{row}" : null);
    }

    private CalendarEntry Entry(Lesson lesson, bool seesLessons)
    {
        var stage = lesson.State != LessonState.Published ? PieceStage.Draft
            : Now < lesson.OpensAt ? PieceStage.Scheduled
            : Now < lesson.ClosesAt ? PieceStage.Out
            : PieceStage.Closed;
        return new CalendarEntry(
            lesson.Id, PieceKind.Lesson, $"{lesson.Season}-{lesson.Period} {lesson.Title}", stage, lesson.OpensAt, lesson.ClosesAt,
            seesLessons ? $"/staff/calendar/lessons/{lesson.Id}" : null, 0, null, lesson.Unreviewed ? "未经双人审核" : null);
    }

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
