using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>What a notification opens, without signing in: pushes that have started, and that nobody has stopped.</summary>
public sealed class PublicPushes(BotDb db)
{
    public Task<Push?> FindAsync(int pieceId, CancellationToken ct) => db.Pushes.AsNoTracking().FirstOrDefaultAsync(p => p.PieceId == pieceId && p.State != PushState.Stopped, ct);
}
