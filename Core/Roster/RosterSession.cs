using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>A file that has been read and compared, on the connection that holds it.</summary>
public sealed class RosterSession : IAsyncDisposable
{
    /// <summary>How long a comparison holds by itself.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly RosterStage _stage;
    private readonly RosterReader _file;
    private readonly RosterOrder _order;
    private readonly IDbContextFactory<BotDb> _databases;
    private readonly Vault _vault;
    private readonly TimeProvider _clock;
    private RosterLoad _load = null!;
    private RosterTree? _fresh;
    private RosterTree _tree = null!;
    private RosterPlan _plan = null!;
    private (long Commits, string TreeVersion) _seen;
    private DateTimeOffset _comparedAt;
    private RosterAhead? _ahead;
    private Pace? _pace;

    internal RosterSession(RosterStage stage, RosterReader file, RosterOrder order, IDbContextFactory<BotDb> databases, Vault vault, TimeProvider clock)
        => (_stage, _file, _order, _databases, _vault, _clock) = (stage, file, order, databases, vault, clock);

    public RosterImported Result { get; private set; } = null!;

    /// <summary>Rows that say what is stored already and were not staged.</summary>
    internal int Skipped => _load.Skipped;

    /// <summary>Nothing has to be stored.</summary>
    public bool IsEmpty => _tree.IsUnchanged && _plan is { New: 0, Changed: 0, Ambiguous: 0 };

    /// <summary>The longest that the last storing kept others from writing, of all its transactions.</summary>
    public TimeSpan LongestLock => _pace is { } pace && pace.Longest > CommitTime ? pace.Longest : CommitTime;

    /// <summary>Of the transaction that made everything visible.</summary>
    public TimeSpan CommitTime { get; private set; }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    /// <summary>The first rows of what would happen, for whoever decides.</summary>
    public Task<RosterPreview> PreviewAsync(CancellationToken ct) => RosterPreview.ReadAsync(_stage, _file.Organisations, _tree.New, Result.Faults.Count > 0, ct);

    internal async Task LoadAsync(Action<double> progress, CancellationToken ct)
    {
        _seen = await SeenAsync(ct);
        _fresh = await TreeAsync(ct);

        // Where somebody is outside of the bounds every row has to be looked at.
        _load = new RosterLoad(_stage, _vault, await RosterBounds.HoldEverybodyAsync(_stage, _order.Tops, ct) ? _fresh : null);
        await _load.RunAsync(_file, progress, ct);
    }

    /// <summary>
    /// True when another import has been committed, or an organisation changed, since the rows were compared; or when somebody has looked at
    /// the preview for so long that single people may be others by now.
    /// </summary>
    internal async Task<bool> IsOldAsync(CancellationToken ct) => _clock.GetUtcNow() - _comparedAt > Fresh || await SeenAsync(ct) != _seen;

    internal async Task CompareAsync(CancellationToken ct)
    {
        _comparedAt = _clock.GetUtcNow();
        var seen = await SeenAsync(ct);
        if (_fresh is null || seen != _seen)
        {
            (_seen, _fresh) = (seen, await TreeAsync(ct));
            if (_load.Skipped > 0)
            {
                await LoadWholeAsync(ct);
            }
        }

        (_tree, _fresh) = (_fresh, null);
        _tree.Place(_file.Organisations, _file.Faults);
        _plan = new RosterPlan(_stage, _load, _vault);
        var within = await RosterBounds.OfAsync(_databases, _order.Tops, ct);
        await _stage.InTransactionAsync(temporary: true, async () =>
        {
            await WritePathsAsync(within, ct);
            await _load.PutBackAsync(ct);
            if (within is not null)
            {
                await within.CheckRowsAsync(_stage, _tree, _file.Organisations, _file.Faults, ct);
            }

            await new RosterMatch(_stage, _load, _vault).RunAsync(_tree, _file.Faults, ct);
            if (within is not null)
            {
                await within.CheckPeopleAsync(_stage, _file.Faults, ct);
            }

            if (_file.Faults.Count == 0)
            {
                await _plan.RunAsync(_file.SaysDuties, ct);
            }
        }, ct);
        Result = _file.Faults.Count > 0
            ? new RosterImported(_file.Faults, 0, 0, 0, 0, 0, 0, 0, 0)
            : new RosterImported(_file.Faults, _tree.New.Count, _tree.Changed.Count, _plan.New, _plan.Changed, _plan.Unchanged, _plan.Moved, _plan.Erased, _plan.Ambiguous);
    }

