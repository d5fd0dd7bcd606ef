using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>Who has not studied yet, by name: for the branch's own secretary, who comes from the chat, and for nobody else.</summary>
public sealed class Unstudied(BotDb db, TimeProvider clock)
{
    /// <summary>Members who are still there, are expected to study and have not finished, not even late; in the roster's order.</summary>
    /// <returns>Null when the names are not this viewer's to see.</returns>
    public async Task<IReadOnlyList<string>?> NamesAsync(Viewer viewer, int organisationId, PublishedLesson lesson, CancellationToken ct)
    {
        if (!viewer.IsOwnSecretaryOf(organisationId))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var counted = now < lesson.ClosesAt ? now : lesson.ClosesAt.AddMilliseconds(-1);
        return await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Until == null && membership.Category == PersonCategory.Member && membership.Since <= counted
            where !db.Completions.Any(c => c.LessonId == lesson.RowId && c.PersonId == membership.PersonId)
                && !db.Exemptions.Any(e => e.PersonId == membership.PersonId && e.Since <= counted && (e.Until == null || e.Until > counted))
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null
            orderby person.Id
            select person.Name).ToListAsync(ct);
    }
}
