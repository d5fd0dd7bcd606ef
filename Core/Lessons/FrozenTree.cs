using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>The tree as it was when a lesson closed, with the names of now; of those that are gone, the last ones.</summary>
internal static class FrozenTree
{
    /// <param name="now">Taken as it is when nothing has moved since, which is the rule.</param>
    public static async Task<TreeSnapshot> OfAsync(BotDb db, TreeSnapshot now, IReadOnlyDictionary<int, int?> parents, CancellationToken ct)
    {
        if (parents.Count == now.Nodes.Count && now.Nodes.All(n => parents.TryGetValue(n.Id, out var parent) && parent == n.ParentId))
        {
            return now;
        }

        var names = parents.Keys.Any(id => now.Find(id) is null)
            ? await db.Organisations.AsNoTracking().ToDictionaryAsync(o => o.Id, ct)
            : [];
        var children = parents.OrderBy(p => p.Key).ToLookup(p => p.Value, p => p.Key);
        var nodes = new List<TreeNode>(parents.Count);
        Add(null, "", 0);
        return new TreeSnapshot(nodes, []);

        void Add(int? parentId, string prefix, int depth)
        {
            foreach (var id in children[parentId])
            {
                if ((now.Find(id) ?? Gone(id)) is not { } known)
                {
                    continue; // nothing deletes organisations
                }

                var index = nodes.Count;
                nodes.Add(known with { ParentId = parentId, Path = prefix + known.Name, Depth = depth, Index = index });
                Add(id, prefix + known.Name + "/", depth + 1);
                nodes[index] = nodes[index] with { End = nodes.Count };
            }
        }

        TreeNode? Gone(int id) => names.GetValueOrDefault(id) is { } row ? new TreeNode(id, row.ParentId, row.Name, row.Name, row.Kind, row.JoinCode, 0, 0, 0) : null;
    }
}
