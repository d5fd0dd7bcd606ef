using System.Collections.Concurrent;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <param name="Members">团员 of the organisation and below it.</param>
/// <param name="Accounts">Accounts that follow and will see it.</param>
public sealed record Reach(int Members, int Accounts);

/// <summary>To how many something goes, remembered for a minute: of a province it is a count over everybody.</summary>
public sealed class PieceReach(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>One for each organisation that somebody has looked at: their number is bounded by the tree.</summary>
    private readonly ConcurrentDictionary<int, (DateTimeOffset At, Reach Reach)> _known = new();

    public async Task<Reach> OfAsync(int organisationId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(organisationId, out var known) && now - known.At < FreshFor && now >= known.At)
        {
            return known.Reach;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var below = db.OrganisationAncestors.Where(a => a.AncestorId == organisationId).Select(a => a.OrganisationId);
        var members = await db.Headcounts.Where(h => below.Contains(h.OrganisationId)).SumAsync(h => h.Members, ct);
        var following = db.Accounts.Where(a => a.Follows != false);
        var accounts = await db.Organisations.AnyAsync(o => o.Id == organisationId && o.ParentId == null, ct)
            ? await following.CountAsync(ct)
            : await db.Memberships.Where(m => m.Until == null && below.Contains(m.OrganisationId)).Join(following, m => m.PersonId, a => a.PersonId, (_, a) => a.Id).CountAsync(ct);
        var reach = new Reach(members, accounts);
        _known[organisationId] = (now, reach);
        return reach;
    }
}
