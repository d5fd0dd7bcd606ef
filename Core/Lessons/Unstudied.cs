using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <param name="Names">Of those who are still there, are expected to study and have not finished, not even late; in the roster's order.</param>
/// <param name="Figure">The branch's own, of the same moment; null when the lesson has closed.</param>
public sealed record StillToStudy(IReadOnlyList<string> Names, Figure? Figure);

/// <summary>Who has not studied yet, by name: for the branch's own secretary, who comes from the chat, and for nobody else.</summary>
public sealed class Unstudied(BotDb db, TimeProvider clock)
{
    /// <summary>Names and counters by one statement, so that the page never says another number than it lists.</summary>
    /// <returns>Null when the names are not this viewer's to see.</returns>
    public async Task<StillToStudy?> ReadAsync(Viewer viewer, int organisationId, PublishedLesson lesson, CancellationToken ct)
    {
        if (!viewer.IsOwnSecretaryOf(organisationId))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (now >= lesson.ClosesAt)
        {
            return new StillToStudy(await Names(organisationId, lesson, lesson.ClosesAt.AddMilliseconds(-1)).ToListAsync(ct), null);
        }

        var names = Names(organisationId, lesson, now);
        var read = await db.Organisations.AsNoTracking().Where(o => o.Id == organisationId).Select(o => new
        {
            Head = db.Headcounts.Where(h => h.OrganisationId == o.Id).Select(h => new { h.Members, h.Exempt }).FirstOrDefault(),
            Tally = db.Tallies.Where(t => t.OrganisationId == o.Id && t.LessonId == lesson.RowId).Select(t => new { t.Completed, t.Late, t.Visitors }).FirstOrDefault(),
            Names = names.ToList(),
        }).FirstAsync(ct);
        return new StillToStudy(
            read.Names,
            new Figure(read.Head?.Members ?? 0, read.Head?.Exempt ?? 0, read.Tally?.Completed ?? 0, read.Tally?.Late ?? 0, read.Tally?.Visitors ?? 0));
    }

    private IQueryable<string> Names(int organisationId, PublishedLesson lesson, DateTimeOffset counted)
        => from membership in db.Memberships.AsNoTracking()
           where membership.OrganisationId == organisationId && membership.Until == null && membership.Category == PersonCategory.Member && membership.Since <= counted
           where !db.Completions.Any(c => c.LessonId == lesson.RowId && c.PersonId == membership.PersonId)
               && !db.Exemptions.Any(e => e.PersonId == membership.PersonId && e.Since <= counted && (e.Until == null || e.Until > counted))
           join person in db.People on membership.PersonId equals person.Id
           where person.Name != null
           orderby person.Id
           select person.Name;
}
