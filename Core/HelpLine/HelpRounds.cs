using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.HelpLine;

/// <summary>What time does to cases: clocks run down, alerts go from person to person, starts are settled, and nobody is left with an agent who went home.</summary>
public sealed partial class HelpRounds(
    IDbContextFactory<BotDb> databases, HelpStarts starts, HelpReturns returns, HelpDoor door, HelpLineOptions options, HelpPolicy policy, OrganisationTree tree, TimeProvider clock, ILogger<HelpRounds> logger)
{
    /// <summary>Of alerts that are no crisis, from one level to the next; in office hours.</summary>
    private static readonly TimeSpan CalmNext = TimeSpan.FromMinutes(30);

    /// <summary>One round; a second lies between two.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!options.Open && !await door.HasCasesAsync(ct))
        {
            return;
        }

        await RaiseAsync(ct);
        await CallAsync(ct);
        await starts.SettleAsync(ct);
        await returns.RunAsync(ct);
    }

    /// <summary>Clocks that have run down, and decisions that are late, call somebody; acknowledged and still not done, they call again.</summary>
    private async Task RaiseAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var late = await db.HelpCases.AsNoTracking()
            .Where(c => c.State <= HelpState.Open && c.State == HelpState.Open && c.NextDueAt <= now
                && !db.HelpAlerts.Any(a => a.CaseId == c.Id && a.AcknowledgedAt == null && (a.Kind == HelpAlertKind.Crisis || a.Kind == HelpAlertKind.Overdue)))
            .Select(c => new { c.Id, c.Urgency, c.Clock, Heard = db.HelpAlerts.Where(a => a.CaseId == c.Id && (a.Kind == HelpAlertKind.Crisis || a.Kind == HelpAlertKind.Overdue)).Max(a => a.AcknowledgedAt) })
            .ToListAsync(ct);
        foreach (var of in late)
        {
            var isCrisis = of.Urgency == HelpUrgency.Crisis && of.Clock is HelpClock.First or HelpClock.Next;
            if (of.Heard is not { } heard || (isCrisis ? heard + options.SupervisorAfter : policy.After(heard, policy.Next)) <= now)
            {
                await HelpCalls.RaiseAsync(db, of.Id, isCrisis ? HelpAlertKind.Crisis : HelpAlertKind.Overdue, now, ct);
            }
        }

        var undecided = await db.HelpCases.AsNoTracking()
            .Where(c => c.State <= HelpState.Open && c.State == HelpState.Open && c.ReportDueAt <= now && !db.HelpAlerts.Any(a => a.CaseId == c.Id && a.AcknowledgedAt == null && a.Kind == HelpAlertKind.Report))
            .Select(c => new { c.Id, Heard = db.HelpAlerts.Where(a => a.CaseId == c.Id && a.Kind == HelpAlertKind.Report).Max(a => a.AcknowledgedAt) }).ToListAsync(ct);
        foreach (var of in undecided.Where(of => of.Heard is not { } heard || policy.After(heard, policy.Next) <= now))
        {
            await HelpCalls.RaiseAsync(db, of.Id, HelpAlertKind.Report, now, ct);
        }

        // Raised when it was looked at; of two in one case the review of one leaves the other.
        foreach (var caseId in await db.HelpReveals.Where(r => r.State == HelpRevealState.Emergency && db.HelpCases.Any(c => c.Id == r.CaseId && c.ErasedAt == null)
            && !db.HelpAlerts.Any(a => a.CaseId == r.CaseId && a.AcknowledgedAt == null && a.Kind == HelpAlertKind.Review)).Select(r => r.CaseId).Distinct().ToListAsync(ct))
        {
            await HelpCalls.RaiseAsync(db, caseId, HelpAlertKind.Review, now, ct);
        }
    }

    /// <summary>Brings due alerts to those whose turn it is. The statement that takes the level decides which node does.</summary>
    private async Task CallAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var due = await (from alert in db.HelpAlerts.AsNoTracking()
                         join of in db.HelpCases on alert.CaseId equals of.Id
                         where alert.AcknowledgedAt == null && alert.NextAt <= now
                         orderby alert.Kind descending, alert.RaisedAt
                         select new { alert, of.AreaId, of.Topic }).Take(200).ToListAsync(ct);
        foreach (var (alert, areaId, topic) in due.Select(d => (d.alert, d.AreaId, d.Topic)))
        {
            var isCrisis = alert.Kind == HelpAlertKind.Crisis;
            if (!isCrisis && !policy.IsOffice(now))
            {
                var opens = policy.NextOffice(now);
                await db.HelpAlerts.Where(a => a.Id == alert.Id && a.NextAt == alert.NextAt).ExecuteUpdateAsync(set => set.SetProperty(a => a.NextAt, opens), ct);
                continue;
            }

            var (turn, people) = await TurnAsync(db, alert, areaId, topic, now, ct);
            var level = Math.Min((int)turn + 1, (int)HelpTurn.Everybody);
            var next = isCrisis ? NextOf(alert, turn, now) : policy.After(now, CalmNext);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await db.HelpAlerts.Where(a => a.Id == alert.Id && a.AcknowledgedAt == null && a.Level == alert.Level && a.NextAt == alert.NextAt)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Level, level).SetProperty(a => a.NextAt, next), ct) > 0)
            {
                var accounts = await db.StaffLinks.Where(l => people.Contains(l.StaffId)).Select(l => l.AccountId).ToListAsync(ct);
                db.AddRange(accounts.Select(id => HelpOutbox.Row(id, HelpOutbox.Alert, FormattableString.Invariant($"help-alert:{alert.Id}:{level}:{now.ToUnixTimeMilliseconds()}"), now)));
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                LogCalled(logger, alert.Id, alert.Kind, level, people.Count, accounts.Count);
                if (people.Count == 0)
                {
                    LogNobody(logger, alert.Id, alert.Kind);
                }
            }
        }
    }

    /// <summary>Who is called now. A turn with nobody in it is passed over at once; where nobody is on duty the team does not wait for the next.</summary>
    private async Task<(HelpTurn Turn, IReadOnlyList<int> People)> TurnAsync(BotDb db, HelpAlert alert, int areaId, HelpTopic topic, DateTimeOffset now, CancellationToken ct)
    {
        var (all, turn) = (await tree.AllAsync(ct), (HelpTurn)Math.Min(alert.Level, (int)HelpTurn.Everybody));
        if (alert.Kind is HelpAlertKind.Review or HelpAlertKind.Report)
        {
            return (HelpTurn.Supervisors, alert.Kind == HelpAlertKind.Review ? await HelpPeople.CustodiansAsync(db, all, areaId, ct) : await HelpPeople.OfAsync(db, all, areaId, topic, HelpTurn.Supervisors, now, ct));
        }

        while (true)
        {
            var people = turn == HelpTurn.NextOnDuty && alert.Kind != HelpAlertKind.Crisis ? [] : await HelpPeople.OfAsync(db, all, areaId, topic, turn, now, ct);
            if (people.Count > 0 || turn == HelpTurn.Everybody)
            {
                return (turn, people);
            }

            turn = turn == HelpTurn.OnDuty ? HelpTurn.Team : turn + 1;
        }
    }

    /// <summary>Of a crisis: the next person after a while, the supervisors after another, and the team half-way between them.</summary>
    private DateTimeOffset NextOf(HelpAlert alert, HelpTurn turn, DateTimeOffset now)
    {
        var next = turn switch
        {
            HelpTurn.OnDuty => alert.RaisedAt + options.NextAfter,
            HelpTurn.NextOnDuty => alert.RaisedAt + ((options.NextAfter + options.SupervisorAfter) / 2),
            HelpTurn.Team => alert.RaisedAt + options.SupervisorAfter,
            _ => now + options.NextAfter,
        };
        return next < now ? now : next;
    }

    [LoggerMessage(LogLevel.Error, "Alert {Alert} ({Kind}) finds nobody to call: give the team and its supervisors their roles and topics.")]
    private static partial void LogNobody(ILogger logger, int alert, HelpAlertKind kind);

    [LoggerMessage(LogLevel.Information, "Alert {Alert} ({Kind}), level {Level}: {People} are called, {Accounts} of them in WeChat.")]
    private static partial void LogCalled(ILogger logger, int alert, HelpAlertKind kind, int level, int people, int accounts);
}
