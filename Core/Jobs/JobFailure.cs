using System.Data.Common;
using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Staff;
using Bot.Core.WeChat;

namespace Bot.Core.Jobs;

/// <summary>Why a run failed, without a word of the fault's own message: that may hold what rows hold.</summary>
/// <param name="Word">database-away, database, timeout, network, audit-broken, <c>wechat:errcode</c> or fault.</param>
/// <param name="Type">Class names from the outermost to the innermost fault.</param>
public sealed record JobFailure(string Word, string Type)
{
    /// <summary>The word for <see cref="AuditBrokenException"/>.</summary>
    public const string AuditBroken = "audit-broken";

    public static JobFailure Of(Exception fault)
    {
        var faults = new List<Exception>();
        for (var e = fault; e is not null && faults.Count < 5; e = e.InnerException)
        {
            faults.Add(e);
        }

        return new JobFailure(
            DatabaseFaults.IsUnavailable(fault) ? "database-away"
            : faults.Exists(e => e is DbException) ? "database"
            : faults.OfType<WeChatException>().FirstOrDefault() is { } wechat ? string.Create(CultureInfo.InvariantCulture, $"wechat:{wechat.Code}")
            : faults.Exists(e => e is AuditBrokenException) ? AuditBroken
            : faults.Exists(e => e is TimeoutException) ? "timeout"
            : faults.Exists(e => e is HttpRequestException or WeChatSilenceException) ? "network"
            : "fault",
            string.Join(" < ", faults.Select(e => e.GetType().Name)));
    }
}
