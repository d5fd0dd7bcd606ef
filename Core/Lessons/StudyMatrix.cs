using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What one person is in one period of a branch.</summary>
public enum StudyMark
{
    /// <summary>Not a member of this branch at the instant that counts.</summary>
    Elsewhere,
    Exempt,
    Studied,
    Late,
    Missing,

    /// <summary>Studied, but as a 访客, before the account stood for this person; counted as that.</summary>
    Visitor,
}

/// <param name="Name">Null for somebody who had everything deleted and goes on counting.</param>
/// <param name="Marks">One for each period of the matrix, in its order.</param>
public sealed record StudyRow(int PersonId, string? Name, string? MemberNumber, Duty? Duty, byte[]? PhoneSealed, IReadOnlyList<StudyMark> Marks);

/// <summary>The branch's own figure, added up from the marks; those who have left the branch since are in it.</summary>
public sealed record StudyCount(PublishedLesson Lesson, int Members, int Exempt, int Studied, int Late);

/// <param name="Periods">In the order that was asked for.</param>
/// <param name="Rows">Members of today, in the roster's order.</param>
/// <param name="Left">How many more were members in one of these periods and are not any more; they have no row.</param>
public sealed record StudySheet(DateTimeOffset At, IReadOnlyList<StudyCount> Periods, IReadOnlyList<StudyRow> Rows, int Left);

/// <summary>
/// Person by period of one branch, by name: for the branch's own secretary, who comes from the chat, and for nobody else. Each mark follows
/// the figures' rules: membership and exemption at the closing instant (now while the lesson is open), or what the person's week has been
/// adjusted to since, and the completion's own row.
/// </summary>
public sealed class StudyMatrix(BotDb db, TimeProvider clock)
{
    /// <summary>Null when the names are not this viewer's to see.</summary>
    /// <param name="lessons">In the order of the columns.</param>
    public async Task<StudySheet?> ReadAsync(Viewer viewer, int organisationId, IReadOnlyList<PublishedLesson> lessons, CancellationToken ct)
    {
        if (!viewer.IsOwnSecretaryOf(organisationId))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var earliest = lessons.Count == 0 ? now : lessons.Min(l => Counted(l, now));
        var held = await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Category == PersonCategory.Member && (membership.Until == null || membership.Until > earliest)
            join person in db.People on membership.PersonId equals person.Id
            orderby person.Id
            select new Held(person.Id, person.Name, person.MemberNumber, membership.Duty, person.PhoneSealed, membership.Since, membership.Until)).ToListAsync(ct);
        var people = db.Memberships.Where(m => m.OrganisationId == organisationId).Select(m => m.PersonId)
            .Union(db.FigureAdjustments.Where(a => a.ToOrganisationId == organisationId).Select(a => a.PersonId));
        var exemptions = (await db.Exemptions.AsNoTracking().Where(e => people.Contains(e.PersonId)).ToListAsync(ct)).ToLookup(e => e.PersonId);
        var rowIds = lessons.Select(l => l.RowId).ToList();
        var completions = (await db.Completions.AsNoTracking()
            .Where(c => people.Contains(c.PersonId) && rowIds.Contains(c.LessonId) && c.Standing != Standing.Doubled)
            .Select(c => new Done(c.PersonId, c.LessonId, c.Standing, c.Late)).ToListAsync(ct)).ToDictionary(c => (c.PersonId, c.LessonId));
        var adjusted = (await db.FigureAdjustments.AsNoTracking()
            .Where(a => people.Contains(a.PersonId) && rowIds.Contains(a.LessonId)).OrderBy(a => a.Sequence)
            .Select(a => new Adjusted(a.PersonId, a.LessonId, a.ToOrganisationId, a.ToExempt == 1)).ToListAsync(ct))
            .GroupBy(a => (a.PersonId, a.LessonId)).ToDictionary(g => g.Key, g => g.Last());

        var spells = held.ToLookup(h => h.PersonId);
        var rows = held.Where(h => h.Until is null).Select(h => new StudyRow(h.PersonId, h.Name, h.MemberNumber, h.Duty, h.PhoneSealed, Marks(h.PersonId))).ToList();
        var left = held.Select(h => h.PersonId).Concat(adjusted.Keys.Select(k => k.PersonId)).Except(rows.Select(r => r.PersonId)).Select(Marks).ToList();
        var counts = lessons.Select((l, i) => Count(l, rows.Select(r => r.Marks[i]).Concat(left.Select(marks => marks[i])))).ToList();
        return new StudySheet(now, counts, rows, left.Count(marks => marks.Exists(mark => mark != StudyMark.Elsewhere)));

        List<StudyMark> Marks(int personId) => [.. lessons.Select(l => Mark(l, personId))];

        StudyMark Mark(PublishedLesson lesson, int personId)
        {
            // As the counters: of an open lesson what is current counts, of a closed one what was at its last instant.
            DateTimeOffset? at = now < lesson.ClosesAt ? null : ClosedCounts.LastInstantOf(lesson.ClosesAt);
            bool Holds(DateTimeOffset since, DateTimeOffset? until) => at is null ? until is null : since <= at && (until is null || until > at);
            var (isHere, isExempt) = adjusted.TryGetValue((personId, lesson.RowId), out var week) ? (week.OrganisationId == organisationId, week.IsExempt)
                : (spells[personId].Any(s => Holds(s.Since, s.Until)), exemptions[personId].Any(e => Holds(e.Since, e.Until)));
            return !isHere ? StudyMark.Elsewhere
                : isExempt ? StudyMark.Exempt
                : !completions.TryGetValue((personId, lesson.RowId), out var done) ? StudyMark.Missing
                : done.Standing == Standing.Visitor ? StudyMark.Visitor
                : done.Late ? StudyMark.Late
                : StudyMark.Studied;
        }
    }

    /// <summary>The instant whose roster a lesson counts.</summary>
    private static DateTimeOffset Counted(PublishedLesson lesson, DateTimeOffset now) => now < lesson.ClosesAt ? now : ClosedCounts.LastInstantOf(lesson.ClosesAt);

    private static StudyCount Count(PublishedLesson lesson, IEnumerable<StudyMark> marks)
    {
        var here = marks.Where(m => m != StudyMark.Elsewhere).ToList();
        int Of(StudyMark mark) => here.Count(m => m == mark);
        return new StudyCount(lesson, here.Count, Of(StudyMark.Exempt), Of(StudyMark.Studied), Of(StudyMark.Late));
    }

    private sealed record Held(int PersonId, string? Name, string? MemberNumber, Duty? Duty, byte[]? PhoneSealed, DateTimeOffset Since, DateTimeOffset? Until);

    private sealed record Done(int PersonId, int LessonId, Standing Standing, bool Late);

    private sealed record Adjusted(int PersonId, int LessonId, int? OrganisationId, bool IsExempt);
}
