using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What has happened to an organisation since it was added.</summary>
public sealed class OrganisationHistory(BotDb db)
{
    private const int MostShown = 50;

    /// <summary>The latest first: its own changes, and mergers and splits that it was the other side of.</summary>
    public Task<List<OrganisationChange>> OfAsync(int organisationId, CancellationToken ct)
        => db.OrganisationChanges.AsNoTracking().Where(c => c.OrganisationId == organisationId || c.OtherId == organisationId)
            .OrderByDescending(c => c.Id).Take(MostShown).ToListAsync(ct);

    /// <summary>What stood directly below it and has closed, the latest first.</summary>
    public Task<List<Organisation>> ClosedBelowAsync(int organisationId, CancellationToken ct)
        => db.Organisations.AsNoTracking().Where(o => o.ParentId == organisationId && o.ClosedAt != null).OrderByDescending(o => o.ClosedAt).Take(MostShown).ToListAsync(ct);
}
