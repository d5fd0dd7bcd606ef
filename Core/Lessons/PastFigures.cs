using System.Collections.Concurrent;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>An organisation's figure of one period, as one viewer may see it.</summary>
/// <param name="Figure">补学 and visitors are left out: they go on changing.</param>
/// <param name="IsHidden">By what was small in that very week: see <see cref="HiddenFigures"/>.</param>
public readonly record struct PastFigure(Figure Figure, bool IsHidden);

/// <summary>
/// One organisation over many periods. What is frozen is kept in memory, without its tree, for as long as nothing is adjusted: a region's eight
/// weeks read anew for every screen would cost a second. An open week comes from the <see cref="FigureBoard"/>.
/// </summary>
public sealed class PastFigures(IDbContextFactory<BotDb> databases, FigureBoard board, Roster.OrganisationTree tree, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Weeks in memory, those last asked for: somebody may look through all years.</summary>
    public const int MostKept = 30;

    private readonly ConcurrentDictionary<int, Held> _held = new();
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>Weeks in memory now.</summary>
    public int Count => _held.Count;

    /// <param name="tops">What the viewer answers for.</param>
    /// <returns>In the order of the lessons; null where the organisation was not there yet.</returns>
    public async Task<IReadOnlyList<PastFigure?>> OfAsync(int organisationId, IReadOnlyList<int> tops, IReadOnlyList<PublishedLesson> lessons, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var stamps = await StampsAsync([.. lessons.Where(l => l.ClosesAt <= now).Select(l => l.RowId)], ct);
        var past = new List<PastFigure?>(lessons.Count);
        foreach (var lesson in lessons)
        {
            var (figures, hidden) = stamps.TryGetValue(lesson.RowId, out var stamp) ? await FrozenAsync(lesson, stamp, now, ct) : Parts(await board.ReadAsync(lesson, ct));
            past.Add(figures.TryGetValue(organisationId, out var figure) ? new PastFigure(figure with { Late = 0, Visitors = 0 }, hidden.Hides(organisationId, tops)) : null);
        }

        return past;
    }

    /// <summary>Of those that are frozen: how often they have been adjusted since. Adjustments are only ever added.</summary>
    private async Task<Dictionary<int, int>> StampsAsync(List<int> lessons, CancellationToken ct)
    {
        if (lessons.Count == 0)
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Freezes.Where(f => lessons.Contains(f.LessonId) && f.FrozenAt != null)
            .Select(f => new { f.LessonId, Adjusted = db.FigureAdjustments.Count(a => a.LessonId == f.LessonId) }).ToDictionaryAsync(f => f.LessonId, f => f.Adjusted, ct);
    }

    private async Task<(IReadOnlyDictionary<int, Figure> Figures, HiddenFigures Hidden)> FrozenAsync(PublishedLesson lesson, int stamp, DateTimeOffset now, CancellationToken ct)
    {
        if (!IsHeld(out var held))
        {
            await _loading.WaitAsync(ct);
            try
            {
                if (!IsHeld(out held))
                {
                    await using var db = await databases.CreateDbContextAsync(ct);
                    var period = await new Figures(db, new ClosedCounts(db), tree, clock).ReadAsync(lesson, ct);
                    _held[lesson.RowId] = held = new Held(stamp, lesson.ClosesAt, period.Figures, HiddenFigures.Of(period.Tree.Nodes, period.Figures, period.SmallBefore)) { AskedAt = now };
                    foreach (var (id, old) in _held.OrderByDescending(h => h.Key == lesson.RowId).ThenByDescending(h => h.Value.AskedAt).Where((h, i) => i >= MostKept || now - h.Value.AskedAt > KeptFor))
                    {
                        _held.TryRemove(KeyValuePair.Create(id, old));
                    }
                }
            }
            finally
            {
                _loading.Release();
            }
        }

        held!.AskedAt = now;
        return (held.Figures, held.Hidden);

        bool IsHeld(out Held? found) => _held.TryGetValue(lesson.RowId, out found) && found.Stamp == stamp && found.ClosesAt == lesson.ClosesAt;
    }

    private static (IReadOnlyDictionary<int, Figure> Figures, HiddenFigures Hidden) Parts(Board read) => (read.Figures, read.Hidden);

    private sealed record Held(int Stamp, DateTimeOffset ClosesAt, IReadOnlyDictionary<int, Figure> Figures, HiddenFigures Hidden)
    {
        public DateTimeOffset AskedAt { get; set; }
    }
}