    /// <summary>Up to the commit. <see cref="TidyAsync"/> comes afterwards.</summary>
    internal async Task StoreAsync(int runId, Standings standings, TimeProvider clock, IProgress<double>? progress, CancellationToken ct)
    {
        await RosterAsking.PrepareAsync(_stage, _vault, _file.SaysDuties, ct);
        _pace = new Pace(_stage);
        var ahead = new RosterAhead(_stage, _tree, _plan, runId, _pace);
        var since = await SinceAsync(clock, ct);
        await ahead.RunAsync(since, at => Report(0.88 * at), ct);
        while (!await CommitAsync())
        {
            since = clock.GetUtcNow().ToUnixTimeMilliseconds();
            await ahead.MoveSinceAsync(since, ct);
        }

        _ahead = ahead;

        async Task<bool> CommitAsync()
        {
            await SettleAsync(ct);
            await _stage.ByKeyAsync(true, ct); // what changes is found by key, not by reading everybody
            await RosterCommit.WarmAsync(_stage, ct);
            var ages = await RosterAges.PrepareAsync(_stage, runId, ChinaTime.DateOf(clock.GetUtcNow()), ct);
            Report(0.89);
            var commit = new RosterCommit(_stage, _tree, _plan, ages, standings, runId, clock.GetUtcNow());
            var done = false;
            var begun = System.Diagnostics.Stopwatch.GetTimestamp();
            await _stage.InTransactionAsync(temporary: false, async () => done = await commit.RunAsync(_order.By, since, ct), ct);
            CommitTime = System.Diagnostics.Stopwatch.GetElapsedTime(begun);
            return done;
        }

        void Report(double value)
        {
            ct.ThrowIfCancellationRequested();
            progress?.Report(value);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>After a commit: nothing that anybody sees changes, so that a fault is none of the import's.</summary>
    internal async Task TidyAsync(IProgress<double>? progress)
    {
        if (_ahead is not null)
        {
            await _stage.ByKeyAsync(false, CancellationToken.None);
            await _stage.RestAsync(CancellationToken.None);
            await _ahead.TidyAsync(at => progress?.Report(0.9 + (0.1 * at)), CancellationToken.None);
            progress?.Report(1);
        }
    }

    /// <summary>What was written ahead reaches the disk before the commit, which then has little left to sync.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        if (_stage.IsSqlite)
        {
            await _stage.ExecuteAsync("PRAGMA wal_checkpoint(PASSIVE)", ct);
            await _stage.ExecuteAsync("PRAGMA synchronous = FULL", ct);
        }
    }

    /// <summary>The first roster of an installation tells who belonged where in the weeks before it, too; later ones tell of changes from now on.</summary>
    private async Task<long> SinceAsync(TimeProvider clock, CancellationToken ct)
        => await _stage.NumberAsync($"SELECT 1 FROM memberships m WHERE {Committed.Only("m")} LIMIT 1", ct) == 0 ? 0 : clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many imports there have been, not the last one's id: they do not end in the order in which they began.</summary>
    private async Task<(long Commits, string TreeVersion)> SeenAsync(CancellationToken ct)
        => (await _stage.NumberAsync("SELECT COUNT(*) FROM roster_imports WHERE committed_at IS NOT NULL", ct),
            string.Concat(await _stage.ReadAsync($"SELECT value FROM installation_facts WHERE name = '{OrganisationTree.VersionFact}'", row => row.GetString(0), ct)));

    private async Task<RosterTree> TreeAsync(CancellationToken ct)
    {
        await using var db = await _databases.CreateDbContextAsync(ct);
        return await RosterTree.LoadAsync(db, ct);
    }

    private Task LoadWholeAsync(CancellationToken ct)
    {
        _load = new RosterLoad(_stage, _vault, null);
        return _load.RunAsync(_file, _ => { }, ct);
    }

    private async Task WritePathsAsync(RosterBounds? within, CancellationToken ct)
    {
        await _stage.ExecuteAsync("DROP TABLE IF EXISTS roster_paths", ct);
        await _stage.ExecuteAsync("CREATE TEMP TABLE roster_paths (path INTEGER NOT NULL PRIMARY KEY, target INTEGER NOT NULL, allowed INTEGER NOT NULL)", ct);
        using (var sink = _stage.Sink("roster_paths", "path", "target", "allowed"))
        {
            foreach (var told in _file.Organisations)
            {
                sink.Write(told.Index);
                sink.Write(_tree.Targets[told.Index]);
                sink.Write(within is null || within.Allows(told, _tree) ? 1 : 0);
                sink.EndRow();
            }

            sink.Complete();
        }

        await _stage.AnalyseAsync("roster_paths", ct);
    }
}
