using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Raises alerts, in the transaction of what they tell of; <see cref="HelpRounds"/> brings them to people.</summary>
internal static class HelpCalls
{
    /// <summary>Raises one where none of its kind is open in the case. A supervisor's begins with the supervisors.</summary>
    public static Task RaiseAsync(BotDb db, int caseId, HelpAlertKind kind, DateTimeOffset now, CancellationToken ct)
    {
        var (at, level) = (now.ToUnixTimeMilliseconds(), kind is HelpAlertKind.Report or HelpAlertKind.Review ? (int)HelpTurn.Supervisors : 0);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO help_alerts (case_id, kind, raised_at, level, next_at) VALUES ({caseId}, {(int)kind}, {at}, {level}, {at})
            ON CONFLICT (case_id, kind) WHERE acknowledged_at IS NULL DO NOTHING
            """,
            ct);
    }

    /// <summary>Nobody has acknowledged it yet.</summary>
    public static Task<bool> WaitsAsync(BotDb db, int alertId, CancellationToken ct) => db.HelpAlerts.AnyAsync(a => a.Id == alertId && a.AcknowledgedAt == null, ct);

    /// <summary>Whoever answers, or closes, has heard the crisis, and that an answer was late. What supervisors and custodians decide goes on calling.</summary>
    public static Task EndAsync(BotDb db, int caseId, int? by, DateTimeOffset now, CancellationToken ct)
        => db.HelpAlerts.Where(a => a.CaseId == caseId && a.AcknowledgedAt == null && (a.Kind == HelpAlertKind.Crisis || a.Kind == HelpAlertKind.Overdue))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now).SetProperty(a => a.AcknowledgedBy, by), ct);

    /// <summary>Of a case that is erased: nothing is left to decide.</summary>
    public static Task EndAllAsync(BotDb db, int caseId, DateTimeOffset now, CancellationToken ct)
        => db.HelpAlerts.Where(a => a.CaseId == caseId && a.AcknowledgedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now), ct);
}
