using Bot.Core.Content;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>A new colleague chooses the password, then goes on to the authenticator.</summary>
[AllowAnonymous]
internal sealed class InvitationModel(Invitations invitations, ContentLibrary content) : PageModel
{
    /// <summary>Null when the link is no good.</summary>
    public string? Login { get; private set; }

    public string? Problem { get; private set; }

    public async Task OnGetAsync(string secret, CancellationToken ct) => await LookAsync(secret, ct);

    public async Task<IActionResult> OnPostAsync(string secret, string? password, string? repeated, CancellationToken ct)
    {
        if (password != repeated)
        {
            await LookAsync(secret, ct);
            Problem ??= content.Reply("staff.passwords-differ");
            return Page();
        }

        if ((await invitations.AcceptAsync(secret, password ?? "", ct)).IsRefused(out var refusal, out var who))
        {
            await LookAsync(secret, ct);
            Problem = content.Reply(refusal.Code, ("length", $"{Invitations.MinPasswordLength}"));
            return Page();
        }

        await StaffSessions.OpenDoorAsync(HttpContext, who);
        return RedirectToPage("/Staff/Enrolment");
    }

    private async Task LookAsync(string secret, CancellationToken ct)
    {
        if ((await invitations.FindAsync(secret, ct)).IsRefused(out var refusal, out var login))
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            Problem = content.Reply(refusal.Code);
        }

        Login = login;
    }
}
