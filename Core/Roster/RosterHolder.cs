using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="Approved">What the importer has decided, at whichever node; null while it is open.</param>
public sealed record RunSigns(ImportState State, bool? Approved);

/// <summary>
/// What the node that holds the session of an import writes into the import's row, for all nodes to show, and reads there. The row decides:
/// every step from one state to the next is one statement that only works where nobody was faster.
/// </summary>
public sealed class RosterHolder(IDbContextFactory<BotDb> databases, Vault vault, TimeProvider clock)
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(60);

    /// <returns>Null when the row is gone.</returns>
    public async Task<RunSigns?> LookAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        return await db.RosterImports.AsNoTracking().Where(i => i.Id == runId).Select(i => new RunSigns(i.State, i.Approved)).FirstOrDefaultAsync(ct);
    }

    /// <param name="progress">0 to 1000, of the present state.</param>
    public async Task BeatAsync(int runId, int progress, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        var now = clock.GetUtcNow();
        await db.RosterImports.Where(i => i.Id == runId && i.State < ImportState.Committed)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Heartbeat, now).SetProperty(i => i.Progress, progress), ct);
    }

    /// <summary>The file was read and compared: the importer decides now.</summary>
    /// <returns>False when the import has ended meanwhile.</returns>
    public async Task<bool> AskAsync(int runId, RosterImported found, RosterPreview preview, CancellationToken ct)
        => await SetAsync(runId, ImportState.Reading, ImportState.Waiting, found, new RosterReport(preview, []), ct);

    /// <summary>The file has faults, found while it was read, or when it was compared anew before storing.</summary>
    public async Task RefuseAsync(int runId, RosterImported found, CancellationToken ct)
        => _ = await SetAsync(runId, ImportState.Reading, ImportState.Refused, found, RosterReport.Of(found.Faults), ct)
            || await SetAsync(runId, ImportState.Refused, ImportState.Refused, found, RosterReport.Of(found.Faults), ct);

    /// <summary>There is nothing to store, or it has been stored: what it came to in the end.</summary>
    public async Task CloseAsync(int runId, RosterImported found, CancellationToken ct)
        => _ = await SetAsync(runId, ImportState.Reading, ImportState.Done, found, null, ct) || await SetAsync(runId, ImportState.Done, ImportState.Done, found, null, ct);

    /// <summary>Nobody has decided for too long.</summary>
    public async Task<bool> ExpireAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        return await db.RosterImports.Where(i => i.Id == runId && i.State == ImportState.Waiting && i.Approved == null).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.State, ImportState.Expired).SetProperty(i => i.PreviewSealed, (byte[]?)null), ct) == 1;
    }

    /// <summary>It was not the importer who stopped it, but the server that ends.</summary>
    public async Task InterruptAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        await db.RosterImports.Where(i => i.Id == runId && i.State == ImportState.Cancelled && i.Approved != false)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ImportState.Broken), ct);
    }

    private async Task<bool> SetAsync(int runId, ImportState from, ImportState to, RosterImported found, RosterReport? report, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        var now = clock.GetUtcNow();
        var sealedReport = report?.Seal(vault);
        return await db.RosterImports.Where(i => i.Id == runId && i.State == from).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.State, to).SetProperty(i => i.Heartbeat, now).SetProperty(i => i.Progress, 0).SetProperty(i => i.PreviewSealed, sealedReport)
                .SetProperty(i => i.OrganisationsNew, found.OrganisationsNew).SetProperty(i => i.OrganisationsChanged, found.OrganisationsChanged)
                .SetProperty(i => i.PeopleNew, found.PeopleNew).SetProperty(i => i.PeopleChanged, found.PeopleChanged)
                .SetProperty(i => i.PeopleUnchanged, found.PeopleUnchanged).SetProperty(i => i.PeopleMoved, found.PeopleMoved)
                .SetProperty(i => i.PeopleErased, found.PeopleErased).SetProperty(i => i.Ambiguous, found.Ambiguous).SetProperty(i => i.Faulty, found.Faults.Count),
            ct) == 1;
    }

    /// <summary>An import has time to wait for SQLite's lock.</summary>
    private async Task<BotDb> OpenAsync(CancellationToken ct)
    {
        var db = await databases.CreateDbContextAsync(ct);
        db.Database.SetCommandTimeout(LockWait);
        return db;
    }
}
