using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="All">Settled in the period: accepted in time, or the first deadline has fallen.</param>
/// <param name="InTime">Of these, accepted by the end of the first deadline.</param>
public readonly record struct TransferFigure(int All, int InTime)
{
    /// <summary>转接率, 0 to 1; null when nothing was settled.</summary>
    public double? Rate => All > 0 ? (double)InTime / All : null;
}

/// <summary>The transfer rates of all organisations for one period.</summary>
public sealed class TransferSheet
{
    private readonly IReadOnlyDictionary<int, Figure> _figures;
    private readonly HiddenFigures _hidden;

    internal TransferSheet(IReadOnlyList<TreeNode> nodes, IReadOnlyDictionary<int, Figure> figures)
    {
        _figures = figures;
        _hidden = HiddenFigures.Of(nodes, figures);
    }

    /// <param name="tops">What the viewer answers for.</param>
    /// <returns>Null where it is hidden, by the rule of <see cref="HiddenFigures"/>.</returns>
    public TransferFigure? Find(int organisationId, IReadOnlyList<int> tops)
        => _hidden.Hides(organisationId, tops) ? null
            : _figures.TryGetValue(organisationId, out var figure) ? new TransferFigure(figure.Members, figure.Completed) : default(TransferFigure);
}

/// <summary>
/// 转接率, by the organisation that released. Each transfer counts once, on the day it was accepted in time or on the day its first
/// deadline fell, so a period that is over does not change any more. Withdrawn before the deadline it counts nowhere; afterwards it was
/// not in time.
/// </summary>
public sealed class TransferFigures(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    /// <param name="from">The first day in China.</param>
    /// <param name="to">The last day, inclusive.</param>
    public async Task<TransferSheet> OfAsync(DateOnly from, DateOnly to, CancellationToken ct)
    {
        var (begin, end, now) = (ChinaTime.StartOf(from), ChinaTime.StartOf(to.AddDays(1)), clock.GetUtcNow());
        var inTime = await CountAsync(
            db.Transfers.Where(t => t.State == TransferState.Accepted && t.EndedAt < t.DueAt && t.EndedAt >= begin && t.EndedAt < end), ct);
        var missed = await CountAsync(
            db.Transfers.Where(t => t.DueAt > begin && t.DueAt <= end && t.DueAt <= now && (t.EndedAt == null || t.EndedAt >= t.DueAt)), ct);
        var all = await tree.AllAsync(ct);
        var figures = new Dictionary<int, Figure>();
        foreach (var (counts, completed) in new[] { (inTime, 1), (missed, 0) })
        {
            foreach (var (id, count) in counts)
            {
                for (var node = all.FindStandIn(id); node is not null; node = node.ParentId is { } parent ? all.Find(parent) : null)
                {
                    figures[node.Id] = figures.GetValueOrDefault(node.Id) + new Figure(count, 0, count * completed, 0, 0);
                }
            }
        }

        return new TransferSheet(all.Nodes, figures);
    }

    private static Task<Dictionary<int, int>> CountAsync(IQueryable<Transfer> transfers, CancellationToken ct)
        => transfers.GroupBy(t => t.FromId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
}
