using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

public enum HelpQueue
{
    /// <summary>Open, nobody has them.</summary>
    Unassigned,

    /// <summary>Open, mine.</summary>
    Mine,

    /// <summary>All open ones of my teams.</summary>
    Open,

    /// <summary>Closed, not erased.</summary>
    Closed,
}

/// <summary>How long ago an open case began; as <see cref="HelpCounts"/> counts them.</summary>
public enum HelpSpan
{
    /// <summary>Less than an hour.</summary>
    Hour,

    /// <summary>An hour to a day.</summary>
    Day,

    /// <summary>A day to a week.</summary>
    Week,

    /// <summary>A week or more.</summary>
    Longer,
}

/// <param name="Alerts">Calls that nobody has acknowledged.</param>
/// <param name="UnderHour">Open cases by age; so are the three after it.</param>
/// <param name="OldestWaiting">Since when the longest waiting person waits.</param>
public sealed record HelpCounts(int Open, int Unassigned, int Mine, int Overdue, int Crises, int Alerts, int UnderHour, int UnderDay, int UnderWeek, int Older, DateTimeOffset? OldestWaiting);

/// <param name="OpenCases">How many they have now.</param>
public sealed record HelpColleague(int StaffId, string Login, bool IsAvailable, int OpenCases);

/// <summary>The lists of a counsellor: who asks for help, and who needs it first.</summary>
public sealed class HelpInbox(BotDb db, HelpRows rows, TimeProvider clock)
{
    /// <summary>Triage order: crises, then what is overdue, then the more urgent, then who has waited longest. Closed ones: the last first.</summary>
    /// <param name="areaId">An organisation, with those below it.</param>
    /// <param name="span">Of open ones.</param>
    /// <param name="count">Of rows, at most.</param>
    public async Task<IReadOnlyList<HelpRow>> ListAsync(HelpViewer viewer, HelpQueue queue, HelpTopic? topic, int? areaId, HelpSpan? span, int count, CancellationToken ct)
    {
        var (now, me) = (clock.GetUtcNow(), viewer.StaffId);
        var listed = HelpScope.Listed(db, viewer);
        listed = queue switch
        {
            HelpQueue.Unassigned => listed.Where(c => c.State == HelpState.Open && c.AssignedId == null),
            HelpQueue.Mine => listed.Where(c => c.State == HelpState.Open && c.AssignedId == me),
            HelpQueue.Open => listed.Where(c => c.State == HelpState.Open),
            _ => listed.Where(c => c.State == HelpState.Closed && c.ErasedAt == null),
        };
        if (topic is { } about)
        {
            listed = listed.Where(c => c.Topic == about);
        }

        if (areaId is { } area)
        {
            listed = listed.Where(c => db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && o.AncestorId == area));
        }

        if (span is { } age && queue != HelpQueue.Closed)
        {
            listed = Within(listed, age, now);
        }

        listed = queue == HelpQueue.Closed
            ? listed.OrderByDescending(c => c.ClosedAt).ThenByDescending(c => c.Id)
            : listed.OrderBy(c => c.Urgency == HelpUrgency.Crisis ? 0 : 1)
                .ThenBy(c => c.NextDueAt != null && c.NextDueAt <= now ? 0 : 1)
                .ThenByDescending(c => c.Urgency)
                .ThenBy(c => c.WaitingSince == null ? 1 : 0)
                .ThenBy(c => c.WaitingSince)
                .ThenBy(c => c.Id);
        return await rows.OfAsync(viewer, await listed.Take(count).ToListAsync(ct), ct);
    }

    /// <summary>By two statements.</summary>
    public async Task<HelpCounts> CountAsync(HelpViewer viewer, CancellationToken ct)
    {
        var (now, me) = (clock.GetUtcNow(), viewer.StaffId);
        var (hour, day, week) = (now.AddHours(-1), now.AddDays(-1), now.AddDays(-7));
        var open = HelpScope.Listed(db, viewer).Where(c => c.State == HelpState.Open);
        var counted = await open.GroupBy(_ => 1).Select(all => new
        {
            Open = all.Count(),
            Unassigned = all.Count(c => c.AssignedId == null),
            Mine = all.Count(c => c.AssignedId == me),
            Overdue = all.Count(c => c.NextDueAt != null && c.NextDueAt <= now),
            Crises = all.Count(c => c.Urgency == HelpUrgency.Crisis),
            UnderHour = all.Count(c => c.OpenedAt > hour),
            UnderDay = all.Count(c => c.OpenedAt > day),
            UnderWeek = all.Count(c => c.OpenedAt > week),
            OldestWaiting = all.Min(c => c.WaitingSince),
        }).FirstOrDefaultAsync(ct);
        if (counted is null)
        {
            return new HelpCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);
        }

        var alerts = await open.CountAsync(c => db.HelpAlerts.Any(a => a.CaseId == c.Id && a.AcknowledgedAt == null), ct);
        return new HelpCounts(
            counted.Open, counted.Unassigned, counted.Mine, counted.Overdue, counted.Crises, alerts,
            counted.UnderHour, counted.UnderDay - counted.UnderHour, counted.UnderWeek - counted.UnderDay, counted.Open - counted.UnderWeek, counted.OldestWaiting);
    }

    /// <summary>Whom a case can be given to: its team, with who is available.</summary>
    public async Task<IReadOnlyList<HelpColleague>> TeamOfAsync(HelpViewer viewer, int caseId, CancellationToken ct)
    {
        if (await HelpScope.Listed(db, viewer).FirstOrDefaultAsync(c => c.Id == caseId, ct) is not { } found)
        {
            return [];
        }

        var (area, topic) = (found.AreaId, found.Topic);
        var above = await db.OrganisationAncestors.Where(o => o.OrganisationId == area).Select(o => o.AncestorId).ToListAsync(ct);
        var team = await db.Users.AsNoTracking()
            .Where(u => u.LeftAt == null
                && db.HelpTeamMembers.Any(m => m.StaffId == u.Id && m.Topic == topic && above.Contains(m.OrganisationId))
                && db.StaffAssignments.Any(a => a.StaffId == u.Id && (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor) && above.Contains(a.OrganisationId)))
            .OrderBy(u => u.UserName).Select(u => new { u.Id, Login = u.UserName! }).ToListAsync(ct);
        var ids = team.Select(u => u.Id).ToList();
        var here = await db.HelpPresences.Where(p => ids.Contains(p.StaffId) && p.IsAvailable).Select(p => p.StaffId).ToListAsync(ct);
        var having = await db.HelpCases.Where(c => c.State == HelpState.Open && c.AssignedId != null && ids.Contains(c.AssignedId.Value))
            .GroupBy(c => c.AssignedId!.Value).Select(own => new { own.Key, Count = own.Count() }).ToDictionaryAsync(own => own.Key, own => own.Count, ct);
        return [.. team.Select(u => new HelpColleague(u.Id, u.Login, here.Contains(u.Id), having.GetValueOrDefault(u.Id)))];
    }

    private static IQueryable<HelpCase> Within(IQueryable<HelpCase> cases, HelpSpan span, DateTimeOffset now)
    {
        var (hour, day, week) = (now.AddHours(-1), now.AddDays(-1), now.AddDays(-7));
        return span switch
        {
            HelpSpan.Hour => cases.Where(c => c.OpenedAt > hour),
            HelpSpan.Day => cases.Where(c => c.OpenedAt <= hour && c.OpenedAt > day),
            HelpSpan.Week => cases.Where(c => c.OpenedAt <= day && c.OpenedAt > week),
            _ => cases.Where(c => c.OpenedAt <= week),
        };
    }
}
