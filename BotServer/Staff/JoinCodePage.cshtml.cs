using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>A sheet to print and hang up: how to join one organisation.</summary>
internal sealed partial class JoinCodePageModel(CurrentStaff staff, StaffScope scope, JoinPictures pictures, ILogger<JoinCodePageModel> logger) : StaffPageModel(staff)
{
    public TreeNode Organisation { get; private set; } = null!;

    /// <summary>Null where there is no WeChat to ask, or it does not answer.</summary>
    public JoinPicture? Picture { get; private set; }

    public bool IsOn => pictures.IsOn;

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return NotFound();
        }

        Organisation = seen.Organisation;
        try
        {
            Picture = IsOn ? await pictures.OfAsync(Organisation, ct) : null;
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            LogNoPicture(logger, e); // the page says so; the join code works all the same
        }

        return Page();
    }

    [LoggerMessage(LogLevel.Warning, "No QR code for joining could be made.")]
    private static partial void LogNoPicture(ILogger logger, Exception fault);
}
