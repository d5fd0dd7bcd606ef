using Bot.Core.Data;
using Bot.Core.Pushes;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Jobs;

/// <summary>What must not go unseen, in the order in which it is shown.</summary>
public enum AlarmKind
{
    /// <summary>An entry of the audit log was removed or changed.</summary>
    AuditBroken,

    /// <summary>For ten minutes no token could be had: nothing goes out.</summary>
    NoToken,

    /// <summary>WeChat refuses the account, its secret or our address.</summary>
    Refused,

    /// <summary>A call's quota of today is used up.</summary>
    QuotaUsedUp,

    /// <summary>Less than a tenth of a call's quota of today is left.</summary>
    QuotaLow,

    /// <summary>A message should have gone out an hour ago.</summary>
    OutboxStuck,

    /// <summary>A job failed twice in a row.</summary>
    JobFails,
}

/// <param name="Since">From when on it has been so, as far as is known; of a quota when it was read.</param>
/// <param name="What">The job, or the path of the call; null where the kind says it all.</param>
/// <param name="ErrCode">WeChat's, if it said one.</param>
public sealed record Alarm(AlarmKind Kind, DateTimeOffset Since, string? What = null, int? ErrCode = null);

/// <summary>Read from what is stored anyway, so that every node says the same and nothing has to run for it.</summary>
public sealed class Alarms(BotDb db, WeChatApi api, CallQuotas quotas, PushesOptions pushes, IOptions<WeChatOptions> wechat, TimeProvider clock)
{
    /// <summary>The job that fetches tokens: its failures say that there is none to be had.</summary>
    public const string TokenJob = "WarmTokens";

    private const int LookedAt = 500;

    private static readonly TimeSpan NoTokenFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StuckFor = TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<Alarm>> ReadAsync(CancellationToken ct)
    {
        var failing = await FailingAsync(ct);
        var alarms = failing.Where(a => a.What != TokenJob).ToList();
        if (failing.Find(a => a.What == TokenJob) is { } token && clock.GetUtcNow() - token.Since >= NoTokenFor)
        {
            alarms.Add(token with { Kind = AlarmKind.NoToken, What = null });
        }

        if (await RefusedAsync(ct) is { } refused && !alarms.Exists(a => a.Kind == AlarmKind.NoToken && a.ErrCode == refused.ErrCode))
        {
            alarms.Add(refused);
        }

        alarms.AddRange((await quotas.TodayAsync(ct)).Where(q => q.IsLow || q.IsUsedUp)
            .Select(q => new Alarm(q.IsUsedUp ? AlarmKind.QuotaUsedUp : AlarmKind.QuotaLow, q.ReadAt, q.Path)));
        if (await StuckSinceAsync(ct) is { } stuck)
        {
            alarms.Add(new Alarm(AlarmKind.OutboxStuck, stuck));
        }

        return [.. alarms.OrderBy(a => a.Kind)];
    }

    /// <summary>
    /// Jobs whose last two runs failed, or whose last found the audit log broken: that does not mend itself. With the end of the last good run,
    /// else of the oldest that is kept.
    /// </summary>
    private async Task<List<Alarm>> FailingAsync(CancellationToken ct)
    {
        var suspects = await (from state in db.JobStates
                              where db.JobRuns.Any(r => r.Job == state.Job && r.Outcome == JobOutcome.Failed)
                              select state.Job).ToListAsync(ct);
        var failing = new List<Alarm>();
        foreach (var job in suspects)
        {
            var ended = db.JobRuns.AsNoTracking().Where(r => r.Job == job && (r.Outcome == JobOutcome.Done || r.Outcome == JobOutcome.Failed)).OrderByDescending(r => r.Id);
            var last = await ended.Take(2).Select(r => new { r.Outcome, r.Failure }).ToListAsync(ct);
            var isBroken = last is [{ Failure: JobFailure.AuditBroken }, ..];
            if (isBroken || (last.Count == 2 && last.TrueForAll(r => r.Outcome == JobOutcome.Failed)))
            {
                var good = await ended.Where(r => r.Outcome == JobOutcome.Done).Select(r => (long?)r.Id).FirstOrDefaultAsync(ct) ?? 0;
                var since = await db.JobRuns.Where(r => r.Job == job && r.Id > good && r.Outcome == JobOutcome.Failed).OrderBy(r => r.Id).Select(r => r.BeganAt).FirstAsync(ct);
                failing.Add(isBroken ? new Alarm(AlarmKind.AuditBroken, since) : new Alarm(AlarmKind.JobFails, since, job, CodeOf(last[0].Failure)));
            }
        }

        return failing;
    }

    /// <summary>As this node knows it, or as waiting messages were told on whichever node.</summary>
    private async Task<Alarm?> RefusedAsync(CancellationToken ct)
    {
        if (api.Trouble(WeChatAccount.Mp) is { } trouble)
        {
            return new Alarm(AlarmKind.Refused, trouble.At, null, trouble.Code);
        }

        // What was refused is tried again later than anything else that waits: a look at the last ones, however many there are.
        var waiting = db.Outbox.Where(m => m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Waiting)
            .OrderByDescending(m => m.DueAt).ThenByDescending(m => m.Id).Take(LookedAt).Where(m => m.ErrCode != null);
        var codes = await waiting.Select(m => m.ErrCode!.Value).Distinct().ToListAsync(ct);
        var refusals = codes.FindAll(c => WeChatErrors.Of(c).Effect is WeChatEffect.Configuration or WeChatEffect.AccountBlocked);
        if (refusals.Count == 0)
        {
            return null;
        }

        var code = refusals[0];
        var since = await waiting.Where(m => m.ErrCode == code).OrderBy(m => m.TakenAt).Select(m => m.TakenAt).FirstOrDefaultAsync(ct);
        return new Alarm(AlarmKind.Refused, since ?? clock.GetUtcNow(), null, code);
    }

    /// <summary>Nights do not count, nor the first hour after them; nor what waits because there is no secret to send with.</summary>
    private async Task<DateTimeOffset?> StuckSinceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!api.IsOn(WeChatAccount.Mp) || pushes.IsQuiet(now) || pushes.IsQuiet(now - StuckFor))
        {
            return null;
        }

        var (before, appId) = (now - StuckFor, wechat.Value.Mp.AppId);
        return await db.Outbox.Where(m => m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Waiting && m.DueAt < before && db.Accounts.Any(a => a.Id == m.AccountId && a.AppId == appId))
            .OrderBy(m => m.DueAt).Select(m => (DateTimeOffset?)m.DueAt).FirstOrDefaultAsync(ct);
    }

    private static int? CodeOf(string? failure)
        => failure?.Split(':') is ["wechat", var code] && int.TryParse(code, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
