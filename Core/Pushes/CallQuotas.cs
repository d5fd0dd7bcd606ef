using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>How much of the day's quotas is left of the calls by which messages go out. Asking costs a call each, so a job does it.</summary>
public sealed partial class CallQuotas(BotDb db, WeChatApi api, TimeProvider clock, ILogger<CallQuotas> logger)
{
    public static readonly IReadOnlyList<string> Paths =
    [
        "/cgi-bin/message/custom/send", "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/template/send", "/cgi-bin/message/mass/send", "/cgi-bin/message/mass/sendall",
        "/cgi-bin/user/info", "/cgi-bin/qrcode/create", "/cgi-bin/media/upload",
    ];

    /// <summary>Asks WeChat. Calls that the account may not make have no quota; what was known of them is forgotten.</summary>
    /// <returns>How many it knows.</returns>
    /// <exception cref="WeChatException">Nothing can be asked: no token, or the account is refused.</exception>
    public async Task<int> ReadAsync(CancellationToken ct)
    {
        if (!api.IsOn(WeChatAccount.Mp))
        {
            return 0;
        }

        var known = 0;
        foreach (var path in Paths)
        {
            try
            {
                var quota = await api.Quota.GetAsync(WeChatAccount.Mp, path, ct);
                await KeepAsync(path, quota, ct);
                known++;
            }
            catch (WeChatException e) when (e.Method != WeChatCalls.TokenMethod && e.Verdict.Effect is not (WeChatEffect.Configuration or WeChatEffect.AccountBlocked))
            {
                LogUnknown(logger, path, e.Code);
                if (e.Verdict.Retry is not (WeChatRetry.Soon or WeChatRetry.NextMinute or WeChatRetry.NextDay))
                {
                    await db.CallQuotas.Where(q => q.Path == path).ExecuteDeleteAsync(ct); // it says no for good; busy or used up, it says nothing about the quota
                }
            }
        }

        return known;
    }

    /// <summary>What was read today, in China, in the order of <see cref="Paths"/>.</summary>
    public async Task<IReadOnlyList<CallQuotaReading>> TodayAsync(CancellationToken ct)
    {
        var since = ChinaTime.StartOf(ChinaTime.DateOf(clock.GetUtcNow()));
        var read = await db.CallQuotas.AsNoTracking().Where(q => q.ReadAt >= since).ToDictionaryAsync(q => q.Path, ct);
        return [.. Paths.Select(path => read.GetValueOrDefault(path)).OfType<CallQuotaReading>()];
    }

    private Task<int> KeepAsync(string path, CallQuota quota, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO call_quotas (path, daily_limit, used, remain, read_at) VALUES ({path}, {quota.DailyLimit}, {quota.Used}, {quota.Remain}, {now})
            ON CONFLICT (path) DO UPDATE SET daily_limit = excluded.daily_limit, used = excluded.used, remain = excluded.remain, read_at = excluded.read_at
            """,
            ct);
    }

    [LoggerMessage(LogLevel.Information, "WeChat tells no quota of {Path}: {Code}.")]
    private static partial void LogUnknown(ILogger logger, string path, int code);
}
