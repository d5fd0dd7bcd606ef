using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Roster;

/// <summary>Another import has taken over, or this one was thought dead.</summary>
internal sealed class SlotLostException() : Exception("The import lost its turn.");

/// <summary>What an import did, or would do; with faults it did nothing.</summary>
/// <param name="PeopleMoved">Of <paramref name="PeopleChanged"/>, those who came to another organisation.</param>
/// <param name="PeopleErased">Of the changed and unchanged, those who had their data deleted: they count on, without a name.</param>
/// <param name="Ambiguous">Rows that were left out, for a human to decide about.</param>
public sealed record RosterImported(
    RosterFaultList Faults,
    int OrganisationsNew,
    int OrganisationsChanged,
    int PeopleNew,
    int PeopleChanged,
    int PeopleUnchanged,
    int PeopleMoved,
    int PeopleErased,
    int Ambiguous);

/// <param name="By">A staff login, or <c>operator</c>.</param>
/// <param name="Tops">Organisations in whose subtrees the file must stay; null for no limit.</param>
public sealed record RosterOrder(string By, string FileName, IReadOnlyCollection<int>? Tops = null);

/// <summary>
/// Brings organisations, people and memberships to what a roster file says, all or nothing; the same file again changes nothing. Nobody
/// who is missing in the file is removed. Rows that could mean several people are left out and wait in the tray.
/// </summary>
public sealed partial class RosterImport(
    IDbContextFactory<BotDb> databases, Vault vault, Standings standings, OrganisationTree tree, RosterSlot slot, TimeProvider clock, ILogger<RosterImport> logger)
{
    /// <summary>How often a roster that was changed meanwhile is compared anew.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Begins with a file: reads it and says what it would do. The session holds the result until it is disposed.</summary>
    /// <param name="progress">0 to 1.</param>
    public async Task<RosterSession> ReadAsync(RosterReader file, RosterOrder order, IProgress<double>? progress, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var session = new RosterSession(await RosterStage.OpenAsync(db, ct), file, order, databases, vault, clock);
        try
        {
            await session.LoadAsync(at => progress?.Report(0.7 * at), ct);
            await session.CompareAsync(ct);
            progress?.Report(1);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads and, where the file has no fault, stores. While another import writes, this one waits.</summary>
    /// <param name="dryRun">Counts and finds faults, stores nothing.</param>
    /// <param name="progress">0 to 1.</param>
    public async Task<RosterImported> RunAsync(RosterReader file, RosterOrder order, bool dryRun, IProgress<double>? progress, CancellationToken ct)
    {
        await using var session = await ReadAsync(file, order, new Part(progress, 0, 0.4), ct);
        if (session.Result.Faults.Count == 0 && !dryRun)
        {
            await StoreAsync(session, await slot.BeginAsync(order, ct), new Part(progress, 0.4, 1), ct);
        }

        progress?.Report(1);
        return session.Result;
    }

    /// <summary>Stores what a session without faults has read. Cancelled or failed it leaves nothing.</summary>
    /// <param name="progress">0 to 1; reported around every transaction.</param>
    public async Task StoreAsync(RosterSession session, int runId, IProgress<double>? progress, CancellationToken ct)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var beating = slot.KeepAliveAsync(runId, life.Token);
        try
        {
            await StoreInTurnAsync(session, runId, progress, ct);
            await EndAsync(session, runId, progress);
        }
        finally
        {
            await life.CancelAsync();
            await beating;
        }
    }

    internal static async Task StillWritesAsync(RosterStage stage, int runId, CancellationToken ct)
    {
        if (await stage.NumberAsync($"SELECT 1 FROM roster_imports WHERE id = {runId} AND {(stage.IsSqlite ? "writes = 1 AND COALESCE(approved, 1) = 1" : "writes AND COALESCE(approved, true) FOR SHARE")}", ct) == 0)
        {
            throw new SlotLostException();
        }
    }

    private async Task StoreInTurnAsync(RosterSession session, int runId, IProgress<double>? progress, CancellationToken ct)
    {
        try
        {
            while (!await slot.TryTakeAsync(runId, ct))
            {
                await Task.Delay(AskAgain, ct);
            }

            await CommitAsync(session, runId, progress, ct);
            tree.Forget();
        }
        catch (Exception e)
        {
            // Nobody else is kept waiting for long by the tidying; were this process killed here, the next import would do it.
            await slot.AbandonAsync(runId, e is OperationCanceledException ? ImportState.Cancelled : ImportState.Broken, CancellationToken.None);
            throw;
        }
    }

    private async Task EndAsync(RosterSession session, int runId, IProgress<double>? progress)
    {
        if (session.Result.Faults.Count > 0)
        {
            await slot.AbandonAsync(runId, ImportState.Refused, CancellationToken.None);
            return;
        }

        try
        {
            await session.TidyAsync(progress);
            await slot.ReleaseAsync(runId, CancellationToken.None);
            if (!session.IsEmpty)
            {
                LogStored(logger, runId, session.CommitTime.TotalMilliseconds, session.LongestLock.TotalMilliseconds);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogLeft(logger, runId, e); // what everybody sees is the new roster; the next look at ended imports does the rest
        }
    }

    private async Task CommitAsync(RosterSession session, int runId, IProgress<double>? progress, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (attempt > 1 || await session.IsOldAsync(ct))
                {
                    await session.CompareAsync(ct);
                }

                if (session.Result.Faults.Count == 0 && !session.IsEmpty)
                {
                    await session.StoreAsync(runId, standings, clock, progress, ct);
                }

                return;
            }
            catch (Exception e) when (attempt < Attempts && (e is StaleRosterException || DatabaseFaults.IsDuplicate(e)))
            {
                await slot.EmptyAsync(runId, ct);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Import {RunId} is stored; its commit took {Commit:0} ms, others waited {Longest:0} ms at most.")]
    private static partial void LogStored(ILogger logger, int runId, double commit, double longest);

    [LoggerMessage(LogLevel.Error, "Import {RunId} is stored; it could not be tidied up yet.")]
    private static partial void LogLeft(ILogger logger, int runId, Exception fault);

    private sealed class Part(IProgress<double>? whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + (value * (to - from)));
    }
}
