using System.Collections.Concurrent;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

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
public sealed class FigureBoard(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock)
{
    private static readonly TimeSpan FreshWhileOpen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FreshAfterwards = TimeSpan.FromSeconds(10);

    /// <summary>In the half hour before a closed lesson is frozen it is counted from the rows, which takes seconds in a region.</summary>
    private static readonly TimeSpan FreshWhileSettled = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(int RowId, DateTimeOffset ClosesAt), Slot> _slots = new();
    private long _loads;

    /// <summary>How often the database was asked for a whole lesson since the start.</summary>
    public long Loads => Interlocked.Read(ref _loads);

    public async Task<Board> ReadAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd((lesson.RowId, lesson.ClosesAt), _ => new Slot());
        if (slot.IsFresh(clock.GetUtcNow(), lesson))
        {
            return slot.Board!;
        }

        await slot.Loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (!slot.IsFresh(now, lesson))
            {
                slot.Board = await LoadAsync(lesson, now, ct);
                Forget(now);
            }

            return slot.Board!;
        }
        finally
        {
            slot.Loading.Release();
        }
    }

    /// <summary>To be called after a change in this process that people expect to see at once.</summary>
    public void Forget() => _slots.Clear();

    private async Task<Board> LoadAsync(PublishedLesson lesson, DateTimeOffset now, CancellationToken ct)
    {
        Interlocked.Increment(ref _loads);
        await using var db = await databases.CreateDbContextAsync(ct);
        var period = await new Figures(db, new ClosedCounts(db), tree, clock).ReadAsync(lesson, ct);
        var (nodes, figures) = (period.Tree.Nodes, period.Figures);
        var hidden = HiddenFigures.Of(nodes, figures);
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

    /// <summary>Drops lessons that nobody has looked at for a while.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, slot) in _slots)
        {
            if (slot.Board is { } board && now - board.At > KeptFor)
            {
                _slots.TryRemove(key, out _);
            }
        }
    }

    private sealed class Slot
    {
        private volatile Board? _board;

        public SemaphoreSlim Loading { get; } = new(1);

        public Board? Board
        {
            get => _board;
            set => _board = value;
        }

        public bool IsFresh(DateTimeOffset now, PublishedLesson lesson)
            => _board is { } board && (board.At < lesson.ClosesAt) == (now < lesson.ClosesAt)
                && now - board.At < (lesson.IsOpenAt(now) ? FreshWhileOpen : board.Period.Freeze is null ? FreshWhileSettled : FreshAfterwards);
    }
}
