using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>The tree as it was when a lesson closed: what has moved, merged, closed or begun since is taken back.</summary>
internal static class ClosingTree
{
    /// <param name="now">Of now, or of a moment ago.</param>
    /// <param name="counted">Where people belonged then; they are there whatever the history says.</param>
    /// <returns>Parents before children.</returns>
    public static async Task<List<(int Id, int? ParentId)>> OfAsync(BotDb db, TreeSnapshot now, IReadOnlyCollection<int> counted, DateTimeOffset closesAt, CancellationToken ct)
    {
        if (counted.All(id => now.Find(id) is not null) && !await db.OrganisationChanges.AnyAsync(c => c.At >= closesAt, ct))
        {
            return [.. now.Nodes.Select(n => (n.Id, n.ParentId))];
        }

        // The rows first: a change that comes between is taken back from rows that do not know it, which changes nothing.
        var rows = await db.Organisations.AsNoTracking().Select(o => new { o.Id, o.ParentId, o.ClosedAt }).ToListAsync(ct);
        var parents = rows.ToDictionary(o => o.Id, o => o.ParentId);
        var there = rows.Where(o => o.ClosedAt is null).Select(o => o.Id).ToHashSet();
        foreach (var change in await db.OrganisationChanges.AsNoTracking().Where(c => c.At >= closesAt).OrderByDescending(c => c.Id).ToListAsync(ct))
        {
            TakeBack(change, parents, there);
        }

        there.UnionWith(counted);
        var nodes = new List<(int Id, int? ParentId)>(there.Count);
        var added = new HashSet<int>(there.Count);
        foreach (var id in there.Order())
        {
            Add(id);
        }

        return nodes;

        void Add(int id)
        {
            if (!added.Add(id))
            {
                return;
            }

            var parentId = parents.GetValueOrDefault(id);
            if (parentId is { } parent)
            {
                Add(parent);
            }

            nodes.Add((id, parentId));
        }
    }

    private static void TakeBack(OrganisationChange change, Dictionary<int, int?> parents, HashSet<int> there)
    {
        switch (change.Kind)
        {
            case OrganisationChangeKind.Moved:
                parents[change.OrganisationId] = change.FromParentId;
                break;
            case OrganisationChangeKind.Merged or OrganisationChangeKind.Closed:
                there.Add(change.OrganisationId);
                break;
            case OrganisationChangeKind.Reopened:
                there.Remove(change.OrganisationId);
                break;
            case OrganisationChangeKind.Split when change.OtherId is { } begun:
                there.Remove(begun);
                break;
        }
    }
}
