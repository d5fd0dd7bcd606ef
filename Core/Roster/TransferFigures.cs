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

/// <summary>The transfer rates of all organisations for one year.</summary>
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
/// 转接率, by the organisation that released, for calendar years: periods that lie side by side and never within each other, so that no two
/// of them can be subtracted to learn what a small group did in between. Each transfer counts once, on the day it was accepted in time or
/// on the day its first deadline fell; withdrawn before the deadline it counts nowhere, afterwards it was not in time. So what has been
/// counted for a year that is over does not change any more; under whom it stands follows the tree of today: a merged organisation's
/// transfers are those of the one that it went to. A sheet is up to a minute old: it costs a region, however few look.
/// </summary>
public sealed class TransferFigures(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _loading = new(1);
    private readonly Dictionary<int, (DateTimeOffset At, TransferSheet Sheet)> _sheets = [];

    /// <param name="year">In China.</param>
    public async Task<TransferSheet> OfAsync(int year, CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            foreach (var (old, _) in _sheets.Where(s => now - s.Value.At >= FreshFor))
            {
                _sheets.Remove(old);
            }

            if (!_sheets.TryGetValue(year, out var held))
            {
                _sheets[year] = held = (now, await LoadAsync(year, now, ct));
            }

            return held.Sheet;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The years that have a sheet, latest first.</summary>
    public async Task<IReadOnlyList<int>> YearsAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var today = ChinaTime.DateOf(clock.GetUtcNow()).Year;
        var first = await db.Transfers.MinAsync(t => (DateTimeOffset?)t.DueAt, ct) is { } due ? ChinaTime.DateOf(due).Year : today;
        return [.. Enumerable.Range(0, Math.Max(1, today - first + 2)).Select(i => today - i)];
    }

    public void Dispose() => _loading.Dispose();

    private async Task<TransferSheet> LoadAsync(int year, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (begin, end) = (ChinaTime.StartOf(new DateOnly(year, 1, 1)), ChinaTime.StartOf(new DateOnly(year + 1, 1, 1)));
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
        => transfers.Where(t => t.Kind != TransferKind.Leaving && t.Kind != TransferKind.Mistaken && t.Kind != TransferKind.Duplicate).GroupBy(t => t.FromId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
}
