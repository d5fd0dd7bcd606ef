using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <param name="InPeriod">Of <paramref name="People"/>, those who studied the period that was asked for.</param>
/// <param name="People">Studied with the organisation's join code and stand on no roster.</param>
/// <param name="Requests">Those of them who gave a name and wait in the tray, oldest first.</param>
public sealed record VisitorSheet(int InPeriod, int People, FirstRows<VisitorRequest> Requests)
{
    /// <summary>Never gave a name, or it went with a decision: they are a count and stay one.</summary>
    public int Nameless => People - Requests.Total;
}

/// <param name="RequestId">Of the tray.</param>
public sealed record VisitorRequest(int RequestId, string? Name, DateTimeOffset At);

/// <summary>People who studied at an organisation without being on a roster; for the branch's own secretary.</summary>
public sealed class CodeVisitors(BotDb db)
{
    /// <param name="lesson">Its season counts for <see cref="VisitorSheet.People"/>.</param>
    /// <param name="atMost">Of the requests.</param>
    /// <returns>Null when it is not this viewer's to see.</returns>
    public async Task<VisitorSheet?> ReadAsync(Viewer viewer, int organisationId, PublishedLesson lesson, int atMost, CancellationToken ct)
    {
        if (!viewer.IsOwnSecretaryOf(organisationId))
        {
            return null;
        }

        var visits = Visits(db, organisationId, lesson.Id.Season);
        var people = await visits.Select(c => c.PersonId).Distinct().CountAsync(ct);
        var inPeriod = await visits.Where(c => c.LessonId == lesson.RowId).Select(c => c.PersonId).Distinct().CountAsync(ct);
        var waiting =
            from request in db.JoinRequests.AsNoTracking()
            join account in db.Accounts on request.AccountId equals account.Id
            where request.DecidedAt == null && request.OrganisationId == organisationId && visits.Any(c => c.PersonId == account.PersonId)
            select new { request.Id, request.Name, request.At, account.PersonId };

        // Who asked from two accounts is one person.
        var requests = await waiting.Where(r => !waiting.Any(e => e.PersonId == r.PersonId && e.Id < r.Id)).OrderBy(r => r.At).ThenBy(r => r.Id)
            .FirstRowsAsync(atMost, rows => rows.Select(r => new VisitorRequest(r.Id, r.Name, r.At)), ct);
        return new VisitorSheet(inPeriod, people, requests);
    }

    /// <summary>
    /// By the index of visitors: the page of every secretary asks, and a season's completions are a region's. The smallest account is asked for
    /// and not whether there is any: from that SQLite makes a list of all accounts first.
    /// </summary>
    internal static IQueryable<Completion> Visits(BotDb db, int organisationId, int season)
        => from completion in db.Completions.AsNoTracking()
           join studied in db.Lessons on completion.LessonId equals studied.Id
           where studied.Season == season && completion.OrganisationId == organisationId && completion.Standing == Standing.Visitor
               && !db.Memberships.Any(m => m.PersonId == completion.PersonId && m.Until == null)
               && db.Accounts.Where(a => a.PersonId == completion.PersonId).Min(a => (int?)a.Id) != null
           select completion;
}
