using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Core.Calendar;

/// <summary>
/// Editors write and submit, approvers decide, administrators look on; each within their subtrees. What everyone studies, lessons, is
/// written and decided by those of a root only, and so are pause weeks.
/// </summary>
public sealed class PieceRights(OrganisationTree tree)
{
    /// <summary>The calendar exists for this viewer.</summary>
    public static bool May(Viewer viewer) => viewer.CalendarTops.Count > 0;

    public async Task<bool> MaySeeAsync(Viewer viewer, int organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return all.Find(organisationId) is not null && viewer.CalendarTops.Any(top => all.IsUnder(organisationId, top));
    }

    public Task<bool> MayWriteAsync(Viewer viewer, PieceKind kind, int organisationId, CancellationToken ct) => MayAsync(viewer.WriteTops, kind, organisationId, ct);

    public Task<bool> MayDecideAsync(Viewer viewer, PieceKind kind, int organisationId, CancellationToken ct) => MayAsync(viewer.DecideTops, kind, organisationId, ct);

    /// <summary>The root of which this viewer writes lessons; null for none.</summary>
    public Task<TreeNode?> LessonRootAsync(Viewer viewer, CancellationToken ct) => RootAsync(viewer.WriteTops, ct);

    /// <summary>True for editors and approvers of a root: they keep the pause weeks.</summary>
    public async Task<bool> MayPauseAsync(Viewer viewer, CancellationToken ct) => await RootAsync([.. viewer.WriteTops, .. viewer.DecideTops], ct) is not null;

    public async Task<bool> MayDecideLessonsAsync(Viewer viewer, CancellationToken ct) => await RootAsync(viewer.DecideTops, ct) is not null;

    /// <summary>True for those who see lessons that nobody has published yet.</summary>
    public async Task<bool> MaySeeLessonsAsync(Viewer viewer, CancellationToken ct) => await RootAsync(viewer.CalendarTops, ct) is not null;

    /// <summary>Where this viewer may write articles and notices: their tops and the organisations right below, in tree order.</summary>
    public async Task<IReadOnlyList<TreeNode>> PlacesAsync(Viewer viewer, int atMost, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var tops = viewer.WriteTops.Select(all.Find).OfType<TreeNode>().OrderBy(n => n.Index).ToList();
        return [.. tops.Concat(tops.SelectMany(top => all.Nodes.Skip(top.Index + 1).Take(top.End - top.Index - 1).Where(n => n.ParentId == top.Id))).DistinctBy(n => n.Id).Take(atMost)];
    }

    private async Task<bool> MayAsync(IReadOnlyList<int> tops, PieceKind kind, int organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return all.Find(organisationId) is { } organisation
            && (kind == PieceKind.Lesson ? organisation.ParentId is null && tops.Contains(organisationId) : tops.Any(top => all.IsUnder(organisationId, top)));
    }

    private async Task<TreeNode?> RootAsync(IReadOnlyList<int> tops, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return tops.Select(all.Find).OfType<TreeNode>().Where(n => n.ParentId is null).MinBy(n => n.Index);
    }
}
