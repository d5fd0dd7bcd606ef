using Bot.Core.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

internal sealed class SignOutModel(CurrentStaff staff, OwnSessions sessions) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/staff");

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        await sessions.EndOwnAsync(staff.Viewer, ct); // a copied cookie opens nothing any more
        await HttpContext.SignOutAsync(StaffSessions.Scheme);
        return LocalRedirect(SignInModel.Path);
    }
}
