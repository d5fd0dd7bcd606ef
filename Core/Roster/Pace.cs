using System.Diagnostics;

namespace Bot.Core.Roster;

/// <summary>
/// How much an import writes at once, and how long it then leaves SQLite's one write lock to others: small pieces and as much rest while
/// others write, larger ones otherwise. PostgreSQL needs none of it.
/// </summary>
internal sealed class Pace(RosterStage stage)
{
    private const int MostRows = 20_000;
    private const int FewestRows = 200;

    /// <summary>Rows between two checkpoints: else whoever commits next has to move them all into the database file.</summary>
    private const int BusyRowsPerCheckpoint = 10_000;

    private const int QuietRowsPerCheckpoint = 80_000;

    private static readonly TimeSpan QuietPiece = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuietRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BusyPiece = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(2);

    private long _version = -1;
    private long _lastSeen = long.MinValue;
    private int _sinceCheckpoint;

    public int Rows { get; private set; } = stage.IsSqlite ? 1000 : MostRows;

    /// <summary>The longest that the lock was held.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>One transaction over the next rows; then others have their turn.</summary>
    public async Task WriteAsync(Func<Task> work, CancellationToken ct)
    {
        var begun = 0L;
        await stage.InTransactionAsync(
            temporary: false,
            async () =>
            {
                begun = Stopwatch.GetTimestamp();
                await work();
            },
            ct);
        var held = Stopwatch.GetElapsedTime(begun);
        Longest = held > Longest ? held : Longest;
        if (!stage.IsSqlite)
        {
            return;
        }

        var isBusy = await OthersWriteAsync(ct);
        var aim = isBusy ? BusyPiece : QuietPiece;
        Rows = (int)Math.Clamp(Rows * Math.Clamp(aim / held, 0.3, 1.5), FewestRows, MostRows);
        _sinceCheckpoint += Rows;
        if (_sinceCheckpoint > (isBusy ? BusyRowsPerCheckpoint : QuietRowsPerCheckpoint))
        {
            _sinceCheckpoint = 0;
            await stage.ExecuteAsync("PRAGMA wal_checkpoint(PASSIVE)", ct);
        }

        await Task.Delay(isBusy ? held : QuietRest, ct);
    }

    private async Task<bool> OthersWriteAsync(CancellationToken ct)
    {
        var version = await stage.NumberAsync("PRAGMA data_version", ct);
        if (_version >= 0 && version != _version)
        {
            _lastSeen = Stopwatch.GetTimestamp();
        }

        _version = version;
        return _lastSeen != long.MinValue && Stopwatch.GetElapsedTime(_lastSeen) < BusyFor;
    }
}
