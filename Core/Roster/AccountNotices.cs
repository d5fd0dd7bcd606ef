using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What accounts are told with the answer to their next message.</summary>
public sealed class AccountNotices(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    private static readonly Func<BotDb, int, string, IAsyncEnumerable<AccountNotice>> Waiting = EF.CompileAsyncQuery(
        (BotDb db, int accountId, string messageKey) => db.AccountNotices.AsNoTracking()
            .OrderBy(n => n.Id).Where(n => n.AccountId == accountId && (n.ToldWith == null || n.ToldWith == messageKey)));

    /// <summary>Codes of the sentences to add to the answer to this message; once told they are not told again, except to a repeat of the message. What is not so any more is not told.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(int accountId, string messageKey, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var codes = new List<string>();
        var (untold, stale) = (new List<int>(), new List<int>());
        var waiting = new List<AccountNotice>();
        await foreach (var notice in Waiting(db, accountId, messageKey).WithCancellation(ct))
        {
            waiting.Add(notice);
        }

        var today = ChinaTime.DateOf(clock.GetUtcNow());
        foreach (var notice in waiting)
        {
            if (notice.ToldWith is not null)
            {
                codes.Add(notice.Code);
            }
            else if (await TransferNotices.HoldsAsync(db, notice, today, ct))
            {
                codes.Add(notice.Code);
                untold.Add(notice.Id);
            }
            else
            {
                stale.Add(notice.Id);
            }
        }

        if (stale.Count > 0)
        {
            await db.AccountNotices.Where(n => stale.Contains(n.Id) && n.ToldWith == null).ExecuteDeleteAsync(ct);
        }

        if (untold.Count > 0)
        {
            await db.AccountNotices.Where(n => untold.Contains(n.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(n => n.ToldWith, messageKey), ct);
        }

        return [.. codes.Distinct()];
    }
}
