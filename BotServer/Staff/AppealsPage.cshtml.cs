using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Appeals that wait for the viewer.</summary>
internal sealed class AppealsPageModel(
    CurrentStaff staff, StaffScope scope, Appeals appeals, AppealSupport support, SeenNames seen, LessonShelf shelf, OrganisationTree tree, ContentLibrary content) : AreaListPageModel(staff, scope)
{
    public FirstRows<AppealItem> Items { get; private set; } = FirstRows<AppealItem>.None;

    /// <summary>Those that secretaries answer, without names, for an administrator; else empty.</summary>
    public FirstRows<AppealItem> Others { get; private set; } = FirstRows<AppealItem>.None;

    public TreeSnapshot Tree { get; private set; } = null!;

    public bool Done { get; private set; }

    public string? Problem { get; private set; }

    private IReadOnlyList<PublishedLesson> Lessons { get; set; } = [];

    /// <param name="told">The code of a refusal of the appeals'.</param>
    public async Task<IActionResult> OnGetAsync(bool done, string? told, CancellationToken ct)
    {
        Done = done;
        Problem = told?.StartsWith("appeal.", StringComparison.Ordinal) == true && content.Has(told) ? content.Reply(told) : null;
        if (Viewer.TrayTops.Count == 0 || !await FindAreaAsync(ct))
        {
            return NotFound();
        }

        Tree = await tree.AllAsync(ct);
        Lessons = await shelf.AllAsync(ct);
        Items = await appeals.OpenAsync(Viewer.TrayTops, Under, Rows, ct);
        await seen.NoteAsync(Viewer, "list:appeals", Items.Items.Select(i => (int?)i.OrganisationId), ct);
        Others = Viewer.SupportTops.Count > 0 ? await support.OpenAsync(Viewer.SupportTops, Viewer.TrayTops, Under, Rows, ct) : FirstRows<AppealItem>.None;
        return Page();
    }

    public string LessonOf(AppealItem item) => Lessons.FirstOrDefault(l => l.RowId == item.LessonRowId) is { } lesson ? $"{lesson.Id}《{lesson.Title}》" : "—";
}
