using System.Collections.Concurrent;
using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Roster;

namespace Bot.Server.Roster;

/// <summary>
/// The imports that this node holds: reads uploaded files, keeps what was read until the importer has decided, stores it. Goes on when the
/// browser is closed. What the importer decides, at whichever node, is read in the import's row; when the server ends, nothing is left.
/// </summary>
internal sealed partial class RosterIntake(
    IServiceScopeFactory scopes, RosterHolder holder, RosterSlot slot, TimeProvider clock, ILogger<RosterIntake> logger) : IHostedService, IDisposable
{
    public static readonly Refusal Busy = new(RefusalKind.Conflict, "roster.intake-busy", "This node holds as many imports as it can.");

    /// <summary>Each may hold some hundred megabytes while its file is read, and temporary tables until it is decided.</summary>
    public const int MostHeld = 4;

    public static readonly TimeSpan DecideWithin = TimeSpan.FromHours(2);

    private const int MostReading = 2;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, Held> _held = [];
    private readonly SemaphoreSlim _reading = new(MostReading);
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Files that were begun by the same person do not count: the new one takes their place.</summary>
    public bool HasRoomFor(string by) => !_ending.IsCancellationRequested && _held.Values.Count(h => h.Order.By != by) < MostHeld;

    /// <param name="file">Disposed when the import has ended.</param>
    public void Begin(int runId, RosterOrder order, Stream file)
    {
        var held = new Held(runId, order, file, CancellationTokenSource.CreateLinkedTokenSource(_ending.Token));
        _held[runId] = held;
        held.Work = Task.Run(() => RunAsync(held), CancellationToken.None);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_held.Values.Select(h => h.Work)).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _reading.Dispose();
        _ending.Dispose();
    }

    private async Task RunAsync(Held held)
    {
        var watching = WatchAsync(held, held.Stop.Token);
        try
        {
            await WorkAsync(held, held.Stop.Token);
        }
        catch (Exception e)
        {
            var isStopped = held.Stop.IsCancellationRequested;
            await EndAsync(held, isStopped && !_ending.IsCancellationRequested ? ImportState.Cancelled : ImportState.Broken, isStopped ? null : e);
        }
        finally
        {
            _held.TryRemove(held.RunId, out _);
            await held.Stop.CancelAsync();
            await watching;
            await held.File.DisposeAsync(); // not sooner: it is read once more should the roster change before the decision
            held.Stop.Dispose();
        }
    }

    private async Task WorkAsync(Held held, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var import = scope.ServiceProvider.GetRequiredService<RosterImport>();
        await using var session = await ReadAsync(import, held, ct);
        if (session.Result.Faults.Count > 0)
        {
            await holder.RefuseAsync(held.RunId, session.Result, ct);
            return;
        }

        if (session.IsEmpty)
        {
            await holder.CloseAsync(held.RunId, session.Result, ct);
            return;
        }

        held.Permille = 0;
        if (!await holder.AskAsync(held.RunId, session.Result, await session.PreviewAsync(ct), ct))
        {
            return;
        }

        held.Asked(clock.GetUtcNow() + DecideWithin);
        await held.Approved.Task.WaitAsync(ct);
        await import.StoreAsync(session, held.RunId, held, ct);
        await (session.Result.Faults.Count > 0
            ? holder.RefuseAsync(held.RunId, session.Result, CancellationToken.None)
            : holder.CloseAsync(held.RunId, session.Result, CancellationToken.None));
    }

    private async Task<RosterSession> ReadAsync(RosterImport import, Held held, CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            var isWorkbook = held.Order.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
            return await import.ReadAsync(new RosterReader(held.File, ChinaTime.DateOf(clock.GetUtcNow()), isWorkbook), held.Order, held, ct);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Beats for the import, says how far it is, and looks for what was decided, until it ends.</summary>
    private async Task WatchAsync(Held held, CancellationToken ct)
    {
        var (told, beaten) = (-1, System.Diagnostics.Stopwatch.GetTimestamp());
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var permille = held.Permille;
                if (permille != told || System.Diagnostics.Stopwatch.GetElapsedTime(beaten) >= Beat)
                {
                    await holder.BeatAsync(held.RunId, permille, ct);
                    (told, beaten) = (permille, System.Diagnostics.Stopwatch.GetTimestamp());
                }

                await HeedAsync(held, await holder.LookAsync(held.RunId, ct), ct);
            }
            catch (Exception e)
            {
                // Looked at again in half a second; without a beat for long the import counts as dead, which is safe.
                if (e is not OperationCanceledException && !DatabaseFaults.IsUnavailable(e))
                {
                    LogNotWatched(logger, held.RunId, e);
                }
            }

            await Task.Delay(Glance, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HeedAsync(Held held, RunSigns? signs, CancellationToken ct)
    {
        if (signs is null or { Approved: false } or { State: > ImportState.Done })
        {
            await held.Stop.CancelAsync();
        }
        else if (signs.Approved == true)
        {
            held.Approved.TrySetResult();
        }
        else if (clock.GetUtcNow() > held.DecideUntil)
        {
            await holder.ExpireAsync(held.RunId, ct);
        }
    }

    private async Task EndAsync(Held held, ImportState state, Exception? fault)
    {
        try
        {
            var signs = await holder.LookAsync(held.RunId, CancellationToken.None);
            if (fault is not null && signs is { State: ImportState.Committed or ImportState.Done })
            {
                LogLeft(logger, held.RunId, fault);
            }
            else if (fault is not null)
            {
                LogFailed(logger, held.RunId, fault);
            }

            // A cancellation that came just before the commit is seen by the commit first.
            if (state == ImportState.Broken && signs is { Approved: false })
            {
                state = ImportState.Cancelled;
            }

            await slot.AbandonAsync(held.RunId, state, CancellationToken.None);
            if (state == ImportState.Broken)
            {
                await holder.InterruptAsync(held.RunId, CancellationToken.None);
            }
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            LogLeft(logger, held.RunId, fault ?? e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Import {RunId} failed; nothing of it is stored.")]
    private static partial void LogFailed(ILogger logger, int runId, Exception fault);

    [LoggerMessage(LogLevel.Error, "Import {RunId} ended in a fault, perhaps after it was stored; the job that tidies up comes by.")]
    private static partial void LogLeft(ILogger logger, int runId, Exception fault);

    [LoggerMessage(LogLevel.Error, "Import {RunId} could not be watched just now.")]
    private static partial void LogNotWatched(ILogger logger, int runId, Exception fault);

    /// <summary>One import on this node, and how far it is.</summary>
    private sealed class Held(int runId, RosterOrder order, Stream file, CancellationTokenSource stop) : IProgress<double>
    {
        private volatile int _permille;
        private long _decideUntil = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

        public int RunId => runId;

        public RosterOrder Order => order;

        public Stream File => file;

        public CancellationTokenSource Stop => stop;

        public TaskCompletionSource Approved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Work { get; set; } = Task.CompletedTask;

        /// <summary>Never, until the preview is there.</summary>
        public DateTimeOffset DecideUntil => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _decideUntil));

        /// <summary>One number: whoever watches from another thread sees no half of it.</summary>
        public void Asked(DateTimeOffset until) => Interlocked.Exchange(ref _decideUntil, until.ToUnixTimeMilliseconds());

        /// <summary>0 to 1000, of the present state.</summary>
        public int Permille
        {
            get => _permille;
            set => _permille = value;
        }

        public void Report(double value) => _permille = (int)(1000 * value);
    }
}
