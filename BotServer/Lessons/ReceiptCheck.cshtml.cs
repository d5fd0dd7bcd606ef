using Bot.Core.Lessons;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Lessons;

/// <summary>For whoever holds a receipt, signed in or not.</summary>
public sealed class ReceiptCheckModel(Completions completions) : PageModel
{
    /// <summary>As asked for; null before anything has been typed.</summary>
    public string? Code { get; private set; }

    public Proof? Proof { get; private set; }

    public string Shown { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? code, CancellationToken ct)
    {
        Code = string.IsNullOrWhiteSpace(code) ? null : code.Trim();
        if (Code is null)
        {
            return Page();
        }

        if ((await completions.ProveAsync(Code, ct)).IsRefused(out _, out var proof))
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }

        Proof = proof;
        Shown = Completions.Shown(Code.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        return Page();
    }
}
