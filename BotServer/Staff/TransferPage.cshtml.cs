using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One transfer, for whoever has to do something about it.</summary>
internal sealed class TransferPageModel(
    CurrentStaff staff, Transfers transfers, TransferAnswers answers, Removals removals, TransferLists lists, SeenNames seen, OrganisationTree tree,
    ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public TransferItem Item { get; private set; } = null!;

    public TreeSnapshot Tree { get; private set; } = null!;

    public string? Problem { get; private set; }

    public PlaceAsked Place { get; private set; } = null!;

    public DateOnly Today { get; } = ChinaTime.DateOf(clock.GetUtcNow());

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, ct);

    public async Task<IActionResult> OnPostAcceptAsync(int id, CancellationToken ct)
        => await AfterAsync(await answers.AcceptAsync(id, Viewer.TrayTops, Viewer.Actor, ct), id, "accepted", ct);

    public async Task<IActionResult> OnPostRefuseAsync(int id, TransferReason? reason, CancellationToken ct)
    {
        if (reason is { } given && Enum.IsDefined(given))
        {
            return await AfterAsync(await answers.RefuseAsync(id, given, Viewer.TrayTops, Viewer.Actor, ct), id, "refused", ct);
        }

        Problem = content.Reply("transfer.reason-missing");
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(int id, CancellationToken ct)
        => await AfterAsync(await transfers.WithdrawAsync(id, Viewer.TrayTops, Viewer.Actor, ct), id, "withdrawn", ct);

    public async Task<IActionResult> OnPostRemoveAsync(int id, CancellationToken ct)
        => await AfterAsync(await removals.ConfirmAsync(id, Viewer.TrayTops, Viewer.Actor, ct), id, "removed", ct);

    public async Task<IActionResult> OnPostReturnAsync(int id, CancellationToken ct)
        => await AfterAsync(await removals.ReturnAsync(id, Viewer.TrayTops, Viewer.Actor, ct), id, "returned", ct);

    public async Task<IActionResult> OnPostExtendAsync(int id, DateOnly? deadline, CancellationToken ct)
        => await AfterAsync(deadline is { } day ? await transfers.ExtendAsync(id, day, Viewer.TrayTops, Viewer.Actor, ct) : Transfers.BadDeadline, id, "extended", ct);

    /// <param name="find">Set when only the search was asked for.</param>
    public async Task<IActionResult> OnPostSendAsync(int id, string? place, int? to, string? find, CancellationToken ct)
        => find is null && to is { } chosen
            ? await AfterAsync(await transfers.SendAsync(id, chosen, null, Viewer.TrayTops, Viewer.Actor, ct), id, "sent", ct)
            : await ShowAsync(id, ct, place ?? "");

    public string Path(int? id) => id is { } organisation ? Tree.PathOf(organisation) ?? "" : "去向未定";

    private async Task<IActionResult> AfterAsync(Result<bool> result, int id, string done, CancellationToken ct)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage("/Staff/TransfersPage", new { done });
        }

        if (refusal == Transfers.NotFound)
        {
            return NotFound();
        }

        if (refusal.Kind == RefusalKind.Conflict)
        {
            return RedirectToPage("/Staff/TransfersPage", new { told = refusal.Code });
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, ct);
    }

    /// <param name="searched">What was searched for; null when nothing was.</param>
    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct, string? searched = null)
    {
        if (await lists.FindAsync(id, Viewer.TrayTops, ct) is not { } item)
        {
            return NotFound();
        }

        await seen.NoteAsync(Viewer, $"transfer:{id}", [item.FromId], ct);
        Item = item;
        Tree = await tree.AllAsync(ct);
        Place = PlaceForms.Ask(content, Tree, "转到哪里", searched, item.FromId);
        return Page();
    }
}
