using System.Globalization;
using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Pushes;
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
    CurrentStaff staff, Pieces pieces, PieceSubmissions submissions, PieceWithdrawals withdrawals, PieceLists lists, PreviewTickets tickets, PieceSample sample, PushStops stops, PushLists pushes, PushFigures figures, AudienceDesk audienceDesk,
    IOptions<SiteOptions> site, OrganisationTree tree, Pictures pictures, ContentLibrary content, TimeProvider clock)
    : PieceFormPageModel(staff, pictures, content, audienceDesk)
{
    private const string SentWords = "已发到你的微信，30 分钟内能看。";

    private readonly ContentLibrary _content = content;
    private readonly AudienceDesk _audiences = audienceDesk;

    public PieceSeen Now { get; private set; } = null!;

    public Piece Piece => Now.Piece;

    public PieceStage Stage => Piece.StageAt(At);

    public DateTimeOffset At { get; } = clock.GetUtcNow();

    public string? Told { get; private set; }

    public string Organisation { get; private set; } = "";

    /// <summary>For everyone, or for the organisation and below.</summary>
    public bool IsForAll { get; private set; }

    /// <summary>As a phone would show the newest version.</summary>
    public string Preview => tickets.To(Piece.Id, Piece.Version);

    /// <summary>What was typed stays on the page also where it came too late.</summary>
    public bool MayChange => Now.MayWrite && (Piece.Kind == PieceKind.Push ? Now.Push is null || Conflict is not null : Stage != PieceStage.Closed || Problem is not null);

    public bool MayWithdraw => (Now.MayWrite || Now.MayDecide) && Now.Push is null && Stage is not (PieceStage.Closed or PieceStage.Withdrawn) && !(Piece.Kind == PieceKind.Lesson && Piece.OutAt <= At);

    public bool MayReview => Now.MayDecide && Piece.State == PieceState.Submitted && !Now.IsOwnWork;

    public override string MemoryKey => FormattableString.Invariant($"{Piece.Id}-{Seen}");

    public override int PlaceId => Piece.OrganisationId;

    public override int? PieceId => Piece.Id;

    /// <summary>Why an approved push has not started.</summary>
    public PushHold? Hold { get; private set; }

    /// <summary>What is wrong with its audience, where that is why.</summary>
    public IReadOnlyList<PieceFault> HoldFaults { get; private set; } = [];

    public PushRunView? Run { get; private set; }

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
            "stopped" => "已停止，没发的不再发。",
            "continued" => "接着发了。",
            "taken" => "已接管，可以在这里修改了。",
            _ => null,
        };
        Problem = told is not null && (told.StartsWith("piece.", StringComparison.Ordinal) || told.StartsWith("push.", StringComparison.Ordinal) || told.StartsWith("staff-text.", StringComparison.Ordinal) || told.StartsWith("lesson.", StringComparison.Ordinal)) && _content.Has(told) ? _content.Reply(told) : null;
        Twin = done == "twice" ? await submissions.TwinAsync(Viewer, Piece, ct) : null;
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

        if (await OnlyFormAsync(ct) || await ReadAsync(ct) is not { } text)
        {
            return Page();
        }

        if ((await pieces.SaveAsync(Viewer, id, Seen, text, ct)).IsRefused(out var refusal, out var version))
        {
            return await RefusedAsync(refusal, text, ct);
        }

        return Redirect(Do == "submit" || version != Seen ? await SubmitAsync(submissions, Viewer, id, version, Do, Again, ct) : $"/staff/calendar/pieces/{id}?done=same");
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

    /// <summary>How many are in the saved audience.</summary>
    public async Task<IActionResult> OnGetReachAsync(int id, CancellationToken ct)
        => !await FillAsync(id, ct) || Now.Version.Read().Audience is not { } audience ? NotFound()
            : Partial("/Calendar/_AudienceCount.cshtml", await _audiences.CountAsync(Piece.OrganisationId, audience, Piece.GoesOutAt, Piece.Id, ct));

    /// <summary>The part that reloads itself while the push runs.</summary>
    public async Task<IActionResult> OnGetRunAsync(int id, CancellationToken ct)
        => await FillAsync(id, ct) && Run is not null ? Partial("/Calendar/_PushRun.cshtml", Run) : NotFound();

    public async Task<IActionResult> OnPostStopAsync(int id, CancellationToken ct) => Changed(id, await stops.StopAsync(Viewer, id, ct), "stopped");

    public async Task<IActionResult> OnPostContinueAsync(int id, CancellationToken ct) => Changed(id, await stops.ContinueAsync(Viewer, id, ct), "continued");

    private IActionResult Changed(int id, Result<bool> result, string done)
        => !result.IsRefused(out var refusal) ? Redirect($"/staff/calendar/pieces/{id}?done={done}") : refusal == Pieces.NotFound ? NotFound() : Redirect($"/staff/calendar/pieces/{id}?told={refusal.Code}");

    /// <summary>Where to go after a save; submits, too, where that was the button.</summary>
    internal static async Task<string> SubmitAsync(PieceSubmissions submissions, Viewer viewer, int id, int version, string? button, bool again, CancellationToken ct)
    {
        var at = FormattableString.Invariant($"/staff/calendar/pieces/{id}");
        return button != "submit" ? at + "?done=saved"
            : (await submissions.SubmitAsync(viewer, id, version, again, ct)).IsRefused(out var refusal, out var submission) ? $"{at}?told={refusal.Code}"
            : submission.Faults.Count > 0 ? at + "?done=check"
            : submission.Twin is not null ? at + "?done=twice"
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
        if (Kind == PieceKind.Push)
        {
            Hold = await pushes.HoldAsync(Piece, Now.Push, Now.Version.Read(), ct);
            HoldFaults = Hold == PushHold.AudienceChanged ? await pushes.AudienceFaultsAsync(Piece, Now.Version.Read(), ct) : [];
            Run = Now.Push is { } push ? await PushRunView.OfAsync(push, figures, clock, ct) : null;
        }

        (Organisation, IsForAll) = (place?.Path.Replace("/", " / ", StringComparison.Ordinal) ?? "", place?.ParentId is null);
        return true;
    }
}
