using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Pushes;

/// <summary>A message that this node has taken to send it.</summary>
internal sealed record TakenMessage(long Id, int AccountId, string Code, string Key, DateTimeOffset At, DateTimeOffset TakenAt);

/// <summary>Takes rows of the outbox and writes their outcomes. Each statement names <c>state &lt;= 1</c> and <c>push_id</c>, by which SQLite finds the index of open rows.</summary>
public sealed class OutboxRows(IDbContextFactory<BotDb> databases, IOptions<WeChatOptions> wechat, TimeProvider clock)
{
    /// <summary>Longer than a call and its repeats take; whoever took a message before that has ended.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(2);

    /// <param name="urgent">Of what goes out day and night alone; else of anything.</param>
    internal async Task<bool> IsAnyDueAsync(bool urgent, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (now, appId) = (clock.GetUtcNow(), wechat.Value.Mp.AppId);
        if (urgent)
        {
            return await db.Outbox.AnyAsync(
                m => m.State <= OutboxState.Sending && m.UrgentAt != null && m.State == OutboxState.Waiting && m.DueAt <= now && db.Accounts.Any(a => a.Id == m.AccountId && a.AppId == appId), ct);
        }

        return await db.Outbox.AnyAsync(
            m => m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Waiting && m.DueAt <= now && db.Accounts.Any(a => a.Id == m.AccountId && a.AppId == appId), ct);
    }

    /// <returns>Of how many nobody will ever know whether they arrived.</returns>
    internal async Task<int> GiveUpLostAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var before = now - LostAfter;
        var lost = db.Outbox.Where(m => m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Sending && m.TakenAt < before);
        return !await lost.AnyAsync(ct) ? 0 : await lost.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Unknown).SetProperty(m => m.EndedAt, now), ct);
    }

    /// <summary>
    /// Of each account its oldest open message, if it is due and nothing else is on its way to the account. Not to be given up half-way: what is
    /// taken must be sent. What is urgent waits for other urgent messages only.
    /// </summary>
    internal async Task<List<TakenMessage>> TakeAsync(int atMost, bool urgent = false)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow();
        await using var transaction = db.Database.IsSqliteDatabase() ? null : await db.Database.BeginTransactionAsync();
        if (transaction is not null)
        {
            // Whoever takes a push's recipients meanwhile would not see what is taken here, nor be seen.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({RecipientTaker.LockKey})");
        }

        // An array is made once; PostgreSQL may run an IN's statement again for each row, and take more than it was to.
        var (those, end) = db.Database.IsSqliteDatabase()
            ? (new SqlText("IN ("), new SqlText(")"))
            : (new SqlText("= ANY (ARRAY("), new SqlText("FOR UPDATE OF o SKIP LOCKED))"));
        var (mine, before) = urgent ? (new SqlText("o.urgent_at IS NOT NULL AND "), new SqlText("e.urgent_at IS NOT NULL AND ")) : (new SqlText(""), new SqlText(""));
        var taken = await db.ReadRowsAsync(
            $"""
            UPDATE outbox SET state = 1, taken_at = {now.ToUnixTimeMilliseconds()}
            WHERE state <= 1 AND push_id IS NULL AND state = 0 AND id {those}
                SELECT o.id FROM outbox o JOIN accounts a ON a.id = o.account_id
                WHERE {mine} o.state <= 1 AND o.push_id IS NULL AND o.state = 0 AND o.due_at <= {now.ToUnixTimeMilliseconds()} AND a.app_id = {wechat.Value.Mp.AppId}
                    AND NOT EXISTS (SELECT 1 FROM outbox e WHERE {before} e.account_id = o.account_id AND e.id < o.id AND e.state <= 1 AND e.push_id IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.account_id = o.account_id AND b.state = 1 AND b.push_id IS NOT NULL)
                ORDER BY o.due_at, o.id LIMIT {atMost} {end}
            RETURNING id, account_id, code, message_key, at
            """,
            row => new TakenMessage(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), now),
            default);
        await (transaction?.CommitAsync() ?? Task.CompletedTask);
        return taken;
    }

    /// <summary>By which way it goes out, on record before the call: WeChat's word about it may come before the call's own answer.</summary>
    internal async Task GoesByAsync(TakenMessage message, OutboxChannel channel)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Outbox.Where(m => m.Id == message.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Channel, channel));
    }

    /// <summary>What is known replaces what was given up as unknown; what WeChat's events have told stays.</summary>
    internal async Task StoreAsync(TakenMessage message, OutboxOutcome outcome)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow();
        await db.Outbox.Where(m => m.Id == message.Id && m.TakenAt == message.TakenAt && (m.State == OutboxState.Sending || m.State == OutboxState.Unknown))
            .ExecuteUpdateAsync(set => set
                .SetProperty(m => m.State, outcome.State)
                .SetProperty(m => m.EndedAt, outcome.State == OutboxState.Waiting ? null : now)
                .SetProperty(m => m.DueAt, m => outcome.Again ?? m.DueAt)
                .SetProperty(m => m.Channel, m => outcome.Channel ?? m.Channel)
                .SetProperty(m => m.WeChatId, outcome.WeChatId)
                .SetProperty(m => m.ErrCode, outcome.ErrCode)
                .SetProperty(m => m.Rid, outcome.Rid));
        if (outcome.IsUnfollowed)
        {
            await db.Accounts.Where(a => a.Id == message.AccountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false));
        }
    }
}
