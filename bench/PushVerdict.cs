using Bot.Bench.Setup;
using Bot.Core.Pushes;
using Bot.Simulator.Platform;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>What the database says became of each recipient, against what the platform counted.</summary>
internal static class PushVerdict
{
    public static async Task AddAsync(Workspace workspace, Report report, int recipients, CrowdCount count, int mostUnknown, CancellationToken ct)
    {
        var states = await workspace.InDbAsync(db => db.Outbox.Where(m => m.PushId != null).GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct));
        var spent = await workspace.InDbAsync(db => db.Credits.CountAsync(c => c.End == CreditEnd.Spent, ct));
        var (sent, unknown) = (states.GetValueOrDefault(OutboxState.Sent), states.GetValueOrDefault(OutboxState.Unknown));
        report.Add("reached", count.Reached);
        report.AddAtMost("duplicates", count.Twice, 0);
        report.Add("sent", sent);
        report.AddAtMost("unknown", unknown, mostUnknown);
        report.AddAtMost("withoutOutcome", recipients - sent - unknown, 0);

        // Everybody whose row says so got it; who got it and is not sent is unknown.
        report.AddAtMost("sentButNotReached", Math.Max(0, sent - count.Reached), 0);
        report.AddAtMost("reachedButNotKnown", Math.Max(0, count.Reached - sent - unknown), 0);
        report.AddAtMost("creditsAmiss", Math.Abs(spent - sent - unknown), 0);
    }
}
