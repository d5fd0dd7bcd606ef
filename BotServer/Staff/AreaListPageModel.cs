using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>A page of what waits: everything that is the viewer's, or what belongs to one organisation with those below it.</summary>
internal abstract class AreaListPageModel(CurrentStaff staff, StaffScope scope) : LongListPageModel(staff)
{
    protected StaffScope Scope { get; } = scope;

    /// <summary>As in the address: the organisation's id; null for everything.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Under { get; set; }

    /// <summary>What <see cref="Under"/> names; null for everything.</summary>
    public TreeNode? Area { get; private set; }

    /// <summary>For the addresses of this page with more rows; null for everything.</summary>
    public string? Keep => Under is { } id ? FormattableString.Invariant($"under={id}") : null;

    /// <returns>False when there is no such organisation for this viewer.</returns>
    protected async Task<bool> FindAreaAsync(CancellationToken ct)
    {
        if (Under is not { } id)
        {
            return true;
        }

        if ((await Scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen))
        {
            return false;
        }

        Area = seen.Organisation;
        return true;
    }
}
