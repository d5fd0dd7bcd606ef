using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Which import may write: one at a time in the whole installation. What a dead one has left behind – its heart has not beaten for a
/// while – is removed, or finished where it had been committed.
/// </summary>
public sealed class RosterSlot(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    public static readonly Refusal Running = new(RefusalKind.Conflict, "roster.import-running", "Another import is writing; try again when it has ended.");

    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(30);

    private const int RowsAtOnce = 2000;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>Enters an import into the list of imports.</summary>
    /// <returns>Its id.</returns>
    public async Task<int> BeginAsync(RosterOrder order, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        var run = RosterImportRun.Of(order, clock.GetUtcNow());
        db.Add(run);
        await db.SaveChangesAsync(ct);
        return run.Id;
    }

    /// <returns>False while another import writes.</returns>
    /// <exception cref="SlotLostException">This one has ended: it was cancelled, or taken for dead.</exception>
    public async Task<bool> TryTakeAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        var now = clock.GetUtcNow();
        var dead = now - DeadAfter;
        if (await db.RosterImports.AnyAsync(i => i.Writes == true && i.Heartbeat >= dead && i.Id != runId, ct))
        {
            return false;
        }

        await TidyAsync(ct);
        try
        {
            return await db.RosterImports.Where(i => i.Id == runId && i.State < ImportState.Committed)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Writes, true).SetProperty(i => i.State, ImportState.Storing).SetProperty(i => i.Heartbeat, now), ct) == 1
                ? true : throw new SlotLostException();
        }
        catch (Exception e) when (DatabaseFaults.IsDuplicate(e))
        {
            return false;
        }
    }

    /// <summary>Beats until cancelled.</summary>
    public async Task KeepAliveAsync(int runId, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(Beat, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await using var db = await OpenAsync(ct);
                var now = clock.GetUtcNow();
                await db.RosterImports.Where(i => i.Id == runId).ExecuteUpdateAsync(set => set.SetProperty(i => i.Heartbeat, now), ct);
            }
            catch (Exception e) when (e is OperationCanceledException || DatabaseFaults.IsUnavailable(e))
            {
                // The next beat comes in time, or the import counts as dead, which is safe.
            }
        }
    }

    /// <summary>Ends an import that was not committed, in this state unless it has ended already, and removes what it had written ahead.</summary>
    public async Task AbandonAsync(int runId, ImportState state, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        await db.RosterImports.Where(i => i.Id == runId && i.State < ImportState.Committed).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.Writes, (bool?)null).SetProperty(i => i.State, state).SetProperty(i => i.PreviewSealed, (byte[]?)null), ct);
        await TidyAsync(ct);
    }

    /// <summary>Removes what a run that goes on has written ahead; it may begin again.</summary>
    public async Task EmptyAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        await RemoveAsync(db, await db.RosterImports.AsNoTracking().SingleAsync(i => i.Id == runId, ct), ct);
    }

    /// <summary>Ends the turn of an import that has stored what it had to: its rows become like all others.</summary>
    public async Task ReleaseAsync(int runId, CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        await FinishAsync(db, await db.RosterImports.AsNoTracking().SingleAsync(i => i.Id == runId, ct), ct);
    }

    /// <summary>Removes or finishes whatever ended imports have left. Idempotent; to be called at start, now and then, and before an import.</summary>
    public async Task TidyAsync(CancellationToken ct)
    {
        await using var db = await OpenAsync(ct);
        var now = clock.GetUtcNow();
        var dead = now - DeadAfter;
        var shown = now - RosterReport.ShownFor;
        if (!await db.RosterImports.AnyAsync(i => (i.PreviewSealed != null && i.At < shown) || i.PersonIds > 0 || i.OrganisationIds > 0 || (i.Writes == true && i.Heartbeat < dead) || (i.Heartbeat < dead && i.CommittedAt == null && i.State < ImportState.Committed), ct))
        {
            return;
        }

        await db.RosterImports.Where(i => i.State == ImportState.Refused && i.PreviewSealed != null && i.At < shown)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.PreviewSealed, (byte[]?)null), ct);

        // From here on the dead cannot write any more: each of their transactions looks at this first.
        await db.RosterImports.Where(i => i.Heartbeat < dead && i.CommittedAt == null && i.State < ImportState.Committed).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.Writes, (bool?)null).SetProperty(i => i.State, ImportState.Broken).SetProperty(i => i.PreviewSealed, (byte[]?)null), ct);
        var left = await db.RosterImports.AsNoTracking()
            .Where(i => i.CommittedAt == null
                ? (i.PersonIds > 0 || i.OrganisationIds > 0) && i.Writes == null
                : ((i.PersonIds > 0 || i.OrganisationIds > 0) && i.Writes == null) || (i.Writes == true && i.Heartbeat < dead))
            .OrderBy(i => i.Id).ToListAsync(ct);
        foreach (var run in left)
        {
            await (run.CommittedAt is null ? RemoveAsync(db, run, ct) : FinishAsync(db, run, ct));
        }
    }

    /// <summary>An import has time to wait for SQLite's lock.</summary>
    private async Task<BotDb> OpenAsync(CancellationToken ct)
    {
        var db = await databases.CreateDbContextAsync(ct);
        db.Database.SetCommandTimeout(TimeSpan.FromSeconds(60));
        return db;
    }

    private static async Task RemoveAsync(BotDb db, RosterImportRun run, CancellationToken ct)
    {
        // Memberships before people, children before their parents.
        await InPiecesAsync(run.FirstMembership, run.PersonIds, (from, to) => db.Memberships.IgnoreQueryFilters()
            .Where(m => m.Id >= from && m.Id < to && m.ImportId == run.Id).ExecuteDeleteAsync(ct), ct);
        await InPiecesAsync(run.FirstPerson, run.PersonIds, (from, to) => db.People.Where(p => p.Id >= from && p.Id < to).ExecuteDeleteAsync(ct), ct);
        await InPiecesAsync(run.FirstOrganisation, run.OrganisationIds, async (from, to) =>
        {
            // SQLite looks at each row at once: a parent must have lost its children before it goes.
            await db.Organisations.IgnoreQueryFilters().Where(o => o.Id >= from && o.Id < to && o.ImportId == run.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(o => o.ParentId, (int?)null), ct);
            await db.OrganisationAncestors.Where(a => a.OrganisationId >= from && a.OrganisationId < to).ExecuteDeleteAsync(ct);
            await db.Organisations.IgnoreQueryFilters().Where(o => o.Id >= from && o.Id < to && o.ImportId == run.Id).ExecuteDeleteAsync(ct);
        }, ct);
        await db.RosterImports.Where(i => i.Id == run.Id).ExecuteUpdateAsync(set => set.SetProperty(i => i.PersonIds, 0).SetProperty(i => i.OrganisationIds, 0), ct);
    }

    /// <summary>Takes the mark of the import off its rows, which then are like all others.</summary>
    private static async Task FinishAsync(BotDb db, RosterImportRun run, CancellationToken ct)
    {
        await InPiecesAsync(run.FirstMembership, run.PersonIds, (from, to) => db.Memberships.IgnoreQueryFilters()
            .Where(m => m.Id >= from && m.Id < to && m.ImportId == run.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.ImportId, (int?)null), ct), ct);
        await InPiecesAsync(run.FirstOrganisation, run.OrganisationIds, (from, to) => db.Organisations.IgnoreQueryFilters()
            .Where(o => o.Id >= from && o.Id < to && o.ImportId == run.Id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ImportId, (int?)null), ct), ct);
        await db.RosterImports.Where(i => i.Id == run.Id).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.PersonIds, 0).SetProperty(i => i.OrganisationIds, 0).SetProperty(i => i.Writes, (bool?)null)
                .SetProperty(i => i.State, ImportState.Done).SetProperty(i => i.PreviewSealed, (byte[]?)null),
            ct);
    }

    /// <summary>From the highest ids downwards, with rests for other writers.</summary>
    private static async Task InPiecesAsync(int first, int count, Func<int, int, Task> piece, CancellationToken ct)
    {
        for (var to = first + count; to > first; to -= RowsAtOnce)
        {
            await piece(Math.Max(first, to - RowsAtOnce), to);
            await Task.Delay(1, ct);
        }
    }
}
