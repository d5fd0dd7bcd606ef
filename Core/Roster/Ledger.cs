using Bot.Core.Lessons;

namespace Bot.Core.Roster;

/// <summary>What the database counts at one organisation itself.</summary>
internal readonly record struct LedgerCount(int Members, int Others, int Unbound, int Secretaries, int BoundSecretaries);

/// <summary>The ledger of the whole tree at one moment.</summary>
public sealed class Ledger
{
    private readonly Dictionary<int, LedgerFigure> _own;
    private readonly Dictionary<int, LedgerFigure> _areas;
    private readonly HiddenFigures _hiddenMembers;
    private readonly HiddenFigures _hiddenYouth;

    private Ledger(DateTimeOffset at, TreeSnapshot tree, Dictionary<int, LedgerFigure> own, Dictionary<int, LedgerFigure> areas)
    {
        At = at;
        Tree = tree;
        _own = own;
        _areas = areas;
        _hiddenMembers = HiddenFigures.Of(tree.Nodes, areas.ToDictionary(a => a.Key, a => new Figure(a.Value.Members, 0, 0, 0, 0)));
        _hiddenYouth = HiddenFigures.Of(tree.Nodes, areas.ToDictionary(a => a.Key, a => new Figure(a.Value.Youth, 0, 0, 0, 0)));
    }

    public DateTimeOffset At { get; }

    /// <summary>The tree that was counted; a newer one may have other organisations.</summary>
    public TreeSnapshot Tree { get; }

    /// <summary>An organisation with everything below it; zeros for one that was not there yet.</summary>
    public LedgerFigure Area(int organisationId) => _areas.GetValueOrDefault(organisationId);

    /// <summary>An organisation itself.</summary>
    public LedgerFigure Own(int organisationId) => _own.GetValueOrDefault(organisationId);

    /// <summary>Groups of under five members tell about single people when seen from above; see <see cref="HiddenFigures"/>.</summary>
    public bool HidesUnbound(int organisationId, IReadOnlyList<int> tops) => _hiddenMembers.Hides(organisationId, tops);

    public bool HidesYouth(int organisationId, IReadOnlyList<int> tops) => _hiddenYouth.Hides(organisationId, tops);

    /// <summary>The same for the people whom an organisation has itself.</summary>
    public bool HidesOwnUnbound(TreeNode node, IReadOnlyList<int> tops) => HidesOwn(_hiddenMembers, node, tops);

    public bool HidesOwnYouth(TreeNode node, IReadOnlyList<int> tops) => HidesOwn(_hiddenYouth, node, tops);

    /// <summary>How many organisations of each kind are in a subtree; kinds that are not there are left out.</summary>
    public IReadOnlyList<(OrganisationKind Kind, int Count)> Kinds(TreeNode top)
        => [.. Tree.Subtree(top).GroupBy(n => n.Kind).OrderBy(g => OrganisationKinds.All.ToList().IndexOf(g.Key.Word())).Select(g => (g.Key, g.Count()))];

    /// <param name="youth">By organisation itself: people of no roster.</param>
    internal static Ledger Of(DateTimeOffset at, TreeSnapshot tree, IReadOnlyDictionary<int, LedgerCount> counts, IReadOnlyDictionary<int, int> youth)
    {
        var own = new Dictionary<int, LedgerFigure>(tree.Nodes.Count);
        var areas = new Dictionary<int, LedgerFigure>(tree.Nodes.Count);

        // Children before parents: tree order backwards.
        for (var i = tree.Nodes.Count - 1; i >= 0; i--)
        {
            var node = tree.Nodes[i];
            own[node.Id] = Own(node, counts.GetValueOrDefault(node.Id), youth.GetValueOrDefault(node.Id));
            var area = areas.GetValueOrDefault(node.Id) + own[node.Id];
            if (node.Kind == OrganisationKind.School && area.Members > 0)
            {
                area = area with { CoveredSchools = area.CoveredSchools + 1 };
            }

            areas[node.Id] = area;
            if (node.ParentId is { } parent)
            {
                areas[parent] = areas.GetValueOrDefault(parent) + area;
            }
        }

        return new Ledger(at, tree, own, areas);
    }

    private static bool HidesOwn(HiddenFigures hidden, TreeNode node, IReadOnlyList<int> tops)
        => node.End == node.Index + 1 ? hidden.Hides(node.Id, tops) : hidden.HidesDirect(node.Id, tops);

    private static LedgerFigure Own(TreeNode node, LedgerCount count, int youth)
    {
        var isBranch = node.End == node.Index + 1 && node.Kind is not (OrganisationKind.YouthHome or OrganisationKind.StudentSociety);
        var isPeopled = isBranch && count.Members > 0;
        static int One(bool holds) => holds ? 1 : 0;
        return new LedgerFigure(
            1, One(isBranch), One(isBranch && count.Members == 0), One(isPeopled && count.Secretaries == 0),
            One(isPeopled && count.Secretaries > 0 && count.BoundSecretaries == 0), One(node.Kind == OrganisationKind.School), 0,
            count.Members, count.Unbound, count.Others + youth);
    }
}
