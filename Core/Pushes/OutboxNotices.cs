using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Core.Pushes;

/// <summary>Whether what waits in the outbox is still so: people write weeks later, and by then a lesson has been studied. The beginning of a message's key says what it tells of.</summary>
internal static class OutboxNotices
{
    public static Task<bool> HoldsAsync(BotDb db, int accountId, string code, string messageKey, DateTimeOffset now, CancellationToken ct)
        => messageKey.Split(':') switch
        {
            ["transfer" or "transfers", ..] => TransferNotices.HoldsAsync(db, code, messageKey, ChinaTime.DateOf(now), ct),
            ["lesson", var lesson, "closes"] => Reminders.HoldsAsync(db, int.Parse(lesson, CultureInfo.InvariantCulture), accountId, now, ct),
            ["report", var lesson] => Reports.HoldsAsync(db, int.Parse(lesson, CultureInfo.InvariantCulture), accountId, ct),
            _ => Task.FromResult(true),
        };
}
