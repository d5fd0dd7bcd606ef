using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>How many messages of one kind stand where.</summary>
/// <param name="ErrCode">WeChat's last word about them, if any.</param>
public sealed record OutboxFigure(string Code, OutboxState State, int? ErrCode, int Count);

/// <summary>Counts over the outbox; who got what is nobody's to see.</summary>
public sealed class OutboxFigures(BotDb db)
{
    public Task<List<OutboxFigure>> SinceAsync(DateTimeOffset since, CancellationToken ct)
        => db.Outbox.Where(m => m.PushId == null && m.UrgentAt == null && m.At >= since).GroupBy(m => new { m.Code, m.State, m.ErrCode })
            .Select(g => new OutboxFigure(g.Key.Code, g.Key.State, g.Key.ErrCode, g.Count())).ToListAsync(ct);
}
