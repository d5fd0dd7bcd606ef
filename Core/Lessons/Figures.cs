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

/// <summary>One lesson's figures, and the tree that they are about.</summary>
/// <param name="Tree">Of now while the lesson is open, of its closing afterwards.</param>
/// <param name="Figures">Rolled up; every organisation of the tree is there.</param>
/// <param name="Freeze">Null until the figures are settled.</param>
/// <param name="Adjustments">What was corrected since, oldest first.</param>
public sealed record PeriodFigures(TreeSnapshot Tree, IReadOnlyDictionary<int, Figure> Figures, Freeze? Freeze, IReadOnlyList<FigureAdjustment> Adjustments)
{
    /// <summary>What was too small to be shown when it was frozen, and stays so: an adjustment must not bring a small group's rate to light.</summary>
    public SmallGroups SmallBefore { get; init; } = SmallGroups.None;

    /// <summary>How many adjustments changed the figure of an organisation or of what was below it; those without any are not there.</summary>
    public IReadOnlyDictionary<int, int> Adjusted()
    {
        var entries = new Dictionary<int, int>();
        foreach (var adjustment in Adjustments)
        {
            foreach (var id in Above(adjustment.FromOrganisationId).Union(Above(adjustment.ToOrganisationId)))
            {
                entries[id] = entries.GetValueOrDefault(id) + 1;
            }
        }

        return entries;
    }

    private IEnumerable<int> Above(int? id)
    {
        for (var node = id is { } from ? Tree.Find(from) : null; node is not null; node = node.ParentId is { } parent ? Tree.Find(parent) : null)
        {
            yield return node.Id;
        }
    }
}

