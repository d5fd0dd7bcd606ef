using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Wishes to join and corrections that wait for the viewer.</summary>
internal sealed class TrayPageModel(CurrentStaff staff, Tray tray, OrganisationTree tree, ContentLibrary content) : StaffPageModel(staff)
{
    public IReadOnlyList<TrayItem> Items { get; private set; } = [];

    public TreeSnapshot Tree { get; private set; } = null!;

    /// <summary>What has just been done: accepted, declined, corrected, not-corrected.</summary>
    public string? Done { get; private set; }

    /// <summary>Why it was not.</summary>
    public string? Problem { get; private set; }

    /// <param name="told">The code of a refusal of the tray's.</param>
    public async Task<IActionResult> OnGetAsync(string? done, string? told, CancellationToken ct)
    {
        Done = done;
        Problem = told?.StartsWith("tray.", StringComparison.Ordinal) == true && content.Has(told) ? content.Reply(told) : null;
        return await FillAsync(ct) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostCorrectionAsync(int id, bool accepted, CancellationToken ct)
    {
        var result = await TrayTops.DecideAsync(Viewer, top => tray.CloseCorrectionAsync(id, top, accepted, Viewer.Actor, ct));
        if (!result.IsRefused(out var refusal))
        {
            return RedirectToPage(new { done = accepted ? "corrected" : "not-corrected" });
        }

        return refusal.Kind == RefusalKind.NotFound ? NotFound() : RedirectToPage(new { told = refusal.Code });
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        Tree = await tree.AllAsync(ct);
        var items = new List<TrayItem>();
        foreach (var top in Viewer.TrayTops)
        {
            items.AddRange(await tray.OpenAsync(top, ct));
        }

        Items = [.. items.OrderBy(i => i.At)];
        return Viewer.TrayTops.Count > 0;
    }
}

internal static class TrayTops
{
    /// <summary>A request lies in one of the viewer's subtrees, or does not exist for them.</summary>
    public static async Task<Result<T>> DecideAsync<T>(Core.Staff.Viewer viewer, Func<int, Task<Result<T>>> decide)
    {
        foreach (var top in viewer.TrayTops)
        {
            var result = await decide(top);
            if (!result.IsRefused(out var refusal) || refusal != Tray.NotFound)
            {
                return result;
            }
        }

        return Tray.NotFound;
    }
}
