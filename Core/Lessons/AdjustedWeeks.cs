using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>As what one person counts in one closed week, adjustments included.</summary>
/// <param name="OrganisationId">Null when counted nowhere.</param>
/// <param name="HasFinished">In time; the row may count as a visitor's.</param>
/// <param name="Counts">In 已学.</param>
/// <param name="Sequence">Of the last adjustment; 0 without any.</param>
public sealed record WeekState(int PersonId, int? OrganisationId, bool IsExempt, bool HasFinished, bool Counts, int Sequence)
{
    /// <summary>The same person as a wish wants it to be.</summary>
    public WeekState As(WishedAdjustment wished)
    {
        var (organisation, exempt) = wished.Wish switch
        {
            AdjustmentWish.Exempt => (OrganisationId, true),
            AdjustmentWish.NotExempt => (OrganisationId, false),
            AdjustmentWish.BelongedHere => (wished.OrganisationId, IsExempt),
            _ => ((int?)null, false),
        };
        return this with { OrganisationId = organisation, IsExempt = exempt, Counts = HasFinished && organisation is not null && !exempt };
    }
}

/// <summary>Closed weeks of single people. To be called inside a transaction.</summary>
public sealed class AdjustedWeeks
{
    public async Task<WeekState> FindAsync(BotDb db, PublishedLesson lesson, int personId, CancellationToken ct)
    {
        var instant = ClosedCounts.LastInstantOf(lesson.ClosesAt);
        var completion = await Counting(db, lesson, personId).FirstOrDefaultAsync(c => !c.Late, ct);
        var (finished, counts) = (completion is not null, completion is { Standing: Standing.Member });
        var last = await db.FigureAdjustments.AsNoTracking().Where(a => a.LessonId == lesson.RowId && a.PersonId == personId).OrderByDescending(a => a.Sequence).FirstOrDefaultAsync(ct);
        if (last is not null)
        {
            return new WeekState(personId, last.ToOrganisationId, last.ToExempt == 1, finished, counts, last.Sequence);
        }

        var organisation = await db.Memberships
            .Where(m => m.PersonId == personId && m.Category == PersonCategory.Member && m.Since <= instant && (m.Until == null || m.Until > instant))
            .Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        var exempt = organisation is not null && await db.Exemptions.AnyAsync(e => e.PersonId == personId && e.Since <= instant && (e.Until == null || e.Until > instant), ct);
        return new WeekState(personId, organisation, exempt, finished, counts, 0);
    }

    /// <summary>Takes the completion along, in time or 补学, if there is one, and its tally with it.</summary>
    public async Task MoveCompletionAsync(BotDb db, PublishedLesson lesson, WeekState was, WeekState shall, CancellationToken ct)
    {
        if (await Counting(db, lesson, was.PersonId).FirstOrDefaultAsync(ct) is not { } completion)
        {
            return;
        }

        var place = shall.OrganisationId ?? completion.OrganisationId;
        var standing = shall.OrganisationId is null ? Standing.Visitor : shall.IsExempt ? Standing.Exempt : Standing.Member;
        await db.Completions.Where(c => c.Id == completion.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.OrganisationId, place).SetProperty(c => c.Standing, standing), ct);
        var steps = new[] { (Place: completion.OrganisationId, completion.Standing, By: -1), (Place: place, Standing: standing, By: 1) };
        foreach (var (at, counted, by) in steps.OrderBy(s => s.Place))
        {
            await Tallies.AddAsync(db, lesson.RowId, at, counted, completion.Late, by, ct);
        }
    }

    private static IQueryable<Completion> Counting(BotDb db, PublishedLesson lesson, int personId)
        => db.Completions.AsNoTracking().Where(c => c.LessonId == lesson.RowId && c.PersonId == personId && c.Standing != Standing.Doubled);
}
