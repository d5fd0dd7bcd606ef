using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>A new piece, with everything filled in that can be known.</summary>
[RequestSizeLimit(MaxRequest)]
internal sealed class PieceNewModel(
    CurrentStaff staff, PieceRights rights, Pieces pieces, PieceSubmissions submissions, PieceLists lists, NextPieces next, Pictures pictures, ContentLibrary content, AudienceDesk audiences)
    : PieceFormPageModel(staff, pictures, content, audiences)
{
    internal const int MaxRequest = 4 * 1024 * 1024;
    private const int MaxPlaces = 200;
    private const int Earlier = 30;

    private readonly ContentLibrary _content = content;

    /// <summary>lesson, article, notice or push.</summary>
    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? KindWord { get; set; }

    [BindProperty]
    public int OrganisationId { get; set; }

    public IReadOnlyList<TreeNode> Places { get; private set; } = [];

    /// <summary>What it can be copied from.</summary>
    public IReadOnlyList<Piece> Copies { get; private set; } = [];

    public int? Copied { get; private set; }

    public override string MemoryKey => "new-" + PieceWords.Word(Kind);

    public override int PlaceId => OrganisationId;

    public override string Action => "/staff/calendar/new?kind=" + PieceWords.Word(Kind);

    /// <param name="copy">The piece whose words are taken over; its times are not.</param>
    public async Task<IActionResult> OnGetAsync(int? copy, string? day, CancellationToken ct)
    {
        if (!await FillAsync(ct))
        {
            return NotFound();
        }

        var text = Kind == PieceKind.Lesson ? await next.LessonAsync(ct) : next.Other(Kind);
        if (copy is { } id)
        {
            if ((await lists.FindAsync(Viewer, id, ct)).IsRefused(out _, out var source) || source.Piece.Kind != Kind)
            {
                return NotFound();
            }

            text = source.Version.Read() with { GoesOutAt = text.GoesOutAt, ClosesAt = text.ClosesAt, Season = text.Season, Period = text.Period };
            Copied = id;
            OrganisationId = Places.Any(p => p.Id == source.Piece.OrganisationId) ? source.Piece.OrganisationId : OrganisationId;
        }

        if (day is not null && Kind != PieceKind.Lesson && PieceWords.Instant(day) is { } start)
        {
            text = text with { GoesOutAt = start.AddHours(8), ClosesAt = text.ClosesAt + (start.AddHours(8) - text.GoesOutAt) };
        }

        Form = PieceForm.Of(text);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!await FillAsync(ct))
        {
            return NotFound();
        }

        if (await OnlyFormAsync(ct) || await ReadAsync(ct) is not { } text)
        {
            return Page();
        }

        if ((await pieces.AddAsync(Viewer, Kind, OrganisationId, text, ct)).IsRefused(out var refusal, out var piece))
        {
            if (refusal == Pieces.NotFound)
            {
                return NotFound();
            }

            Problem = _content.Reply(refusal.Code);
            return Page();
        }

        return Redirect(await PieceModel.SubmitAsync(submissions, Viewer, piece.Id, piece.Version, Do, Again, ct));
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        if (PieceWords.Kind(KindWord) is not { } kind || Viewer.WriteTops.Count == 0)
        {
            return false;
        }

        Kind = kind;
        Places = kind != PieceKind.Lesson ? await rights.PlacesAsync(Viewer, MaxPlaces, ct) : await rights.LessonRootAsync(Viewer, ct) is { } root ? [root] : [];
        Copies = await lists.EarlierAsync(Viewer, kind, Earlier, ct);
        if (Places.Count == 0)
        {
            return false;
        }

        OrganisationId = OrganisationId == 0 ? Places[0].Id : OrganisationId;
        return true;
    }
}
