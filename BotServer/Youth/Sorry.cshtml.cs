using Bot.Core.Content;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Youth;

/// <summary>
/// What went wrong in one sentence, and the way out: for a status code, under the address that failed, or for a refusal's code, which a
/// redirect names.
/// </summary>
[IgnoreAntiforgeryToken]
public sealed class SorryModel(ContentLibrary content) : PageModel
{
    public string Code { get; private set; } = "";

    /// <summary>The refusal's own sentence; null for a status code.</summary>
    public string? Sentence { get; private set; }

    public void OnGet(string code) => Show(code);

    public void OnPost(string code) => Show(code);

    private void Show(string code)
    {
        var failed = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null;
        Code = failed || code.StartsWith("link.", StringComparison.Ordinal) || code == "session.needed" ? code : "404";
        Sentence = content.Has(Code) && !failed ? content.Reply(Code) : null;
        if (!failed)
        {
            Response.StatusCode = Code == "404" ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden;
        }
    }
}
