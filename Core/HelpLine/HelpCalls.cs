using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Raises alerts, in the transaction of what they tell of; <see cref="HelpRounds"/> brings them to people.</summary>
internal static class HelpCalls
{
    /// <summary>Raises one, or lifts the open one where this is the graver. A supervisor's begins with the supervisors.</summary>
    public static Task RaiseAsync(BotDb db, int caseId, HelpAlertKind kind, DateTimeOffset now, CancellationToken ct)
    {
        var (at, level) = (now.ToUnixTimeMilliseconds(), kind is HelpAlertKind.Report or HelpAlertKind.Review ? 2 : 0);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO help_alerts (case_id, kind, raised_at, level, next_at) VALUES ({caseId}, {(int)kind}, {at}, {level}, {at})
            ON CONFLICT (case_id) WHERE acknowledged_at IS NULL DO UPDATE SET kind = excluded.kind, raised_at = excluded.raised_at, level = excluded.level, next_at = excluded.next_at
            WHERE help_alerts.kind < excluded.kind
            """,
            ct);
    }

    /// <summary>Nobody has acknowledged it yet.</summary>
    public static Task<bool> WaitsAsync(BotDb db, int alertId, CancellationToken ct) => db.HelpAlerts.AnyAsync(a => a.Id == alertId && a.AcknowledgedAt == null, ct);

    /// <summary>Whoever answers, or closes, has heard it.</summary>
    public static Task EndAsync(BotDb db, int caseId, int? by, DateTimeOffset now, CancellationToken ct)
        => db.HelpAlerts.Where(a => a.CaseId == caseId && a.AcknowledgedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now).SetProperty(a => a.AcknowledgedBy, by), ct);
}
