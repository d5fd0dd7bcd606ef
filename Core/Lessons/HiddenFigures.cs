using Bot.Core.Roster;

namespace Bot.Core.Lessons;

/// <param name="Whole">Organisations that are small with everything below them.</param>
/// <param name="Own">Those of which the people that they have themselves are few.</param>
public sealed record SmallGroups(IReadOnlySet<int> Whole, IReadOnlySet<int> Own)
{
    public static readonly SmallGroups None = new(new HashSet<int>(), new HashSet<int>());
}

/// <summary>
/// Whose figures are kept from those above. Fewer than five people are told about by a count, and so are fewer than five who are expected
/// to study among more: the rate is theirs. One hidden among its siblings could be subtracted from the whole, so the next-smallest is hidden
/// with it until what is hidden together is two groups and five expected people at least; of a small group that is wholly exempt this is all
/// there is to keep, and one group beside it is enough. So whoever has five expected people sees the own total. Depends on the roster alone: a
/// completion neither hides nor shows anything.
/// </summary>
public sealed class HiddenFigures
{
    /// <summary>Figures of smaller groups are not shown above them.</summary>
    public const int SmallestShown = 5;

    private readonly IReadOnlyDictionary<int, Figure> _figures;
    private readonly SmallGroups _before;
    private readonly HashSet<int> _organisations = [];
    private readonly HashSet<int> _direct = [];
    private readonly HashSet<int> _fromItself = [];
    private readonly Dictionary<int, int> _belowHidden = [];
    private readonly HashSet<int> _directBelowHidden = [];

    private HiddenFigures(IReadOnlyDictionary<int, Figure> figures, SmallGroups before) => (_figures, _before) = (figures, before);

    /// <summary>Too few people, or too few who are expected to study, for a figure that tells about nobody.</summary>
    public static bool IsSmall(Figure figure) => figure.Members is > 0 and < SmallestShown || (figure.Members - figure.Exempt) is > 0 and < SmallestShown;

    /// <param name="figures">Of whole subtrees, see <see cref="Figures.AllAsync"/>.</param>
    /// <param name="before">What is hidden whatever the figures are now.</param>
    public static HiddenFigures Of(IReadOnlyList<TreeNode> nodes, IReadOnlyDictionary<int, Figure> figures, SmallGroups? before = null)
    {
        var hidden = new HiddenFigures(figures, before ?? SmallGroups.None);
        var children = nodes.ToLookup(n => n.ParentId, n => n.Id);

        // Children before parents: where the parts cannot be covered, the whole must not be known either.
        foreach (var node in nodes.Reverse())
        {
            if (IsSmall(figures.GetValueOrDefault(node.Id)) || hidden._before.Whole.Contains(node.Id))
            {
                hidden._organisations.Add(node.Id);
            }

            var parts = hidden.Parts(node.Id, children[node.Id]);
            if (parts.Exists(hidden.Hides) && !hidden.Cover(parts))
            {
                hidden._organisations.Add(node.Id);
                hidden._fromItself.Add(node.Id);
            }
        }

        // Parents before children: what is hidden as a whole must not be the sum of what is shown.
        foreach (var node in nodes.Where(n => n.End > n.Index + 1 && hidden.Hides(n.Id, [])))
        {
            hidden.CoverWhole(node.Id, hidden.Parts(node.Id, children[node.Id]));
        }

        return hidden;
    }

    /// <param name="tops">What the viewer answers for: these see their own figure, and need not be protected from what it tells them.</param>
    public bool Hides(int organisationId, IReadOnlyList<int> tops)
        => tops.Contains(organisationId) ? _fromItself.Contains(organisationId)
            : _organisations.Contains(organisationId) || (_belowHidden.TryGetValue(organisationId, out var parentId) && Hides(parentId, tops));

    /// <summary>Whether the people whom an organisation has itself, beside those of the organisations below it, are hidden.</summary>
    /// <param name="tops">As above.</param>
    public bool HidesDirect(int organisationId, IReadOnlyList<int> tops)
        => _direct.Contains(organisationId) || (_directBelowHidden.Contains(organisationId) && Hides(organisationId, tops));

    private bool Hides(Part part) => (part.IsDirect ? _direct : _organisations).Contains(part.Id);

    /// <summary>What an organisation's figure is the sum of, in tree order. Hides small groups of its own people.</summary>
    private List<Part> Parts(int id, IEnumerable<int> children)
    {
        var parts = children.Select(child => new Part(child, false, _figures.GetValueOrDefault(child))).ToList();
        if (parts.Count > 0)
        {
            var direct = new Part(id, true, _figures.GetValueOrDefault(id) - parts.Aggregate(default(Figure), (sum, part) => sum + part.Figure));
            parts.Insert(0, direct);
            if (IsSmall(direct.Figure) || _before.Own.Contains(id))
            {
                _direct.Add(id);
            }
        }

        return parts;
    }

    /// <summary>Hides the next-smallest of these until nothing can be subtracted.</summary>
    /// <returns>False when there are not enough of them.</returns>
    private bool Cover(List<Part> parts)
    {
        // Where all who are hidden are exempt nothing is kept but that: a single part of which it is not so keeps it, and its own figure may follow.
        var least = parts.Exists(p => Hides(p) && p.Expected > 0) ? 2 : 1;

        // Somebody must be expected to study there: otherwise the figure is known to be 0 and covers nothing.
        var candidates = new Queue<Part>(parts.Where(p => p.Expected > 0 && !Hides(p)).OrderBy(p => p.Expected));
        while (parts.Count(p => Hides(p) && p.Expected > 0) < least || parts.Where(Hides).Sum(p => p.Expected) < SmallestShown)
        {
            if (!candidates.TryDequeue(out var next))
            {
                return false;
            }

            (next.IsDirect ? _direct : _organisations).Add(next.Id);
        }

        return true;
    }

    /// <summary>A hidden whole must not be the sum of what is shown: hides two of its parts from those who do not see the whole.</summary>
    private void CoverWhole(int id, List<Part> parts)
    {
        if (parts.Exists(Hides))
        {
            return;
        }

        foreach (var part in parts.Where(p => p.Expected > 0).OrderBy(p => p.Expected).Take(2))
        {
            if (part.IsDirect)
            {
                _directBelowHidden.Add(id);
            }
            else
            {
                _belowHidden.Add(part.Id, id);
            }
        }
    }

    private sealed record Part(int Id, bool IsDirect, Figure Figure)
    {
        public int Expected => Figure.Members - Figure.Exempt;
    }
}
