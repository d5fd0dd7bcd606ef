using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One thing of the tray, to be decided once.</summary>
internal abstract class TrayItemPageModel(CurrentStaff staff, ContentLibrary content) : StaffPageModel(staff)
{
    /// <summary>Why it was not decided.</summary>
    public string? Problem { get; protected set; }

    protected string Sentence(string code) => content.Reply(code);

    /// <summary>Back to the tray when it is decided, by this call or another; else the same page, saying why not.</summary>
    /// <param name="done">What the tray's page tells.</param>
    protected async Task<IActionResult> AfterAsync(Result<bool> result, string done, Func<Task<IActionResult>> show)
    {
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage("/Staff/TrayPage", new { done });
        }

        if (refusal == Tray.NotFound)
        {
            return NotFound();
        }

        if (refusal == Tray.Decided)
        {
            return GoneAlready();
        }

        Problem = content.Reply(refusal.Code);
        return await show();
    }

    protected IActionResult GoneAlready() => RedirectToPage("/Staff/TrayPage", new { told = Tray.Decided.Code });
}
