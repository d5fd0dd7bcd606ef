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
}

/// <param name="Name">Null for somebody who had everything deleted and goes on counting.</param>
/// <param name="Marks">One for each period of the matrix, in its order.</param>
public sealed record StudyRow(int PersonId, string? Name, string? MemberNumber, Duty? Duty, byte[]? PhoneSealed, IReadOnlyList<StudyMark> Marks);

/// <summary>How many of a period's people have a mark; those who have left the branch since are in it.</summary>
public sealed record StudyCount(PublishedLesson Lesson, int Members, int Exempt, int Studied, int Late, int Missing);

/// <param name="Periods">In the order that was asked for.</param>
/// <param name="Rows">Members of today, in the roster's order.</param>
/// <param name="Left">How many more were members in one of these periods and are not any more; they have no row.</param>
public sealed record StudySheet(DateTimeOffset At, IReadOnlyList<StudyCount> Periods, IReadOnlyList<StudyRow> Rows, int Left);

/// <summary>
/// Person by period of one branch, by name: for the branch's own secretary, who comes from the chat, and for nobody else. Each mark follows
/// the figures' rules: membership and exemption at the closing instant (now while the lesson is open), and the completion's own row.
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
        var people = db.Memberships.Where(m => m.OrganisationId == organisationId).Select(m => m.PersonId);
        var exemptions = (await db.Exemptions.AsNoTracking().Where(e => people.Contains(e.PersonId)).ToListAsync(ct)).ToLookup(e => e.PersonId);
        var rowIds = lessons.Select(l => l.RowId).ToList();
        var completions = (await db.Completions.AsNoTracking()
            .Where(c => people.Contains(c.PersonId) && rowIds.Contains(c.LessonId))
            .Select(c => new Done(c.PersonId, c.LessonId, c.Late)).ToListAsync(ct)).ToDictionary(c => (c.PersonId, c.LessonId), c => c.Late);

        var marks = held.GroupBy(h => h.PersonId)
            .Select(g => g.OrderBy(s => s.Until is null).ToList())
            .Select(spells => (Person: spells[^1], Marks: lessons.Select(l => Mark(l, spells)).ToList())).ToList();
        var counts = lessons.Select((l, i) => Count(l, marks.Select(m => m.Marks[i]))).ToList();
        var rows = marks.Where(m => m.Person.Until is null)
            .Select(m => new StudyRow(m.Person.PersonId, m.Person.Name, m.Person.MemberNumber, m.Person.Duty, m.Person.PhoneSealed, m.Marks)).ToList();
        return new StudySheet(now, counts, rows, marks.Count(m => m.Person.Until is not null && m.Marks.Exists(mark => mark != StudyMark.Elsewhere)));

        StudyMark Mark(PublishedLesson lesson, List<Held> spells)
        {
            var at = Counted(lesson, now);
            if (!spells.Exists(s => s.Since <= at && (s.Until is null || s.Until > at)))
            {
                return StudyMark.Elsewhere;
            }

            var personId = spells[0].PersonId;
            return exemptions[personId].Any(e => e.Since <= at && (e.Until is null || e.Until > at)) ? StudyMark.Exempt
                : !completions.TryGetValue((personId, lesson.RowId), out var late) ? StudyMark.Missing
                : late ? StudyMark.Late
                : StudyMark.Studied;
        }
    }

    /// <summary>The instant whose roster a lesson counts.</summary>
    private static DateTimeOffset Counted(PublishedLesson lesson, DateTimeOffset now) => now < lesson.ClosesAt ? now : ClosedCounts.LastInstantOf(lesson.ClosesAt);

    private static StudyCount Count(PublishedLesson lesson, IEnumerable<StudyMark> marks)
    {
        var by = marks.ToLookup(m => m);
        int Of(StudyMark mark) => by[mark].Count();
        return new StudyCount(
            lesson,
            Of(StudyMark.Exempt) + Of(StudyMark.Studied) + Of(StudyMark.Late) + Of(StudyMark.Missing),
            Of(StudyMark.Exempt), Of(StudyMark.Studied), Of(StudyMark.Late), Of(StudyMark.Missing));
    }

    private sealed record Held(int PersonId, string? Name, string? MemberNumber, Duty? Duty, byte[]? PhoneSealed, DateTimeOffset Since, DateTimeOffset? Until);

    private sealed record Done(int PersonId, int LessonId, bool Late);
}
