using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Whether somebody wants pushes: no stays no until that person says otherwise. It holds for every account of the person.</summary>
public sealed class PushWishes(BotDb db, TimeProvider clock)
{
    public Task<bool> WantsAsync(KnownAccount account, CancellationToken ct) => IsWantedAsync(db, account.PersonId, ct);

    /// <summary>Whatever account it was said with, and also of one that came later.</summary>
    internal static async Task<bool> IsWantedAsync(BotDb db, int personId, CancellationToken ct) => !await db.Accounts.AnyAsync(a => a.PersonId == personId && a.NoPushesSince != null, ct);

    public async Task SetAsync(KnownAccount account, bool wants, CancellationToken ct)
    {
        DateTimeOffset? since = wants ? null : clock.GetUtcNow();
        await db.Accounts.Where(a => a.PersonId == account.PersonId && a.NoPushesSince == null != wants).ExecuteUpdateAsync(set => set.SetProperty(a => a.NoPushesSince, since), ct);
    }
}
