using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>An organisation as it is shown and as a recount finds it.</summary>
/// <param name="IsWhole">With everything below it, which is not the sum of its parts as they are frozen; else the organisation itself.</param>
public sealed record FigureDifference(int OrganisationId, Figure Shown, Figure Recounted, bool IsWhole);

/// <summary>
/// Counts a frozen week anew from memberships, exemptions, adjustments and completions, and compares: each organisation itself with the
/// count, and each whole, which is what pages show, with the organisation and its children. It changes nothing.
/// </summary>
public sealed class FigureCheck(BotDb db, ClosedCounts counts)
{
    /// <returns>Null when the lesson is not frozen; otherwise where the recount and what is shown differ, by id.</returns>
    public async Task<IReadOnlyList<FigureDifference>?> DifferencesAsync(int lessonRowId, CancellationToken ct)
    {
        if (await db.Freezes.AsNoTracking().FirstOrDefaultAsync(f => f.LessonId == lessonRowId && f.FrozenAt != null, ct) is not { } freeze)
        {
            return null;
        }

        var frozen = await db.ReadRowsAsync(
            $"SELECT organisation_id, parent_id, own_members, own_exempt, own_completed, members, exempt, completed FROM frozen_figures WHERE lesson_id = {lessonRowId}",
            row => new Frozen(
                row.GetInt32(0),
                row.IsDBNull(1) ? null : row.GetInt32(1),
                new Figure(row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), 0, 0),
                new Figure(row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), 0, 0)), ct);
        var shown = frozen.ToDictionary(r => r.Id, r => r.Own);
        var recounted = await counts.RosterAsync(ClosedCounts.LastInstantOf(freeze.AsOf).ToUnixTimeMilliseconds(), ct);
        foreach (var (id, change) in (await db.FigureAdjustments.AsNoTracking().Where(a => a.LessonId == lessonRowId).ToListAsync(ct)).SelectMany(AdjustedFigures.Of))
        {
            Add(shown, id, change);
            Add(recounted, id, change with { Completed = 0 });
        }

        foreach (var (id, completed) in await counts.CompletedAsync(lessonRowId, ct))
        {
            Add(recounted, id, new Figure(0, 0, completed, 0, 0));
        }

        return [.. shown.Keys.Union(recounted.Keys).Order()
            .Select(id => new FigureDifference(id, shown.GetValueOrDefault(id), recounted.GetValueOrDefault(id), IsWhole: false))
            .Concat(Wholes(frozen))
            .Where(d => d.Shown != d.Recounted)];
    }

    /// <summary>Where every whole is itself and its children, every one is the sum of all below it.</summary>
    private static IEnumerable<FigureDifference> Wholes(List<Frozen> frozen)
    {
        var sums = new Dictionary<int, Figure>(frozen.Count);
        foreach (var row in frozen)
        {
            Add(sums, row.Id, row.Own);
            if (row.ParentId is { } parent)
            {
                Add(sums, parent, row.Whole);
            }
        }

        var wholes = frozen.ToDictionary(r => r.Id, r => r.Whole);
        return sums.OrderBy(s => s.Key).Select(s => new FigureDifference(s.Key, wholes.GetValueOrDefault(s.Key), s.Value, IsWhole: true));
    }

    private static void Add(Dictionary<int, Figure> own, int id, Figure change) => own[id] = own.GetValueOrDefault(id) + change;

    private sealed record Frozen(int Id, int? ParentId, Figure Own, Figure Whole);
}
