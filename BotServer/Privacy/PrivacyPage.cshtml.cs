using System.Security.Cryptography;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Privacy;

/// <summary>The notice for everybody; for a person signed in, what is stored and the ways to change or end it.</summary>
internal sealed class PrivacyPageModel(
    CurrentPerson me, PrivacyNotice notice, Consents consents, Corrections corrections, Erasure erasure, Belongings belongings, OrganisationTree tree,
    ContentLibrary content, TimeProvider clock) : PersonPageModel(me)
{
    /// <summary>Needs no session; each purpose's key is an anchor.</summary>
    public const string NoticePath = "/y/privacy";

    public PrivacyNotice Notice => notice;

    public bool SignedIn => IsSignedIn;

    /// <summary>What has just been done: withdrawn, corrected or erased.</summary>
    public string? Done { get; private set; }

    /// <summary>Why it was not done.</summary>
    public string? Problem { get; private set; }

    /// <summary>What stood in the form that was refused.</summary>
    public string? Typed { get; private set; }

    /// <summary>Makes one wish of a form that is sent twice.</summary>
    public string FormKey { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string? Name { get; private set; }

    public string? Organisation { get; private set; }

    public IReadOnlyList<GivenConsent> Consents { get; private set; } = [];

    protected override bool NeedsPerson => HttpMethods.IsPost(Request.Method);

    public async Task OnGetAsync(string? done, CancellationToken ct)
    {
        Done = done;
        await FillAsync(ct);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string? purpose, CancellationToken ct)
        => await AfterAsync(await consents.WithdrawAsync(Me.Account, purpose ?? "", ct), "withdrawn", ct);

    public async Task<IActionResult> OnPostCorrectAsync(string? text, string? key, CancellationToken ct)
    {
        Typed = text;
        return await AfterAsync(await corrections.AskAsync(Me.Account, text ?? "", $"page:{Me.Account.Id}:{(key is { Length: 32 } ? key : FormKey)}", ct), "corrected", ct);
    }

    /// <summary>Deleting the roster row, too, takes a number; see <see cref="Erasure.NeedsNumberAsync"/>.</summary>
    public bool ErasingNeedsNumber { get; private set; }

    public async Task<IActionResult> OnPostEraseAsync(bool sure, string? number, string? key, CancellationToken ct)
    {
        if (!sure)
        {
            return RedirectToPage();
        }

        var result = await erasure.EraseAccountAsync(
            Me.Account.Id, string.IsNullOrWhiteSpace(number) ? null : number, $"page:{Me.Account.Id}:{(key is { Length: 32 } ? key : FormKey)}", ct);
        if (result.IsRefused(out var refusal, out var erased))
        {
            return await AfterAsync(refusal, "", ct);
        }

        await HttpContext.SignOutAsync(Sessions.CookieScheme);
        return RedirectToPage(new { done = erased == Erased.AccountOnly ? "erased-account" : "erased" });
    }

    private async Task<IActionResult> AfterAsync(Result<bool> result, string done, CancellationToken ct)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage(new { done });
        }

        Problem = content.Reply(refusal.Code);
        await FillAsync(ct);
        return Page();
    }

    private async Task FillAsync(CancellationToken ct)
    {
        if (!SignedIn)
        {
            return;
        }

        var now = clock.GetUtcNow();
        ErasingNeedsNumber = await erasure.NeedsNumberAsync(Me.Account.Id, ct);
        var belonging = await belongings.FindAsync(Me.Account, ct);
        Name = belonging.Name;
        Organisation = belonging.OrganisationId is { } id ? (await tree.AllAsync(ct)).Find(id)?.Name : null;
        Consents = [.. (await consents.GivenAsync(Me.Account.Id, ct)).Select(c => new GivenConsent(
            c.Purpose, notice.Find(c.Purpose)?.Title ?? c.Purpose, ChinaTime.Say(c.GivenAt, now), c.Purpose == PrivacyNotice.Roster))];
    }
}

/// <param name="Given">When, as people say it.</param>
/// <param name="EndsMembership">Withdrawing it takes the account off the roster.</param>
internal sealed record GivenConsent(string Purpose, string Title, string Given, bool EndsMembership);
