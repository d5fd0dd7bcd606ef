using Bot.Core.Content;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>The second step of signing in.</summary>
[AllowAnonymous]
internal sealed class SignInCodeModel(SecondFactors factors, ContentLibrary content) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await StaffSessions.AtDoorAsync(HttpContext) is null ? Again() : Page();

    public async Task<IActionResult> OnPostAsync(string? code, CancellationToken ct)
    {
        if (await StaffSessions.AtDoorAsync(HttpContext) is not { } who)
        {
            return Again();
        }

        if (!(await factors.CheckAsync(who, code ?? "", ct)).IsRefused(out var refusal))
        {
            await StaffSessions.EnterAsync(HttpContext, who);
            return LocalRedirect(SignInModel.Target(Return));
        }

        if (refusal == SecondFactors.Gone)
        {
            return Again();
        }

        Problem = content.Reply(refusal.Code, ("minutes", $"{SignIns.LockedFor.TotalMinutes}"));
        return Page();
    }

    private RedirectToPageResult Again() => RedirectToPage("/Staff/SignIn", new { @return = Return, again = true });
}
