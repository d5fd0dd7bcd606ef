using System.Collections.Concurrent;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Lessons;

/// <summary>
/// Organisations of a subtree that have nobody below them and members to study: all, and those where nobody has studied yet. Those whose
/// figures are hidden are in neither number.
/// </summary>
public readonly record struct Starts(int Branches, int NotStarted)
{
    public static Starts operator +(Starts a, Starts b) => new(a.Branches + b.Branches, a.NotStarted + b.NotStarted);
}

/// <param name="At">When it was read.</param>
/// <param name="Period">The figures, and the tree that they are about.</param>
public sealed record Board(DateTimeOffset At, PeriodFigures Period, IReadOnlyDictionary<int, Starts> Starts, HiddenFigures Hidden)
{
    public IReadOnlyDictionary<int, Figure> Figures => Period.Figures;
}

/// <summary>The figures of whole lessons in memory, for screens that ask every few seconds: however many look, the database is asked once.</summary>
public sealed partial class FigureBoard(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock, ILogger<FigureBoard> logger)
{
    /// <summary>Lessons in memory, those last asked for: somebody may look through all years.</summary>
    public const int MostKept = 20;

    private static readonly TimeSpan FreshWhileOpen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FreshAfterwards = TimeSpan.FromSeconds(10);

    /// <summary>In the half hour before a closed lesson is frozen it is counted from the rows, which takes seconds in a region.</summary>
    private static readonly TimeSpan FreshWhileSettled = TimeSpan.FromMinutes(1);

    /// <summary>So long, what was read last is handed out while those rows are counted; when it was true stands beside it.</summary>
    private static readonly TimeSpan UsableWhileSettled = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(int RowId, DateTimeOffset ClosesAt), Slot> _slots = new();
    private long _loads;

    /// <summary>How often the database was asked for a whole lesson since the start.</summary>
    public long Loads => Interlocked.Read(ref _loads);

    /// <summary>Lessons in memory now.</summary>
    public int Count => _slots.Count;

    public ValueTask<Board> ReadAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd((lesson.RowId, lesson.ClosesAt), _ => new Slot());
        var now = clock.GetUtcNow();
        slot.AskedAt = now;
        if (slot.IsFresh(now, lesson))
        {
            return new(slot.Board!);
        }

        if (!slot.IsUsable(now, lesson))
        {
            return new(RenewAsync(slot, lesson, ct));
        }

        slot.RenewOnce(() => RenewBehindAsync(slot, lesson));
        return new(slot.Board!);
    }

    /// <summary>To be called after a change in this process that people expect to see at once.</summary>
    public void Forget() => _slots.Clear();

    private async Task<Board> RenewAsync(Slot slot, PublishedLesson lesson, CancellationToken ct)
    {
        await slot.Loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (!slot.IsFresh(now, lesson))
            {
                slot.Board = await LoadAsync(lesson, now, ct);
                Tidy(now);
            }

            return slot.Board!;
        }
        finally
        {
            slot.Loading.Release();
        }
    }

    /// <summary>The older one stays until this succeeds, or is too old.</summary>
    private async Task RenewBehindAsync(Slot slot, PublishedLesson lesson)
    {
        try
        {
            await RenewAsync(slot, lesson, CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e) || e is ObjectDisposedException)
        {
            LogNotRenewed(e.GetType().Name);
        }
    }

    private async Task<Board> LoadAsync(PublishedLesson lesson, DateTimeOffset now, CancellationToken ct)
    {
        Interlocked.Increment(ref _loads);
        await using var db = await databases.CreateDbContextAsync(ct);
        var period = await new Figures(db, new ClosedCounts(db), tree, clock).ReadAsync(lesson, ct);
        var (nodes, figures) = (period.Tree.Nodes, period.Figures);
        var hidden = HiddenFigures.Of(nodes, figures, period.SmallBefore);
        var starts = new Dictionary<int, Starts>(nodes.Count);

        // Children before parents: tree order backwards.
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            if (node.End == i + 1 && !hidden.Hides(node.Id, []) && figures.GetValueOrDefault(node.Id) is { Rate: not null } figure)
            {
                starts[node.Id] = new Starts(1, figure.Completed == 0 ? 1 : 0);
            }

            if (node.ParentId is { } parent && starts.TryGetValue(node.Id, out var below))
            {
                starts[parent] = starts.GetValueOrDefault(parent) + below;
            }
        }

        return new Board(now, period, starts, hidden);
    }

    /// <summary>Drops lessons that nobody has looked at for a while, and the oldest of too many.</summary>
    private void Tidy(DateTimeOffset now)
    {
        foreach (var held in _slots.OrderByDescending(s => s.Value.AskedAt).Where((s, i) => i >= MostKept || now - s.Value.AskedAt > KeptFor))
        {
            _slots.TryRemove(held);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The figures of a closed lesson could not be counted anew: {Fault}.")]
    private partial void LogNotRenewed(string fault);

    private sealed class Slot
    {
        private volatile Board? _board;
        private Task _renewal = Task.CompletedTask;
        private long _askedAt;

        public DateTimeOffset AskedAt
        {
            get => new(Interlocked.Read(ref _askedAt), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _askedAt, value.UtcTicks);
        }

        public SemaphoreSlim Loading { get; } = new(1);

        public Board? Board
        {
            get => _board;
            set => _board = value;
        }

        public bool IsFresh(DateTimeOffset now, PublishedLesson lesson)
            => _board is { } board && (board.At < lesson.ClosesAt) == (now < lesson.ClosesAt)
                && now - board.At < (lesson.IsOpenAt(now) ? FreshWhileOpen : board.Period.Freeze is null ? FreshWhileSettled : FreshAfterwards);

        /// <summary>In the half hour before a closed lesson is frozen; what was read just before the closing serves, too.</summary>
        public bool IsUsable(DateTimeOffset now, PublishedLesson lesson)
            => _board is { Period.Freeze: null } board && now >= lesson.ClosesAt && now - board.At < UsableWhileSettled;

        public void RenewOnce(Func<Task> renew)
        {
            lock (Loading)
            {
                _renewal = _renewal.IsCompleted ? Task.Run(renew) : _renewal;
            }
        }
    }
}
