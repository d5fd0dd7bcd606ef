using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>应学、免学、已学、补学、访客 of an organisation with everything below it, for one lesson.</summary>
/// <param name="Members">Everyone on the roster who counts, the exempt included.</param>
/// <param name="Completed">Members, not exempt, who finished in time.</param>
/// <param name="Late">Members who finished after closing; in no rate.</param>
/// <param name="Visitors">People without a counted membership; in no rate.</param>
public readonly record struct Figure(int Members, int Exempt, int Completed, int Late, int Visitors)
{
    /// <summary>Completed ÷ (members − exempt), 0 to 1; null when nobody is expected to study.</summary>
    public double? Rate => Members > Exempt ? (double)Completed / (Members - Exempt) : null;

    public static Figure operator +(Figure a, Figure b)
        => new(a.Members + b.Members, a.Exempt + b.Exempt, a.Completed + b.Completed, a.Late + b.Late, a.Visitors + b.Visitors);

    public static Figure operator -(Figure a, Figure b)
        => new(a.Members - b.Members, a.Exempt - b.Exempt, a.Completed - b.Completed, a.Late - b.Late, a.Visitors - b.Visitors);
}

/// <summary>Reads figures for whole subtrees; learner, secretary and region read the same rows.</summary>
public sealed class Figures(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>The figure of every organisation, rolled up; those without any people are there with zeros.</summary>
    public async Task<IReadOnlyDictionary<int, Figure>> AllAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var own = await OwnAsync(lesson, ct);
        var nodes = await tree.AllAsync(ct);
        var rolled = nodes.Nodes.ToDictionary(node => node.Id, node => own.GetValueOrDefault(node.Id));

        // Children before parents: tree order backwards.
        for (var i = nodes.Nodes.Count - 1; i >= 0; i--)
        {
            if (nodes.Nodes[i].ParentId is { } parent)
            {
                rolled[parent] += rolled[nodes.Nodes[i].Id];
            }
        }

        return rolled;
    }

    /// <summary>Each organisation itself, its children not included.</summary>
    private async Task<Dictionary<int, Figure>> OwnAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var counted = await db.Tallies.AsNoTracking().Where(t => t.LessonId == lesson.RowId).ToListAsync(ct);
        var figures = clock.GetUtcNow() < lesson.ClosesAt
            ? await db.Headcounts.AsNoTracking().ToDictionaryAsync(h => h.OrganisationId, h => new Figure(h.Members, h.Exempt, 0, 0, 0), ct)
            : await RosterAtAsync(lesson.ClosesAt.AddMilliseconds(-1), ct);
        foreach (var tally in counted)
        {
            figures[tally.OrganisationId] = figures.GetValueOrDefault(tally.OrganisationId) + new Figure(0, 0, tally.Completed, tally.Late, tally.Visitors);
        }

        return figures;
    }

    /// <summary>Who was on the roster at the last instant of a closed lesson.</summary>
    private async Task<Dictionary<int, Figure>> RosterAtAsync(DateTimeOffset instant, CancellationToken ct)
    {
        var held = db.Memberships.Where(m => m.Category == PersonCategory.Member && m.Since <= instant && (m.Until == null || m.Until > instant));
        var members = await held.GroupBy(m => m.OrganisationId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        var exempt = await held
            .Where(m => db.Exemptions.Any(e => e.PersonId == m.PersonId && e.Since <= instant && (e.Until == null || e.Until > instant)))
            .GroupBy(m => m.OrganisationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return members.ToDictionary(m => m.Key, m => new Figure(m.Count, exempt.GetValueOrDefault(m.Key), 0, 0, 0));
    }
}
