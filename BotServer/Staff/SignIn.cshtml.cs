using Bot.Core.Content;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

[AllowAnonymous]
internal sealed class SignInModel(SignIns signIns, CurrentStaff staff, ContentLibrary content) : PageModel
{
    public const string Path = "/staff/sign-in";

    /// <summary>The page that was asked for.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    public string? Login { get; private set; }

    public string? Problem { get; private set; }

    public IActionResult OnGet(bool again)
    {
        Problem = again ? content.Reply(SecondFactors.Gone.Code) : null;
        return staff.IsKnown ? LocalRedirect(Target(Return)) : Page();
    }

    public async Task<IActionResult> OnPostAsync(string? login, string? password, CancellationToken ct)
    {
        Login = login?.Trim();
        if ((await signIns.TryPasswordAsync(Login ?? "", password ?? "", ct)).IsRefused(out var refusal, out var accepted))
        {
            Problem = content.Reply(refusal.Code, ("minutes", $"{SignIns.LockedFor.TotalMinutes}"));
            return Page();
        }

        if (accepted.Needs == SignInNeeds.Nothing)
        {
            await StaffSessions.EnterAsync(HttpContext, accepted.Who);
            return LocalRedirect(Target(Return));
        }

        await StaffSessions.OpenDoorAsync(HttpContext, accepted.Who);
        return RedirectToPage(accepted.Needs == SignInNeeds.Code ? "/Staff/SignInCode" : "/Staff/Enrolment", new { @return = Return });
    }

    /// <summary>Only pages of the console, and only of this site.</summary>
    public static string Target(string? asked)
        => asked is not null && !asked.Contains('\\') && !asked.Any(char.IsControl) && new PathString(PathOf(asked)).StartsWithSegments("/staff", out var rest)
            && !rest.StartsWithSegments("/sign-in") && !rest.StartsWithSegments("/sign-out") && !rest.StartsWithSegments("/sorry") ? asked : "/staff";

    private static string PathOf(string asked) => asked.StartsWith('/') ? asked.Split('?', '#')[0] : "/";
}
