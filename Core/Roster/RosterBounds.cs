using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>The subtrees that an import must stay in: those of whoever orders it.</summary>
internal sealed class RosterBounds
{
    private readonly HashSet<int> _inside;

    private RosterBounds(HashSet<int> inside) => _inside = inside;

    /// <returns>Null for no limit.</returns>
    public static async Task<RosterBounds?> OfAsync(IDbContextFactory<BotDb> databases, IReadOnlyCollection<int>? tops, CancellationToken ct)
    {
        if (tops is null)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return new RosterBounds([.. await db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId)).Select(a => a.OrganisationId).ToListAsync(ct)]);
    }

    /// <summary>A stored organisation inside, or a new one below such.</summary>
    public bool Allows(RosterOrganisation told, RosterTree tree)
    {
        for (RosterOrganisation? at = told; at is not null; at = at.Parent)
        {
            if (tree.Targets[at.Index] is > 0 and var stored)
            {
                return _inside.Contains(stored);
            }
        }

        return false;
    }

    /// <summary>Rows of organisations outside are faults; so are changes of kind there.</summary>
    public static async Task CheckAsync(RosterStage stage, RosterBounds? within, RosterFaultList faults, CancellationToken ct)
    {
        if (within is not null)
        {
            await stage.EachAsync(
                "SELECT r.line FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE t.allowed = 0 ORDER BY r.line",
                row => faults.Add(new RosterFault(row.GetInt32(0), RosterColumns.Path, RosterFaults.Outside)), ct);
        }
    }
}
