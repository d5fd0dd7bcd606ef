using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>
/// An appeal beside what the server knows. It keeps no row of an attempt, of a link that was opened or of a session: what is not here was
/// not kept.
/// </summary>
/// <param name="Name">Null for somebody on no roster.</param>
/// <param name="Text">The person's own words.</param>
/// <param name="CountedAt">The instant whose roster decides: the lesson's last one, or now while it is open.</param>
/// <param name="OrganisationThen">Where the person was a 团员 then; null for nowhere.</param>
/// <param name="OrganisationNow">Null for nowhere.</param>
/// <param name="JoinedAt">When the account last used a join code; null for never.</param>
/// <param name="Adjustments">How often this person's week has been corrected.</param>
public sealed record AppealCase(
    Appeal Appeal, PublishedLesson? Lesson, string? Name, string? Text, Completion? Completion, DateTimeOffset CountedAt, int? OrganisationThen, bool ExemptThen,
    int? OrganisationNow, DateTimeOffset? JoinedAt, int Adjustments);

/// <summary>Lays the server's rows beside an appeal.</summary>
public sealed class AppealFacts(BotDb db, LessonShelf shelf, AdjustedWeeks weeks, Vault vault, TimeProvider clock)
{
    public async Task<AppealCase> OfAsync(Appeal appeal, CancellationToken ct)
    {
        var personId = appeal.PersonId;
        var lesson = (await shelf.AllAsync(ct)).FirstOrDefault(l => l.RowId == appeal.LessonId);
        var week = lesson is null ? null : await weeks.FindAsync(db, lesson, personId, ct);
        var now = clock.GetUtcNow();
        var open = lesson is null || now < lesson.ClosesAt;
        var organisation = await db.Memberships.Where(m => m.PersonId == personId && m.Until == null && m.Category == PersonCategory.Member).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        return new AppealCase(
            appeal,
            lesson,
            await db.People.Where(p => p.Id == personId).Select(p => p.Name).FirstOrDefaultAsync(ct),
            appeal.TextSealed is null ? null : vault.Open(appeal.TextSealed),
            await db.Completions.AsNoTracking().FirstOrDefaultAsync(c => c.LessonId == appeal.LessonId && c.PersonId == personId, ct),
            open ? now : ClosedCounts.LastInstantOf(lesson!.ClosesAt),
            open ? organisation : week?.OrganisationId,
            open ? await db.Exemptions.AnyAsync(e => e.PersonId == personId && e.Until == null, ct) : week is { IsExempt: true },
            organisation,
            await db.Accounts.Where(a => a.Id == appeal.AccountId).Select(a => a.JoinUsedAt).FirstOrDefaultAsync(ct),
            week?.Sequence ?? 0);
    }
}
