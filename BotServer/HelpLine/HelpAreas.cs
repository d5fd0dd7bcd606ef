using Bot.Core.HelpLine;
using Bot.Core.Roster;

namespace Bot.Server.HelpLine;

/// <summary>Organisations that the help line's pages offer to choose from: what somebody answers for, and the counties and cities below it.</summary>
internal static class HelpAreas
{
    /// <summary>Of one choice; a country's worth of counties would be no choice any more.</summary>
    private const int Most = 300;

    public static async Task<IReadOnlyList<TreeNode>> OfAsync(OrganisationTree tree, HelpViewer me, CancellationToken ct) => Below(await tree.AllAsync(ct), [.. me.CounsellorTops, .. me.SupervisorTops]);

    /// <summary>For what only a supervisor decides.</summary>
    public static async Task<IReadOnlyList<TreeNode>> SupervisedAsync(OrganisationTree tree, HelpViewer me, CancellationToken ct) => Below(await tree.AllAsync(ct), me.SupervisorTops);

    private static IReadOnlyList<TreeNode> Below(TreeSnapshot all, IReadOnlyCollection<int> tops)
        => [.. tops.Distinct().Select(all.Find).OfType<TreeNode>()
            .SelectMany(top => all.Subtree(top).Where(node => node.Id == top.Id || node.Kind is OrganisationKind.Region or OrganisationKind.City or OrganisationKind.County))
            .DistinctBy(node => node.Id).OrderBy(node => node.Index).Take(Most)];
}
