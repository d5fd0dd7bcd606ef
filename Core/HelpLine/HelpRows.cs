using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>A line of a list: never a word of what was said.</summary>
/// <param name="Area">Its path.</param>
/// <param name="Assigned">Login; null while nobody has it.</param>
/// <param name="MayRead">False for a supervisor who is not in the topic's team.</param>
public sealed record HelpRow(
    int Id, string Alias, HelpTopic Topic, HelpUrgency Urgency, HelpAge Age, int AreaId, string Area, int? AssignedId, string? Assigned, HelpState State, HelpOutcome? Outcome,
    DateTimeOffset OpenedAt, DateTimeOffset LastInboundAt, DateTimeOffset? WaitingSince, HelpClock Clock, DateTimeOffset? NextDueAt, DateTimeOffset? ClosedAt, bool HasLeft,
    HelpReportState Report, DateTimeOffset? ReportDueAt, string? CloseAskedBy, HelpOutcome? CloseOutcome, int? AlertId, HelpAlertKind? Alert, bool MayRead, int Version);

/// <summary>Makes lines of cases.</summary>
public sealed class HelpRows(BotDb db, OrganisationTree tree)
{
    /// <summary>In the order given.</summary>
    public async Task<IReadOnlyList<HelpRow>> OfAsync(HelpViewer viewer, IReadOnlyCollection<HelpCase> cases, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var ids = cases.Select(c => c.Id).ToList();
        var alerts = (await db.HelpAlerts.AsNoTracking().Where(a => a.AcknowledgedAt == null && ids.Contains(a.CaseId)).ToListAsync(ct))
            .GroupBy(a => a.CaseId).ToDictionary(g => g.Key, g => g.MaxBy(a => a.Kind)!); // of several the gravest
        var logins = await LoginsAsync(cases.SelectMany(c => new[] { c.AssignedId, c.CloseAskedBy }), ct);
        return [.. cases.Select(c => new HelpRow(
            c.Id, c.Alias, c.Topic, c.Urgency, c.Age, c.AreaId, all.PathOf(c.AreaId) ?? "", c.AssignedId, Login(c.AssignedId), c.State, c.Outcome, c.OpenedAt, c.LastInboundAt, c.WaitingSince, c.Clock,
            c.NextDueAt, c.ClosedAt, c.LeftAt is not null, c.Report, c.ReportDueAt, Login(c.CloseAskedBy), c.CloseOutcome, alerts.GetValueOrDefault(c.Id)?.Id, alerts.GetValueOrDefault(c.Id)?.Kind,
            HelpScope.MayRead(all, viewer, c.AreaId, c.Topic), c.Version))];

        string? Login(int? staffId) => staffId is { } id ? logins.GetValueOrDefault(id) : null;
    }

    /// <summary>Logins of these of the staff.</summary>
    public async Task<IReadOnlyDictionary<int, string>> LoginsAsync(IEnumerable<int?> staff, CancellationToken ct)
    {
        var ids = staff.OfType<int>().Distinct().ToList();
        return ids.Count == 0 ? new Dictionary<int, string>() : await db.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName!, ct);
    }
}
