using Bot.Core.Lessons;
using Bot.Core.Roster;

namespace Bot.Tests.Lessons;

public sealed class HiddenFiguresTests
{
    [Fact]
    public void In_no_tree_can_anybody_above_compute_what_a_small_group_has_done_or_how_many_of_it_are_exempt()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 400; round++)
        {
            var (nodes, own) = Tree(random, exempt: round % 2 == 0 ? 4 : 2);
            var hidden = HiddenFigures.Of(nodes, Rolled(nodes, own));
            foreach (var top in nodes)
            {
                // Where nobody is expected, 0 completions are known; where nobody belongs, 0 exempt.
                foreach (var unknown in new Predicate<Figure>[] { f => f.Members > f.Exempt, f => f.Members > 0 })
                {
                    var seen = nodes.Where(n => IsUnder(n, top) && !hidden.Hides(n.Id, [top.Id])).Select(n => Sum(nodes, own, n, unknown)).ToList();
                    seen.AddRange(nodes.Where(n => IsUnder(n, top) && n.End > n.Index + 1 && !hidden.HidesDirect(n.Id, [top.Id])).Select(n => Single(nodes, own, n, unknown)));
                    var small = nodes.Where(n => IsUnder(n, top) && IsSmall(Rolled(nodes, own)[n.Id]) && n.Id != top.Id).Select(n => Sum(nodes, own, n, unknown))
                        .Concat(nodes.Where(n => IsUnder(n, top) && n.End > n.Index + 1 && IsSmall(own[n.Id])).Select(n => Single(nodes, own, n, unknown)));

                    Assert.All(small.Where(group => group.Contains(1)), group => Assert.False(Follows(seen, group), $"round {round}, seen from {top.Id}"));
                }
            }
        }
    }

    [Fact]
    public void In_no_tree_can_anybody_above_tell_that_all_of_a_small_group_are_exempt()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 600; round++)
        {
            var (nodes, own) = Tree(random, exempt: 2);
            var rolled = Rolled(nodes, own);
            var hidden = HiddenFigures.Of(nodes, rolled);
            foreach (var top in nodes)
            {
                // What is shown lies within each other or apart: what it tells is how many of each rest are exempt, and of all of a rest it tells who.
                var seen = nodes.Where(n => IsUnder(n, top) && !hidden.Hides(n.Id, [top.Id])).Select(n => nodes.Where(below => IsUnder(below, n)).Select(below => below.Id).ToHashSet())
                    .Concat(nodes.Where(n => IsUnder(n, top) && n.End > n.Index + 1 && !hidden.HidesDirect(n.Id, [top.Id])).Select(n => new HashSet<int> { n.Id }))
                    .OrderBy(set => set.Count).ToList();
                var rests = seen.Select((set, n) => set.Except(seen.Take(n).Where(part => part.IsSubsetOf(set)).SelectMany(part => part)).ToList()).ToList();
                var told = rests.Where(rest => rest.Sum(id => own[id].Members - own[id].Exempt) == 0).SelectMany(rest => rest).ToHashSet();
                var small = nodes.Where(n => IsUnder(n, top) && n.Id != top.Id && rolled[n.Id].Members is > 0 and < 5)
                    .Select(n => nodes.Where(below => IsUnder(below, n) && own[below.Id].Members > 0).Select(below => below.Id).ToList())
                    .Concat(nodes.Where(n => IsUnder(n, top) && n.End > n.Index + 1 && own[n.Id].Members is > 0 and < 5).Select(n => new List<int> { n.Id }));

                Assert.All(small, group => Assert.False(group.TrueForAll(told.Contains), $"round {round}, seen from {top.Id}"));
            }
        }
    }

    [Fact]
    public void Where_five_are_expected_to_study_an_organisation_sees_its_own_total()
    {
        var random = new Random(11);
        for (var round = 0; round < 600; round++)
        {
            var (nodes, own) = Tree(random, exempt: 2);
            var rolled = Rolled(nodes, own);
            var hidden = HiddenFigures.Of(nodes, rolled);

            Assert.All(nodes.Where(n => rolled[n.Id].Members - rolled[n.Id].Exempt >= 5), n => Assert.False(hidden.Hides(n.Id, [n.Id]), $"round {round}, organisation {n.Id}"));
        }
    }

    [Fact]
    public void A_branch_whose_few_are_all_exempt_hides_the_one_beside_it_and_not_the_county()
    {
        TreeNode[] nodes = [new(1, null, "县", "县", OrganisationKind.County, "1", 0, 0, 3), new(2, 1, "甲", "甲", OrganisationKind.Branch, "2", 1, 1, 2), new(3, 1, "乙", "乙", OrganisationKind.Branch, "3", 1, 2, 3)];
        var figures = new Dictionary<int, Figure> { [1] = new(103, 3, 0, 0, 0), [2] = new(100, 0, 0, 0, 0), [3] = new(3, 3, 0, 0, 0) };

        var hidden = HiddenFigures.Of(nodes, figures);

        Assert.Equal([false, true, true], nodes.Select(n => hidden.Hides(n.Id, [1])));
        Assert.Equal([false, true, true], nodes.Select(n => hidden.Hides(n.Id, [])));
    }

    [Fact]
    public void A_branch_always_sees_itself()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            var (nodes, own) = Tree(random);
            var hidden = HiddenFigures.Of(nodes, Rolled(nodes, own));

            Assert.All(nodes.Where(n => n.End == n.Index + 1), branch => Assert.False(hidden.Hides(branch.Id, [branch.Id])));
        }
    }

    /// <param name="exempt">In one of so many organisations somebody is exempt; in half of these, with 2, all are.</param>
    private static (List<TreeNode> Nodes, Dictionary<int, Figure> Own) Tree(Random random, int exempt = 4)
    {
        var nodes = new List<TreeNode>();
        var own = new Dictionary<int, Figure>();
        Add(null, 0);
        return (nodes, own);

        void Add(int? parent, int depth)
        {
            var (index, id) = (nodes.Count, nodes.Count + 1);
            nodes.Add(new TreeNode(id, parent, $"n{id}", $"n{id}", OrganisationKind.Branch, $"{id}", depth, index, 0));
            var children = depth == 3 || nodes.Count > 14 ? 0 : random.Next(depth == 0 ? 2 : 0, 5);
            var members = children == 0 || random.Next(3) == 0 ? random.Next(0, 12) : 0;
            own[id] = new Figure(members, random.Next(exempt) > 0 ? 0 : exempt == 2 && random.Next(2) == 0 ? members : random.Next(0, members + 1), 0, 0, 0);
            for (var i = 0; i < children; i++)
            {
                Add(id, depth + 1);
            }

            nodes[index] = nodes[index] with { End = nodes.Count };
        }
    }

    private static Dictionary<int, Figure> Rolled(List<TreeNode> nodes, Dictionary<int, Figure> own)
        => nodes.ToDictionary(n => n.Id, n => nodes.Where(below => IsUnder(below, n)).Aggregate(default(Figure), (sum, below) => sum + own[below.Id]));

    private static bool IsUnder(TreeNode node, TreeNode top) => node.Index >= top.Index && node.Index < top.End;

    /// <summary>Few people, or few of them expected to study: a rate of one of six is that one's week.</summary>
    private static bool IsSmall(Figure figure) => figure.Members is > 0 and < 5 || (figure.Members - figure.Exempt) is > 0 and < 5;

    /// <summary>Which organisations' own people a figure adds up.</summary>
    private static double[] Sum(List<TreeNode> nodes, Dictionary<int, Figure> own, TreeNode top, Predicate<Figure> unknown)
        => [.. nodes.Select(n => IsUnder(n, top) && unknown(own[n.Id]) ? 1.0 : 0.0)];

    private static double[] Single(List<TreeNode> nodes, Dictionary<int, Figure> own, TreeNode node, Predicate<Figure> unknown)
        => [.. nodes.Select(n => n.Id == node.Id && unknown(own[n.Id]) ? 1.0 : 0.0)];

    /// <summary>Whether one figure can be computed from others by adding and subtracting: Gaussian elimination.</summary>
    private static bool Follows(List<double[]> known, double[] asked)
    {
        var rows = known.Select(r => r.ToArray()).ToList();
        var rest = asked.ToArray();
        for (var column = 0; column < asked.Length; column++)
        {
            if (rows.MaxBy(r => Math.Abs(r[column])) is not { } pivot || Math.Abs(pivot[column]) < 1e-9)
            {
                continue;
            }

            rows.Remove(pivot);
            foreach (var row in rows.Append(rest))
            {
                var times = row[column] / pivot[column];
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] -= times * pivot[i];
                }
            }
        }

        return rest.All(x => Math.Abs(x) < 1e-9);
    }
}
