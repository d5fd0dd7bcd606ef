using Bot.Core.Content;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Server.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>Setting up the authenticator, once: scan, confirm by a code, keep the recovery codes.</summary>
[AllowAnonymous]
internal sealed class EnrolmentModel(SecondFactors factors, SiteOptions site, ContentLibrary content) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    public string? Problem { get; private set; }

    /// <summary>The path of the QR code, drawn in modules.</summary>
    public QrDrawing? Picture { get; private set; }

    /// <summary>In groups of four, to be typed by hand.</summary>
    public string? Key { get; private set; }

    /// <summary>Shown once, after the confirmation.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    public string Next => SignInModel.Target(Return);

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
        => await StaffSessions.AtDoorAsync(HttpContext) is { } who && await ShowKeyAsync(who, ct) ? Page() : Again();

    public async Task<IActionResult> OnPostAsync(string? code, CancellationToken ct)
    {
        if (await StaffSessions.AtDoorAsync(HttpContext) is not { } who)
        {
            return Again();
        }

        if ((await factors.ConfirmAsync(who, code ?? "", ct)).IsRefused(out var refusal, out var codes))
        {
            Problem = content.Reply(refusal.Code, ("minutes", $"{SignIns.LockedFor.TotalMinutes}"));
            return refusal != SecondFactors.Gone && await ShowKeyAsync(who, ct) ? Page() : Again();
        }

        await StaffSessions.EnterAsync(HttpContext, who);
        RecoveryCodes = codes;
        return Page();
    }

    private async Task<bool> ShowKeyAsync(StaffIdentity who, CancellationToken ct)
    {
        if ((await factors.BeginAsync(who, ct)).IsRefused(out _, out var key))
        {
            return false;
        }

        Picture = QrDrawing.Of(Totp.Address(key, new Uri(site.PublicUrl).Host, who.Login));
        Key = string.Join(' ', Totp.Written(key).Chunk(4).Select(four => new string(four)));
        return true;
    }

    private RedirectToPageResult Again() => RedirectToPage("/Staff/SignIn", new { @return = Return, again = true });
}
