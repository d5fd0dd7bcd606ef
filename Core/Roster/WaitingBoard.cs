using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What waits under an organisation for whoever decides it, its secretaries included: counts, no names.</summary>
/// <param name="Requests">Wishes to join, corrections, and doubtful rows of roster files.</param>
/// <param name="Appeals">申诉 that nobody has answered.</param>
/// <param name="Transfers">转接 and 移出 that have not ended, by the organisation that released.</param>
/// <param name="Overdue">Of <paramref name="Transfers"/>, those past their deadline.</param>
public readonly record struct WaitingCount(int Requests, int Appeals, int Transfers, int Overdue)
{
    public static WaitingCount operator +(WaitingCount a, WaitingCount b)
        => new(a.Requests + b.Requests, a.Appeals + b.Appeals, a.Transfers + b.Transfers, a.Overdue + b.Overdue);
}

/// <summary>What waits, everywhere, at one moment.</summary>
public sealed class Waiting(DateTimeOffset at, IReadOnlyDictionary<int, WaitingCount> areas)
{
    public DateTimeOffset At { get; } = at;

    /// <summary>An organisation with everything below it.</summary>
    public WaitingCount Area(int organisationId) => areas.GetValueOrDefault(organisationId);
}

/// <summary>What waits in memory, up to five seconds old: only what is open is counted, once for all who look.</summary>
public sealed class WaitingBoard(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Waiting? _waiting;

    public ValueTask<Waiting> ReadAsync(CancellationToken ct)
        => _waiting is { } waiting && clock.GetUtcNow() - waiting.At < FreshFor ? new(waiting) : new(LoadAsync(ct));

    public void Dispose() => _loading.Dispose();

    private async Task<Waiting> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_waiting is { } held && now - held.At < FreshFor)
            {
                return held;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var waiting = new Waiting(now, RollUp(await tree.AllAsync(ct), await OwnAsync(db, ChinaTime.DateOf(now), ct)));
            _waiting = waiting;
            return waiting;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static async Task<List<(int? OrganisationId, WaitingCount Count)>> OwnAsync(BotDb db, DateOnly today, CancellationToken ct)
    {
        var own = new List<(int?, WaitingCount)>();
        await AddAsync(db.JoinRequests.Where(r => r.DecidedAt == null).Select(r => (int?)r.OrganisationId), n => new WaitingCount(n, 0, 0, 0));
        await AddAsync(db.CorrectionRequests.Where(r => r.DecidedAt == null).Select(r => r.OrganisationId), n => new WaitingCount(n, 0, 0, 0));
        await AddAsync(db.RosterDoubts.Where(d => d.DecidedAt == null).Select(d => (int?)d.OrganisationId), n => new WaitingCount(n, 0, 0, 0));
        await AddAsync(db.Appeals.Where(a => a.DecidedAt == null).Select(a => a.OrganisationId), n => new WaitingCount(0, n, 0, 0));
        var transfers = db.Transfers.Where(t => t.EndedAt == null);
        await AddAsync(transfers.Select(t => (int?)t.FromId), n => new WaitingCount(0, 0, n, 0));
        await AddAsync(transfers.Where(t => t.Deadline < today).Select(t => (int?)t.FromId), n => new WaitingCount(0, 0, 0, n));
        return own;

        async Task AddAsync(IQueryable<int?> places, Func<int, WaitingCount> count)
        {
            foreach (var place in await places.GroupBy(id => id).Select(g => new { Id = g.Key, Count = g.Count() }).ToListAsync(ct))
            {
                own.Add((place.Id, count(place.Count)));
            }
        }
    }

    /// <summary>What belongs to no organisation is the root's.</summary>
    private static Dictionary<int, WaitingCount> RollUp(TreeSnapshot all, List<(int? OrganisationId, WaitingCount Count)> own)
    {
        var areas = new Dictionary<int, WaitingCount>();
        foreach (var (id, count) in own)
        {
            var node = id is { } known ? all.FindStandIn(known) : null;
            for (node ??= all.Nodes.Count > 0 ? all.Nodes[0] : null; node is not null; node = node.ParentId is { } parent ? all.Find(parent) : null)
            {
                areas[node.Id] = areas.GetValueOrDefault(node.Id) + count;
            }
        }

        return areas;
    }
}
