using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Count">Null where it is suppressed.</param>
public sealed record HelpFigure(string Key, int? Count);

/// <param name="Cases">Null under five.</param>
/// <param name="ByTopic">Keys are names of <see cref="HelpTopic"/>; likewise the others; areas by path, satisfaction 3 to 1; "none" for those not closed, or not rated.</param>
/// <param name="MedianFirstAnswer">Null under five.</param>
public sealed record HelpFigures(
    int? Cases, IReadOnlyList<HelpFigure> ByTopic, IReadOnlyList<HelpFigure> ByAge, IReadOnlyList<HelpFigure> ByArea, IReadOnlyList<HelpFigure> ByOutcome, IReadOnlyList<HelpFigure> BySatisfaction,
    TimeSpan? MedianFirstAnswer);

/// <summary>How many asked for help. Of groups under five there is no figure, nor of the next-smallest beside one that could be found by subtraction.</summary>
public sealed class HelpStatistics(BotDb db, OrganisationTree tree)
{
    public const int SmallestShown = 5;

    /// <summary>Key of those without: they stand in the sum, and so in what is suppressed.</summary>
    public const string None = "none";

    /// <summary>Of cases begun within these months, inclusive, in the viewer's areas; erased ones are counted on. Supervisors only. Days would tell one person by subtraction.</summary>
    /// <param name="from">Any day of the first month.</param>
    /// <param name="to">Any day of the last month.</param>
    public async Task<Result<HelpFigures>> ReadAsync(HelpViewer viewer, DateOnly from, DateOnly to, CancellationToken ct)
    {
        if (!viewer.IsSupervisor)
        {
            return HelpScope.SupervisorOnly;
        }

        var (over, since, until) = (viewer.SupervisorTops, ChinaTime.StartOf(FirstOf(from)), ChinaTime.StartOf(FirstOf(to).AddMonths(1)));
        var cases = await db.HelpCases.AsNoTracking()
            .Where(c => c.OpenedAt >= since && c.OpenedAt < until && c.State != HelpState.Starting && c.Outcome != HelpOutcome.Merged
                && db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && over.Contains(o.AncestorId)))
            .Select(c => new { c.Topic, c.Age, c.AreaId, c.Outcome, c.Satisfaction, c.OpenedAt, c.FirstAnsweredAt }).ToListAsync(ct);
        var all = await tree.AllAsync(ct);
        var waits = cases.Where(c => c.FirstAnsweredAt is not null).Select(c => c.FirstAnsweredAt!.Value - c.OpenedAt).Order().ToList();
        return new HelpFigures(
            cases.Count is > 0 and < SmallestShown ? null : cases.Count,
            Suppressed(cases.GroupBy(c => c.Topic).OrderBy(g => g.Key).Select(g => (g.Key.ToString(), g.Count()))),
            Suppressed(cases.GroupBy(c => c.Age).OrderBy(g => g.Key).Select(g => (g.Key.ToString(), g.Count()))),
            Suppressed(cases.GroupBy(c => c.AreaId).OrderBy(g => all.Find(g.Key)?.Index ?? int.MaxValue).Select(g => (all.PathOf(g.Key) ?? "", g.Count()))),
            Suppressed(cases.GroupBy(c => c.Outcome).OrderBy(g => g.Key is null).ThenBy(g => g.Key).Select(g => (g.Key?.ToString() ?? None, g.Count()))),
            Suppressed(cases.GroupBy(c => c.Satisfaction).OrderBy(g => g.Key is null).ThenByDescending(g => g.Key).Select(g => (g.Key?.ToString(CultureInfo.InvariantCulture) ?? None, g.Count()))),
            waits.Count < SmallestShown ? null : waits[(waits.Count - 1) / 2]);
    }

    private static DateOnly FirstOf(DateOnly day) => day.AddDays(1 - day.Day);

    /// <summary>Hides each small group, and the next-smallest as long as what is hidden could be told from the sum.</summary>
    internal static IReadOnlyList<HelpFigure> Suppressed(IEnumerable<(string Key, int Count)> groups)
    {
        var all = groups.ToList();
        var hidden = all.Where(g => g.Count < SmallestShown).ToList();
        foreach (var next in all.Except(hidden).OrderBy(g => g.Count).ToList())
        {
            if (hidden.Count == 0 || (hidden.Count > 1 && hidden.Sum(g => g.Count) >= SmallestShown))
            {
                break;
            }

            hidden.Add(next);
        }

        return [.. all.Select(g => new HelpFigure(g.Key, hidden.Contains(g) ? null : g.Count))];
    }
}
