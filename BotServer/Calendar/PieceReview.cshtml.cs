using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>The approver's one screen: exactly what goes out, when, to how many, what is new, yes or no.</summary>
internal sealed class PieceReviewModel(CurrentStaff staff, PieceDecisions decisions, PreviewTickets tickets, OrganisationTree tree, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public string? Hash { get; set; }

    /// <summary>仍然发送: a push that equals another of these days is meant.</summary>
    [BindProperty]
    public bool Again { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public Review Review { get; private set; } = null!;

    public PieceText Text { get; private set; } = null!;

    public IReadOnlyList<FieldDifference> Changes { get; private set; } = [];

    public string Organisation { get; private set; } = "";

    public bool IsForAll { get; private set; }

    public string Preview => tickets.To(Review.Piece.Id, Review.Version.Version);

    public DateTimeOffset At { get; } = clock.GetUtcNow();

    public bool IsOwnWork => Review.IsOwnWork;

    public string InvitedSays => content.Reply(PieceDecisions.Invited.Code);

    public string? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostApproveAsync(int id, CancellationToken ct)
        => await AnswerAsync(id, (await decisions.ApproveAsync(Viewer, id, Seen, Hash ?? "", Again, ct)).IsRefused(out var refusal) ? refusal : null, "approved", ct);

    public async Task<IActionResult> OnPostDeclineAsync(int id, CancellationToken ct)
        => await AnswerAsync(id, (await decisions.DeclineAsync(Viewer, id, Seen, Reason, ct)).IsRefused(out var refusal) ? refusal : null, "declined", ct);

    private async Task<IActionResult> AnswerAsync(int id, Core.Refusal? refusal, string done, CancellationToken ct)
    {
        if (refusal is null)
        {
            return Redirect($"/staff/calendar/pieces/{id}?done={done}");
        }

        if (refusal == Pieces.NotFound)
        {
            return NotFound();
        }

        Problem = content.Reply(refusal.Code);
        ModelState.Remove(nameof(Seen));
        ModelState.Remove(nameof(Hash));
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        if ((await decisions.ReviewAsync(Viewer, id, ct)).IsRefused(out _, out var review))
        {
            return NotFound();
        }

        Review = review;
        Text = review.Version.Read();
        Changes = review.Before is { } before ? PieceDifference.Between(before.Read(), Text) : [];
        (Seen, Hash) = (review.Version.Version, review.Piece.Hash);
        var place = (await tree.AllAsync(ct)).Find(review.Piece.OrganisationId);
        (Organisation, IsForAll) = (place?.Path.Replace("/", " / ", StringComparison.Ordinal) ?? "", place?.ParentId is null);
        return review.Piece.State == PieceState.Submitted ? Page() : Redirect($"/staff/calendar/pieces/{id}{(Problem is null ? "" : $"?told={Pieces.Changed.Code}")}");
    }
}
