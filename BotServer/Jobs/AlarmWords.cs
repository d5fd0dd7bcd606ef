using Bot.Core;
using Bot.Core.Jobs;
using Bot.Server.Pushes;

namespace Bot.Server.Jobs;

/// <summary>Alarms, for screens.</summary>
internal static class AlarmWords
{
    public static string Of(Alarm alarm)
    {
        var why = alarm.ErrCode is { } code ? $"（错误码 {code}）{WeChatWords.Of(code)}" : "";
        var since = ChinaTime.Table(alarm.Since);
        return alarm.Kind switch
        {
            AlarmKind.AuditBroken => $"审计记录对不上：有记录被删掉或者改过，{since} 核对时发现。先不要动数据库，马上告诉系统管理员。",
            AlarmKind.NoToken => $"{since} 起拿不到微信的凭证，一条消息都发不出去。{why}",
            AlarmKind.Refused => $"微信不让用公众号的接口，{since}。{why}",
            AlarmKind.QuotaUsedUp => $"今天“{QuotaWords.Of(alarm.What!)}”的次数用完了，明天零点才有。",
            AlarmKind.QuotaLow => $"今天“{QuotaWords.Of(alarm.What!)}”的次数只剩不到一成。",
            AlarmKind.OutboxStuck => $"有消息 {since} 就该发，到现在没有发出去。",
            _ => $"定时任务“{JobWords.Of(alarm.What!).Name}”从 {since} 起一直失败。{why}",
        };
    }

    /// <summary>Where more about it stands.</summary>
    public static string Href(Alarm alarm) => alarm.Kind switch
    {
        AlarmKind.QuotaUsedUp or AlarmKind.QuotaLow => "/staff/outbox#quotas",
        AlarmKind.AuditBroken => "/staff/audit",
        AlarmKind.JobFails => "/staff/jobs?job=" + alarm.What,
        _ => "/staff/outbox",
    };
}
