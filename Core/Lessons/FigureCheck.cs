using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>An organisation itself, as it is shown and as a recount finds it.</summary>
public sealed record FigureDifference(int OrganisationId, Figure Shown, Figure Recounted);

/// <summary>Counts a frozen week anew from memberships, exemptions, adjustments and completions, and compares. It changes nothing.</summary>
public sealed class FigureCheck(BotDb db, ClosedCounts counts)
{
    /// <returns>Null when the lesson is not frozen; otherwise where the recount and what is shown differ, by id.</returns>
    public async Task<IReadOnlyList<FigureDifference>?> DifferencesAsync(int lessonRowId, CancellationToken ct)
    {
        if (await db.Freezes.AsNoTracking().FirstOrDefaultAsync(f => f.LessonId == lessonRowId && f.FrozenAt != null, ct) is not { } freeze)
        {
            return null;
        }

        var shown = (await db.ReadRowsAsync(
            $"SELECT organisation_id, own_members, own_exempt, own_completed FROM frozen_figures WHERE lesson_id = {lessonRowId}",
            row => (Id: row.GetInt32(0), Figure: new Figure(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), 0, 0)), ct)).ToDictionary(r => r.Id, r => r.Figure);
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
            .Select(id => new FigureDifference(id, shown.GetValueOrDefault(id), recounted.GetValueOrDefault(id)))
            .Where(d => d.Shown != d.Recounted)];
    }

    private static void Add(Dictionary<int, Figure> own, int id, Figure change) => own[id] = own.GetValueOrDefault(id) + change;
}
