using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What one person has studied, for that person's eyes only.</summary>
public sealed class OwnRecords(BotDb db, LessonShelf shelf, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>The season whose lesson opened last, newest period first.</summary>
    public async Task<OwnRecord> ReadAsync(int personId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var opened = (await shelf.AllAsync(ct)).Where(l => l.OpensAt <= now).ToList();
        var season = opened.MaxBy(l => l.OpensAt)?.Id.Season;
        var lessons = opened.Where(l => l.Id.Season == season).OrderByDescending(l => l.Id.Period).ToList();
        var ids = lessons.ConvertAll(l => l.RowId);
        var finished = await db.Completions.AsNoTracking()
            .Where(c => c.PersonId == personId && ids.Contains(c.LessonId) && c.Standing != Standing.Doubled)
            .ToDictionaryAsync(c => c.LessonId, ct);
        return new OwnRecord(await BelongingAsync(personId, ct), season, [.. lessons.Select(l => new OwnPeriod(l, finished.GetValueOrDefault(l.RowId)))]);
    }

    /// <summary>The person's completion of one lesson with where it counts; null while not finished.</summary>
    public async Task<(Completion Row, TreeNode? Organisation)?> FinishedAsync(PublishedLesson lesson, int personId, CancellationToken ct)
        => await db.Completions.AsNoTracking().FirstOrDefaultAsync(c => c.LessonId == lesson.RowId && c.PersonId == personId, ct) is { } row
            ? (row, row.Standing == Standing.Visitor ? null : (await tree.AllAsync(ct)).Find(row.OrganisationId))
            : null;

    public async Task<Belonging> BelongingAsync(int personId, CancellationToken ct)
    {
        var row = await (
            from person in db.People.AsNoTracking()
            where person.Id == personId
            join membership in db.Memberships on new { PersonId = person.Id, Until = (DateTimeOffset?)null } equals new { membership.PersonId, membership.Until } into current
            from membership in current.DefaultIfEmpty()
            select new { person.Name, OrganisationId = (int?)membership.OrganisationId, Category = (PersonCategory?)membership.Category })
            .FirstOrDefaultAsync(ct);
        var organisation = row?.OrganisationId is { } id ? (await tree.AllAsync(ct)).Find(id) : null;
        return new Belonging(row?.Name, organisation, organisation is not null && row!.Category == PersonCategory.Member);
    }
}

/// <param name="Season">Null before anything has been published.</param>
public sealed record OwnRecord(Belonging Belonging, int? Season, IReadOnlyList<OwnPeriod> Periods);

/// <param name="Completion">Null while not finished.</param>
public sealed record OwnPeriod(PublishedLesson Lesson, Completion? Completion);

/// <param name="Name">Null for a nameless follower.</param>
/// <param name="Organisation">Of the current membership.</param>
/// <param name="Counts">人员类别 团员: completions stand in the organisation's rate.</param>
public sealed record Belonging(string? Name, TreeNode? Organisation, bool Counts);
