using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bot.Core.Roster;

/// <summary>What an import did, or would do; with faults it did nothing.</summary>
/// <param name="PeopleMoved">Of <paramref name="PeopleChanged"/>, those who came to another organisation.</param>
/// <param name="PeopleErased">Of the changed and unchanged, those who had their data deleted: they count on, without a name.</param>
public sealed record RosterImported(
    IReadOnlyList<RosterFault> Faults, int OrganisationsNew, int OrganisationsChanged, int PeopleNew, int PeopleChanged, int PeopleUnchanged, int PeopleMoved, int PeopleErased);

/// <summary>Brings organisations, people and memberships to what a roster file says. Nobody who is missing in the file is removed.</summary>
public sealed class RosterImport(BotDb db, Vault vault, Headcounts headcounts, Standings standings, ExemptionSwitch exemptions, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>All or nothing, in one transaction; the same file again changes nothing. One import runs at a time.</summary>
    /// <param name="dryRun">Counts and finds faults, stores nothing.</param>
    /// <param name="progress">0 to 1.</param>
    public async Task<RosterImported> RunAsync(RosterFile file, bool dryRun, IProgress<double>? progress, CancellationToken ct)
    {
        if (file.Faults.Count > 0)
        {
            return Refused(file.Faults);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(ct);
        var nodes = await RosterTree.LoadAsync(db, file, ct);
        progress?.Report(0.1);

        var connection = new BatchConnection(db.Database.GetDbConnection(), transaction.GetDbTransaction(), db.Database.IsSqliteDatabase());
        var match = new RosterMatch(connection, file, nodes.Known, vault);
        await match.RunAsync(ct);
        if (match.Faults.Count > 0)
        {
            return Refused(match.Faults);
        }

        progress?.Report(0.3);
        var changes = RosterChanges.Between(file, match, nodes, vault);
        var imported = new RosterImported([], nodes.New.Count, nodes.Changed.Count, changes.Joining.Count, changes.Changed, changes.Unchanged, changes.Moved, changes.Erased);
        if (dryRun || (nodes.IsUnchanged && changes.IsEmpty))
        {
            progress?.Report(1);
            return imported; // the transaction rolls back on dispose
        }

        await LockLessonsAsync(ct);
        await nodes.StoreAsync(db, connection, ct);
        progress?.Report(0.4);

        // The first roster of an installation tells who belonged where in the weeks before it, too; later ones tell of changes from now on.
        var since = await db.Memberships.AnyAsync(ct) ? clock.GetUtcNow() : DateTimeOffset.UnixEpoch;
        await new RosterWriter(db, connection, since).StoreAsync(changes, nodes, new Part(progress, 0.4, 0.9), ct);
        await exemptions.OpenByAgeAsync(db, connection, ct);
        await Transfers.SettleAsync(db, "roster", clock.GetUtcNow(), ct);
        await headcounts.RecountAsync(db, ct);
        await standings.RefreshAllAsync(db, ct);
        await transaction.CommitAsync(ct);
        tree.Forget();
        progress?.Report(1);
        return imported;
    }

    private static RosterImported Refused(IReadOnlyList<RosterFault> faults) => new(faults, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>A second import waits here until this one has ended.</summary>
    private Task LockAsync(CancellationToken ct)
        => db.Database.ExecuteSqlAsync($"INSERT INTO installation_facts (name, value) VALUES ('roster.import', '1') ON CONFLICT (name) DO UPDATE SET value = '1'", ct);

    /// <summary>Completions lock their lesson, then their person; this transaction changes people, so it must come by the same way.</summary>
    private async Task LockLessonsAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var id in await db.Lessons.Where(l => l.ClosesAt > now && l.State == LessonState.Published).OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(ct))
        {
            await Tallies.LockLessonAsync(db, id, ct);
        }
    }

    private sealed class Part(IProgress<double>? whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + (value * (to - from)));
    }
}
