using System.Globalization;
using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Bot.Server.Calendar;

/// <summary>One piece: to be changed by those who may write it, to be read by the others.</summary>
[RequestSizeLimit(PieceNewModel.MaxRequest)]
internal sealed class PieceModel(
    CurrentStaff staff, Pieces pieces, PieceSubmissions submissions, PieceWithdrawals withdrawals, PieceLists lists, PreviewTickets tickets, PieceSample sample, IOptions<SiteOptions> site, OrganisationTree tree, Pictures pictures, ContentLibrary content, TimeProvider clock)
    : PieceFormPageModel(staff, pictures, content)
{
    private const string SentWords = "已发到你的微信，30 分钟内能看。";

    private readonly ContentLibrary _content = content;

    public PieceSeen Now { get; private set; } = null!;

    public Piece Piece => Now.Piece;

    public PieceStage Stage => Piece.StageAt(At);

    public DateTimeOffset At { get; } = clock.GetUtcNow();

    public string? Told { get; private set; }

    /// <summary>The server has what was typed: this device need not keep it.</summary>
    public bool IsSaved { get; private set; }

    public string Organisation { get; private set; } = "";

    /// <summary>For everyone, or for the organisation and below.</summary>
    public bool IsForAll { get; private set; }

    /// <summary>As a phone would show the newest version.</summary>
    public string Preview => tickets.To(Piece.Id, Piece.Version);

    /// <summary>What was typed stays on the page also where it came too late.</summary>
    public bool MayChange => Now.MayWrite && (Stage != PieceStage.Closed || Problem is not null);

    public bool MayWithdraw => (Now.MayWrite || Now.MayDecide) && Stage is not (PieceStage.Closed or PieceStage.Withdrawn) && !(Piece.Kind == PieceKind.Lesson && Piece.OutAt <= At);

    public bool MayReview => Now.MayDecide && Piece.State == PieceState.Submitted && !Now.IsOwnWork;

    public override string MemoryKey => FormattableString.Invariant($"{Piece.Id}-{Seen}");

    public override string Action => FormattableString.Invariant($"/staff/calendar/pieces/{Piece.Id}");

    /// <param name="done">saved, same, check, submitted, withdrawn, approved, declined or taken.</param>
    /// <param name="told">The code of a refusal.</param>
    public async Task<IActionResult> OnGetAsync(int id, string? done, string? told, CancellationToken ct)
    {
        if (!await FillAsync(id, ct))
        {
            return NotFound();
        }

        Told = done switch
        {
            "saved" => "已保存。",
            "same" => "没有改动，不用保存。",
            "submitted" => "已提交，等另一个人审核。",
            "withdrawn" => "已撤回。",
            "approved" => "已通过。",
            "declined" => "已退回。",
            "sent" => SentWords,
            "taken" => "已接管，可以在这里修改了。",
            _ => null,
        };
        Problem = told is not null && (told.StartsWith("piece.", StringComparison.Ordinal) || told.StartsWith("staff-text.", StringComparison.Ordinal) || told.StartsWith("lesson.", StringComparison.Ordinal)) && _content.Has(told) ? _content.Reply(told) : null;
        IsSaved = Told is not null || done == "check";
        if (done == "check")
        {
            Faults.AddRange(await submissions.FaultsAsync(Piece, ct));
        }

        Form = PieceForm.Of(Now.Version.Read());
        Seen = Piece.Version;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken ct)
    {
        if (!await FillAsync(id, ct) || !Now.MayWrite)
        {
            return NotFound();
        }

        if (await OnlyFormAsync(ct) || Form.Read(Kind, Faults) is not { } text)
        {
            return Page();
        }

        if ((await pieces.SaveAsync(Viewer, id, Seen, text, ct)).IsRefused(out var refusal, out var version))
        {
            return await RefusedAsync(refusal, text, ct);
        }

        return Redirect(Do == "submit" || version != Seen ? await SubmitAsync(submissions, Viewer, id, version, Do, ct) : $"/staff/calendar/pieces/{id}?done=same");
    }

    /// <summary>Answers with a sentence alone where the page asks for a part, so that nothing that is being typed goes away.</summary>
    public async Task<IActionResult> OnPostSampleAsync(int id, CancellationToken ct)
    {
        var result = await sample.SendAsync(
            Viewer, id, p => _content.Reply("piece.sample", ("title", p.Title), ("version", p.Version.ToString(CultureInfo.InvariantCulture)), ("link", site.Value.At(tickets.To(p.Id, p.Version)))), ct);
        var isRefused = result.IsRefused(out var refusal);
        return refusal == Pieces.NotFound ? NotFound()
            : Request.Headers.ContainsKey("HX-Request") ? Content(isRefused ? _content.Reply(refusal!.Code) : SentWords, "text/plain; charset=utf-8")
            : Redirect(FormattableString.Invariant($"/staff/calendar/pieces/{id}?{(isRefused ? "told=" + refusal!.Code : "done=sent")}"));
    }

    public async Task<IActionResult> OnPostWithdrawAsync(int id, CancellationToken ct)
        => (await withdrawals.WithdrawAsync(Viewer, id, Seen, ct)).IsRefused(out var refusal)
            ? refusal == Pieces.NotFound ? NotFound() : Redirect($"/staff/calendar/pieces/{id}?told={refusal.Code}")
            : Redirect($"/staff/calendar/pieces/{id}?done=withdrawn");

    /// <summary>Where to go after a save; submits, too, where that was the button.</summary>
    internal static async Task<string> SubmitAsync(PieceSubmissions submissions, Viewer viewer, int id, int version, string? button, CancellationToken ct)
    {
        var at = FormattableString.Invariant($"/staff/calendar/pieces/{id}");
        return button != "submit" ? at + "?done=saved"
            : (await submissions.SubmitAsync(viewer, id, version, ct)).IsRefused(out var refusal, out var submission) ? $"{at}?told={refusal.Code}"
            : submission.Faults.Count > 0 ? at + "?done=check"
            : at + "?done=submitted";
    }

    private async Task<IActionResult> RefusedAsync(Refusal refusal, PieceText text, CancellationToken ct)
    {
        if (refusal == Pieces.NotFound)
        {
            return NotFound();
        }

        Problem = _content.Reply(refusal.Code);
        if (refusal == Pieces.Changed && await FillAsync(Piece.Id, ct) && Piece.Version != Seen)
        {
            var theirs = Now.Version.Read();
            var began = await lists.VersionAsync(Piece.Id, Seen, ct);
            Conflict = new EditConflict(Now.Version, PieceDifference.Between(began?.Read(), theirs), PieceDifference.Between(theirs, text.Clean(Kind)));
            ModelState.Remove(nameof(Seen));
            Seen = Piece.Version;
        }

        return Page();
    }

    private async Task<bool> FillAsync(int id, CancellationToken ct)
    {
        if ((await lists.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return false;
        }

        Now = seen;
        Kind = Piece.Kind;
        var place = (await tree.AllAsync(ct)).Find(Piece.OrganisationId);
        (Organisation, IsForAll) = (place?.Path.Replace("/", " / ", StringComparison.Ordinal) ?? "", place?.ParentId is null);
        return true;
    }
}