/// <summary>
/// Reads figures for whole subtrees; learner, secretary and region read the same rows. Of an open lesson from the counters, of a frozen one
/// from its frozen rows and what was adjusted since; in between, for half an hour, from the rows.
/// </summary>
public sealed class Figures(BotDb db, ClosedCounts counts, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>The figure of every organisation, rolled up; those without any people are there with zeros.</summary>
    public async Task<IReadOnlyDictionary<int, Figure>> AllAsync(PublishedLesson lesson, CancellationToken ct) => (await ReadAsync(lesson, ct)).Figures;

    public async Task<PeriodFigures> ReadAsync(PublishedLesson lesson, CancellationToken ct)
    {
        if (clock.GetUtcNow() < lesson.ClosesAt && await FromCountersAsync(lesson, ct) is { } counted && clock.GetUtcNow() < lesson.ClosesAt)
        {
            return counted; // read across the closing instant, members would be of after it
        }

        var freeze = await db.Freezes.AsNoTracking().FirstOrDefaultAsync(f => f.LessonId == lesson.RowId && f.FrozenAt != null, ct);
        return freeze is null ? await BeforeFreezingAsync(lesson, ct) : await FrozenAsync(lesson, freeze, ct);
    }

    /// <summary>One branch, by a few rows: for an answer in the chat. Null in the half hour before a closed lesson is frozen.</summary>
    /// <param name="organisationId">With nothing below it.</param>
    public async Task<Figure?> OfBranchAsync(PublishedLesson lesson, int organisationId, CancellationToken ct)
    {
        if (clock.GetUtcNow() < lesson.ClosesAt)
        {
            return (await ReadCountersAsync(lesson, organisationId, ct)).GetValueOrDefault(organisationId);
        }

        if (!await db.Freezes.AnyAsync(f => f.LessonId == lesson.RowId && f.FrozenAt != null, ct))
        {
            return null;
        }

        var frozen = await db.FrozenFigures.Where(f => f.LessonId == lesson.RowId && f.OrganisationId == organisationId)
            .Select(f => new Figure(f.OwnMembers, f.OwnExempt, f.OwnCompleted, 0, 0)).FirstOrDefaultAsync(ct);
        var since = await db.Tallies.Where(t => t.LessonId == lesson.RowId && t.OrganisationId == organisationId)
            .Select(t => new Figure(0, 0, 0, t.Late, t.Visitors)).FirstOrDefaultAsync(ct);
        var adjusted = await db.FigureAdjustments.AsNoTracking()
            .Where(a => a.LessonId == lesson.RowId && (a.FromOrganisationId == organisationId || a.ToOrganisationId == organisationId)).ToListAsync(ct);
        return adjusted.SelectMany(AdjustedFigures.Of).Where(a => a.OrganisationId == organisationId)
            .Aggregate(frozen + since, (sum, a) => sum + a.Change);
    }

    private async Task<PeriodFigures> FromCountersAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var own = await ReadCountersAsync(lesson, null, ct);
        var all = await tree.AllAsync(ct);
        return new PeriodFigures(all, RollUp(all, own), null, []);
    }

    /// <summary>Members and completions by one statement: somebody who joins between two would be in one of the numbers only, and a rate beyond 1.</summary>
    /// <param name="only">Null for all organisations.</param>
    private async Task<Dictionary<int, Figure>> ReadCountersAsync(PublishedLesson lesson, int? only, CancellationToken ct)
    {
        var (one, both) = only is { } id
            ? (new SqlText($"WHERE organisation_id = {id}"), new SqlText($"AND organisation_id = {id}"))
            : (new SqlText(""), new SqlText(""));
        var rows = await db.ReadRowsAsync(
            $"""
            SELECT organisation_id, members, exempt, 0, 0, 0 FROM headcounts {one}
            UNION ALL SELECT organisation_id, 0, 0, completed, late, visitors FROM tallies WHERE lesson_id = {lesson.RowId} {both}
            """,
            row => (Id: row.GetInt32(0), Figure: new Figure(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5))), ct);
        var own = new Dictionary<int, Figure>(rows.Count);
        foreach (var row in rows)
        {
            own[row.Id] = own.GetValueOrDefault(row.Id) + row.Figure;
        }

        return own;
    }

    private async Task<PeriodFigures> BeforeFreezingAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var now = await tree.AllAsync(ct);
        var (own, _) = await counts.ReadAsync(lesson.RowId, lesson.ClosesAt, ct);
        var then = await FrozenTree.OfAsync(db, now, (await ClosingTree.OfAsync(db, now, own.Keys, lesson.ClosesAt, ct)).ToDictionary(n => n.Id, n => n.ParentId), ct);
        await AddTalliesAsync(own, lesson, id => Then(id, then, now), ct);
        return new PeriodFigures(then, RollUp(then, own), null, []);
    }

    private async Task<PeriodFigures> FrozenAsync(PublishedLesson lesson, Freeze freeze, CancellationToken ct)
    {
        var rows = await db.ReadRowsAsync(
            $"SELECT organisation_id, parent_id, members, exempt, completed, own_members, own_exempt FROM frozen_figures WHERE lesson_id = {lesson.RowId}",
            row => (Id: row.GetInt32(0), ParentId: row.IsDBNull(1) ? (int?)null : row.GetInt32(1), Figure: new Figure(row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), 0, 0), Own: new Figure(row.GetInt32(5), row.GetInt32(6), 0, 0, 0)), ct);
        var now = await tree.AllAsync(ct);
        var then = await FrozenTree.OfAsync(db, now, rows.ToDictionary(r => r.Id, r => r.ParentId), ct);
        var adjustments = await db.FigureAdjustments.AsNoTracking().Where(a => a.LessonId == lesson.RowId).OrderBy(a => a.Id).ToListAsync(ct);

        // What has been added since: 补学, visitors, adjustments; of organisations that are newer, at the nearest above that was there.
        var since = new Dictionary<int, Figure>();
        await AddTalliesAsync(since, lesson, id => Then(id, then, now), ct);
        foreach (var (id, change) in adjustments.SelectMany(AdjustedFigures.Of))
        {
            var place = Then(id, then, now);
            since[place] = since.GetValueOrDefault(place) + change;
        }

        var figures = RollUp(then, since);
        foreach (var row in rows)
        {
            figures[row.Id] += row.Figure;
        }

        return new PeriodFigures(then, figures, freeze, adjustments)
        {
            SmallBefore = adjustments.Count == 0 ? SmallGroups.None
                : new SmallGroups(rows.Where(r => HiddenFigures.IsSmall(r.Figure)).Select(r => r.Id).ToHashSet(), rows.Where(r => HiddenFigures.IsSmall(r.Own)).Select(r => r.Id).ToHashSet()),
        };
    }

    /// <summary>补学 and visitors.</summary>
    private async Task AddTalliesAsync(Dictionary<int, Figure> own, PublishedLesson lesson, Func<int, int> place, CancellationToken ct)
    {
        var tallies = await db.ReadRowsAsync(
            $"SELECT organisation_id, late, visitors FROM tallies WHERE lesson_id = {lesson.RowId}",
            row => (Id: row.GetInt32(0), Figure: new Figure(0, 0, 0, row.GetInt32(1), row.GetInt32(2))), ct);
        foreach (var (id, figure) in tallies)
        {
            if (figure != default)
            {
                var at = place(id);
                own[at] = own.GetValueOrDefault(at) + figure;
            }
        }
    }

    private static int Then(int id, TreeSnapshot then, TreeSnapshot now)
    {
        for (int? at = id; at is { } place; at = now.Find(place)?.ParentId)
        {
            if (then.Find(place) is not null)
            {
                return place;
            }
        }

        return then.Nodes.Count > 0 ? then.Nodes[0].Id : id;
    }

    private static Dictionary<int, Figure> RollUp(TreeSnapshot tree, IReadOnlyDictionary<int, Figure> own)
        => Rolling.Up([.. tree.Nodes.Select(n => (n.Id, n.ParentId))], own);
}

/// <summary>What an adjustment changes where.</summary>
internal static class AdjustedFigures
{
    public static IEnumerable<(int OrganisationId, Figure Change)> Of(FigureAdjustment adjustment)
    {
        if (adjustment.FromOrganisationId is { } from)
        {
            yield return (from, new Figure(adjustment.FromMembers, adjustment.FromExempt, adjustment.FromCompleted, 0, 0));
        }

        if (adjustment.ToOrganisationId is { } to)
        {
            yield return (to, new Figure(adjustment.ToMembers, adjustment.ToExempt, adjustment.ToCompleted, 0, 0));
        }
    }
}
