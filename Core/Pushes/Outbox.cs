using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>What accounts are told with the answer to their next message, where it was not sent before.</summary>
public sealed class Outbox(IDbContextFactory<BotDb> databases, Accounts accounts, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Who has not written for so long does not want to hear of it any more.</summary>
    private static readonly TimeSpan WaitsFor = TimeSpan.FromDays(180);

    private static readonly OutboxState[] Untold = [OutboxState.Waiting, OutboxState.Parked];

    private static readonly Func<BotDb, int, string, IAsyncEnumerable<OutboxMessage>> Waiting = EF.CompileAsyncQuery(
        (BotDb db, int accountId, string messageKey) => db.Outbox.AsNoTracking()
            .OrderBy(m => m.Id).Where(m => m.AccountId == accountId && (m.State == OutboxState.Waiting || m.State == OutboxState.Parked || m.ToldWith == messageKey)));

    /// <summary>
    /// Codes of the sentences to add to the answer to this message; once told they are not told again, except to a repeat of the message.
    /// What is on its way already is not told, nor what is not so any more.
    /// </summary>
    public async Task<IReadOnlyList<string>> TakeAsync(int accountId, string messageKey, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var waiting = new List<OutboxMessage>();
        await foreach (var message in Waiting(db, accountId, messageKey).WithCancellation(ct))
        {
            waiting.Add(message);
        }

        var (untold, stale) = (new List<long>(), new List<long>());
        foreach (var message in waiting.Where(m => m.ToldWith is null))
        {
            (await OutboxNotices.HoldsAsync(db, accountId, message.Code, message.MessageKey, now, ct) ? untold : stale).Add(message.Id);
        }

        await EndAsync(stale, OutboxState.Void, null);
        if (await EndAsync(untold, OutboxState.Told, messageKey) < untold.Count)
        {
            // A sender was quicker with some of them.
            var told = await db.Outbox.Where(m => untold.Contains(m.Id) && m.ToldWith == messageKey).Select(m => m.Id).ToListAsync(ct);
            untold.RemoveAll(id => !told.Contains(id));
        }

        return [.. waiting.Where(m => m.ToldWith is not null || untold.Contains(m.Id)).Select(m => m.Code).Reverse().Distinct().Reverse()];

        async Task<int> EndAsync(List<long> ids, OutboxState state, string? toldWith)
            => ids.Count == 0 ? 0 : await db.Outbox.Where(m => ids.Contains(m.Id) && Untold.Contains(m.State)).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.State, state).SetProperty(m => m.ToldWith, toldWith).SetProperty(m => m.EndedAt, now), ct);
    }

    /// <summary>
    /// WeChat's word, later, about notifications that it took. What did not reach the person is told with the answer to the next message.
    /// The word may come before the answer to the call: of one account only one message is on its way, so it is that one's.
    /// </summary>
    public async Task LearnAsync(string appId, SubscribeMsgSent sent, CancellationToken ct)
    {
        var failed = sent.Outcomes.Where(o => o.ErrorCode != 0 && o.MsgId.Length > 0).ToList();
        if (failed.Count == 0 || await accounts.FindAsync(appId, sent.FromUserName, ct) is not { } account)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var outcome in failed)
        {
            var own = db.Outbox.Where(m => m.AccountId == account.Id);
            var known = own.Where(m => m.WeChatId == outcome.MsgId);
            var meant = await known.AnyAsync(ct) ? known.Where(m => m.State == OutboxState.Sent) : own.Where(m => m.State == OutboxState.Sending && m.Channel == OutboxChannel.Notification);
            await meant.ExecuteUpdateAsync(set => set
                .SetProperty(m => m.State, OutboxState.Parked).SetProperty(m => m.ErrCode, (int)outcome.ErrorCode).SetProperty(m => m.WeChatId, outcome.MsgId), ct);
        }
    }

    /// <summary>Removes what is over for a month, and what has waited for half a year.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (over, tooLong) = (clock.GetUtcNow() - KeptFor, clock.GetUtcNow() - WaitsFor);
        await db.Outbox.Where(m => m.At < over && m.State != OutboxState.Sending && (m.At < tooLong || !Untold.Contains(m.State))).ExecuteDeleteAsync(ct);
    }
}
