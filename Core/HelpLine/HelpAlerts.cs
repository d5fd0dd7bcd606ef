using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="MayEnd">The viewer may acknowledge it: a report a supervisor of the area alone.</param>
public sealed record HelpAlertRow(int Id, int CaseId, string Alias, HelpTopic Topic, string Area, HelpAlertKind Kind, DateTimeOffset RaisedAt, int Level, bool MayRead, bool MayEnd);

/// <summary>Alerts as the console shows them, until one acknowledges them.</summary>
public sealed class HelpAlerts(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>Open alerts of the viewer's areas and teams, crises first. What is reviewed stands before custodians elsewhere.</summary>
    public async Task<IReadOnlyList<HelpAlertRow>> OpenAsync(HelpViewer viewer, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var found = await (from of in HelpScope.Listed(db, viewer)
                           join alert in db.HelpAlerts on of.Id equals alert.CaseId
                           where alert.AcknowledgedAt == null && alert.Kind != HelpAlertKind.Review
                           orderby alert.Kind descending, alert.RaisedAt
                           select new { alert, of.Alias, of.Topic, of.AreaId }).ToListAsync(ct);
        return [.. found.Select(f => new HelpAlertRow(
            f.alert.Id, f.alert.CaseId, f.Alias, f.Topic, all.PathOf(f.AreaId) ?? "", f.alert.Kind, f.alert.RaisedAt, f.alert.Level, HelpScope.MayRead(all, viewer, f.AreaId, f.Topic),
            f.alert.Kind != HelpAlertKind.Report || HelpScope.Supervises(all, viewer, f.AreaId)))];
    }

    /// <summary>Somebody takes it on: nobody else is called. Of two the first does; the second is told so. A report is a supervisor's; a review ends with a custodian's decision.</summary>
    public async Task<Result<int>> AcknowledgeAsync(HelpViewer viewer, int alertId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.HelpAlerts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == alertId, ct) is not { } alert || await HelpScope.Listed(db, viewer).FirstOrDefaultAsync(c => c.Id == alert.CaseId, ct) is not { } of)
        {
            return HelpScope.NotFound;
        }

        if (alert.Kind == HelpAlertKind.Review || (alert.Kind == HelpAlertKind.Report && !HelpScope.Supervises(await tree.AllAsync(ct), viewer, of.AreaId)))
        {
            return alert.Kind == HelpAlertKind.Review ? HelpScope.CustodianOnly : HelpScope.SupervisorOnly;
        }

        return await db.HelpAlerts.Where(a => a.Id == alertId && a.AcknowledgedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now).SetProperty(a => a.AcknowledgedBy, viewer.StaffId), ct) > 0 ? alert.CaseId : HelpReplies.Changed;
    }
}
