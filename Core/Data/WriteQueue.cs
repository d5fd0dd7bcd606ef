using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Data;

/// <summary>The write queue is full: the database cannot keep up. Nothing was stored; trying again is safe.</summary>
public sealed class WriteQueueFullException() : Exception("The write queue is full.");

/// <summary>
/// Where hot writes go: items that wait together are committed together, and each caller is answered after the commit, so that what
/// was acknowledged survives a kill. One writer on SQLite, which allows no more; several on PostgreSQL.
/// </summary>
public sealed partial class WriteQueue(IDbContextFactory<BotDb> databases, DatabaseOptions options, ILogger<WriteQueue> logger) : BackgroundService
{
    /// <summary>Items in one commit.</summary>
    private const int MaxBatch = 512;

    /// <summary>Items that may wait; at 3,000 a second some six seconds of work.</summary>
    private const int Capacity = 20_000;

    /// <summary>
    /// How long a batch waits for SQLite's lock: an import's commit may hold it for seconds, and whoever studies is better answered late than
    /// refused. Somebody with less time – a chat message has four seconds – leaves earlier, and then nothing of theirs is stored.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<Pending> _channel = Channel.CreateBounded<Pending>(new BoundedChannelOptions(Capacity) { SingleReader = false });

    /// <summary>How many items wait now.</summary>
    public int Depth => _channel.Reader.Count;

    /// <summary>The last commit failed because the database is locked, full, read-only or away; or the one that waits for the lock has for long.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>When a batch has waited in vain: those behind it are not kept waiting as long.</summary>
    private long? _gaveUpAt;

    private bool HasGivenUp => _gaveUpAt is { } at && Stopwatch.GetElapsedTime(at) < Patience;

    private bool IsSqlite => options.Provider == DatabaseProvider.Sqlite;

    /// <summary>
    /// Completes after the commit that holds the item. When the caller stops waiting before that commit begins nothing is stored; later,
    /// it may be.
    /// </summary>
    /// <exception cref="WriteQueueFullException">Nothing was stored.</exception>
    /// <exception cref="DbException">Nothing was stored.</exception>
    public Task<TAnswer> WriteAsync<TItem, TAnswer>(IBatchWriter<TItem, TAnswer> writer, TItem item, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var pending = new Pending<TItem, TAnswer>(writer, item, ct);
        return _channel.Writer.TryWrite(pending) ? pending.Answer.WaitAsync(ct) : throw new WriteQueueFullException();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(Enumerable.Range(0, IsSqlite ? 1 : 4).Select(_ => Task.Run(() => ConsumeAsync(stoppingToken), CancellationToken.None)));

    /// <summary>Takes nothing new and commits what waits.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _channel.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        _ = stoppingToken; // the end of the channel ends the loop: what was taken in is committed first
        var batch = new List<Pending>(MaxBatch);
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _channel.Reader.TryRead(out var pending))
            {
                if (!pending.IsAbandoned)
                {
                    batch.Add(pending);
                }
            }

            await (batch.Count > 0 ? CommitAsync(batch) : Task.CompletedTask);
            batch.Clear();
        }
    }

    /// <param name="again">A racer in another process was quicker, or two transactions stood in each other's way: once more finds its row.</param>
    private async Task CommitAsync(List<Pending> batch, bool again = false)
    {
        try
        {
            await WriteInOneTransactionAsync(batch);
        }
        catch (Exception e) when (!again && (DatabaseFaults.IsConflict(e) || (batch.Count == 1 && DatabaseFaults.IsDuplicate(e))))
        {
            await CommitAsync(batch, again: true);
        }
        catch (Exception e) when (batch.Count > 1 && !DatabaseFaults.IsUnavailable(e))
        {
            // One item is at fault: alone, it fails alone.
            LogSplit(logger, batch.Count, e.GetType().Name);
            foreach (var pending in batch)
            {
                await CommitAsync([pending]);
            }
        }
        catch (Exception e)
        {
            IsFailing = DatabaseFaults.IsUnavailable(e);
            _gaveUpAt = IsFailing ? Stopwatch.GetTimestamp() : null;
            LogFailed(logger, batch.Count, e);
            batch.ForEach(pending => pending.Fail(e));
        }
    }

    /// <summary>Whether a write can be committed now: tries one that changes nothing when the last one failed.</summary>
    public async Task<bool> CanWriteAsync(CancellationToken ct)
    {
        if (IsFailing)
        {
            try
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                await db.InstallationFacts.ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, f => f.Value), ct);
                IsFailing = false;
            }
            catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
            {
                return false;
            }
        }

        return true;
    }

    private async Task WriteInOneTransactionAsync(List<Pending> batch)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        var connection = db.Database.GetDbConnection();
        if (connection is SqliteConnection sqlite)
        {
            using var turn = await SqliteTurn.BeginAsync(sqlite, HasGivenUp ? TimeSpan.FromSeconds(sqlite.DefaultTimeout) : Patience, () => IsFailing = true);
            batch.RemoveAll(pending => pending.IsAbandoned);
            await WriteGroupsAsync(new BatchConnection(connection, null, IsSqlite), batch);
            turn.Commit();
        }
        else
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await WriteGroupsAsync(new BatchConnection(connection, transaction, IsSqlite), batch);
            await transaction.CommitAsync();
        }

        (IsFailing, _gaveUpAt) = (false, null);
        batch.ForEach(pending => pending.Acknowledge());
    }

    private static async Task WriteGroupsAsync(BatchConnection open, List<Pending> batch)
    {
        foreach (var group in batch.GroupBy(pending => pending.Writer))
        {
            await group.First().WriteGroupAsync(open, [.. group]);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A batch of {Count} writes failed with {Fault} and is written one by one.")]
    private static partial void LogSplit(ILogger logger, int count, string fault);

    [LoggerMessage(LogLevel.Error, "{Count} writes were not stored.")]
    private static partial void LogFailed(ILogger logger, int count, Exception fault);

    private abstract class Pending
    {
        public abstract object Writer { get; }

        /// <summary>Nobody waits for it any more.</summary>
        public abstract bool IsAbandoned { get; }

        public abstract Task WriteGroupAsync(BatchConnection connection, IReadOnlyList<Pending> group);

        public abstract void Acknowledge();

        public abstract void Fail(Exception fault);
    }

    private sealed class Pending<TItem, TAnswer>(IBatchWriter<TItem, TAnswer> writer, TItem item, CancellationToken ct) : Pending
    {
        private readonly TaskCompletionSource<TAnswer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TAnswer? _answer;

        public Task<TAnswer> Answer => _done.Task;

        public override object Writer => writer;

        public override bool IsAbandoned => ct.IsCancellationRequested;

        public override async Task WriteGroupAsync(BatchConnection connection, IReadOnlyList<Pending> group)
        {
            var members = group.Cast<Pending<TItem, TAnswer>>().ToList();
            var answers = await writer.WriteAsync(connection, [.. members.Select(m => m.Item)], CancellationToken.None);
            for (var i = 0; i < members.Count; i++)
            {
                members[i]._answer = answers[i];
            }
        }

        public override void Acknowledge() => _done.TrySetResult(_answer!);

        public override void Fail(Exception fault) => _done.TrySetException(fault);

        private TItem Item => item;
    }
}
