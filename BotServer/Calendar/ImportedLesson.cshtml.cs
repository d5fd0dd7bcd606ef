using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>A lesson that an operator imported: to be approved afterwards, or taken into a piece.</summary>
internal sealed class ImportedLessonModel(CurrentStaff staff, ImportedLessons imported, PreviewTickets tickets, PieceRights rights, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public Lesson Lesson { get; private set; } = null!;

    public PieceText Text { get; private set; } = null!;

    public IReadOnlyList<Section> Sections { get; private set; } = [];

    public string Preview => tickets.ToLesson(Lesson.Id);

    public DateTimeOffset At { get; } = clock.GetUtcNow();

    public bool MayApprove { get; private set; }

    public bool MayTakeIn { get; private set; }

    /// <summary>The piece that stands for it already.</summary>
    public int? PieceId { get; private set; }

    public string? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, string? told, CancellationToken ct)
    {
        Problem = told is not null && told.StartsWith("lesson.", StringComparison.Ordinal) && content.Has(told) ? content.Reply(told) : null;
        return ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostApproveAsync(int id, string? hash, CancellationToken ct)
        => (await imported.ApproveAsync(Viewer, id, hash ?? "", ct)).IsRefused(out var refusal) && refusal == ImportedLessons.NotFound ? NotFound()
            : Redirect($"/staff/calendar/lessons/{id}{(refusal is null ? "" : $"?told={refusal.Code}")}");

    public async Task<IActionResult> OnPostTakeInAsync(int id, CancellationToken ct)
    {
        if ((await imported.TakeInAsync(Viewer, id, ct)).IsRefused(out var refusal, out var piece))
        {
            return refusal == ImportedLessons.NotFound ? NotFound() : Redirect($"/staff/calendar/lessons/{id}?told={refusal.Code}");
        }

        return Redirect($"/staff/calendar/pieces/{piece.Id}?done=taken");
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await imported.FindAsync(Viewer, id, ct)).IsRefused(out _, out var lesson))
        {
            return NotFound();
        }

        Lesson = lesson;
        Text = PieceText.Of(lesson);
        Sections = LessonText.Sections(lesson.Body, ownPictures: true);
        PieceId = await imported.PieceOfAsync(id, ct);
        MayApprove = lesson is { Unreviewed: true, State: LessonState.Published } && await rights.MayDecideLessonsAsync(Viewer, ct);
        MayTakeIn = PieceId is null && lesson.ClosesAt > At && await rights.LessonRootAsync(Viewer, ct) is not null;
        return Page();
    }
}
