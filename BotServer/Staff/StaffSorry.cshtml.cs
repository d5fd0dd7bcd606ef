using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>A status code in one sentence, under the address that failed. Outside of one's subtree and what does not exist look alike.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
internal sealed class StaffSorryModel : PageModel
{
    public string Code { get; private set; } = "404";

    public void OnGet(string code) => Show(code);

    public void OnPost(string code) => Show(code);

    private void Show(string code)
    {
        if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null)
        {
            Code = code;
        }
        else
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
