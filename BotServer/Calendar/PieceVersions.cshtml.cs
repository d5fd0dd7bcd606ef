using Bot.Core.Calendar;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <param name="Changes">From the version before.</param>
internal sealed record VersionLine(PieceVersion Version, IReadOnlyList<FieldDifference> Changes);

/// <summary>Who changed what, newest first.</summary>
internal sealed class PieceVersionsModel(CurrentStaff staff, PieceLists lists) : LongListPageModel(staff)
{
    public Piece Piece { get; private set; } = null!;

    /// <summary>The lesson that an operator has published alone.</summary>
    public int? LessonUnreviewed { get; private set; }

    public IReadOnlyList<VersionLine> Versions { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if ((await lists.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        (Piece, LessonUnreviewed) = (seen.Piece, seen.LessonUnreviewed);
        var versions = await lists.VersionsAsync(id, Rows + 1, ct);
        var texts = versions.Select(v => v.Read()).ToList();
        Versions = [.. versions.Take(Rows).Select((v, i) => new VersionLine(v, PieceDifference.Between(i + 1 < texts.Count ? texts[i + 1] : null, texts[i])))];
        return Page();
    }
}
