using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bot.Core.Pushes;

/// <summary>
/// Sends what is due. A message is taken before it is sent, so that it goes out once at most: whose outcome was not written down, because
/// the process ended, is unknown.
/// </summary>
public sealed partial class OutboxSender(
    IServiceScopeFactory scopes,
    IDbContextFactory<BotDb> databases,
    Credits credits,
    Vault vault,
    ContentLibrary content,
    IOptions<WeChatOptions> wechat,
    PushesOptions options,
    TimeProvider clock,
    ILogger<OutboxSender> logger)
{
    /// <summary>Messages on their way from one node.</summary>
    private const int AtOnce = 16;

    /// <summary>Longer than a call and its repeats take; whoever took a message before that has ended.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(2);

    /// <returns>How many messages it took; 0 when there is nothing to do now.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await GiveUpLostAsync(now, ct);
        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        if (options.IsQuiet(now) || !api.IsOn(WeChatAccount.Mp) || !await IsAnyDueAsync(now, ct) || !await HasTokenAsync(api, ct))
        {
            return 0;
        }

        var taken = await TakeAsync(now, ct);

        // What has been taken is sent to its end even while the process is asked to stop.
        await Task.WhenAll(taken.Select(message => SendAsync(api, message)));
        return taken.Count;
    }

    private async Task<bool> IsAnyDueAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Outbox.AnyAsync(m => m.State == OutboxState.Waiting && m.DueAt <= now, ct);
    }

    /// <summary>Without a token nothing is taken: everything waits as it is.</summary>
    private async Task<bool> HasTokenAsync(WeChatApi api, CancellationToken ct)
    {
        try
        {
            await api.AccessTokenAsync(WeChatAccount.Mp, ct);
            return true;
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            LogNoToken(logger, e.Message);
            return false;
        }
    }

    private async Task GiveUpLostAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var lost = now - LostAfter;
        var count = await db.Outbox.Where(m => m.State == OutboxState.Sending && m.TakenAt < lost)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Unknown).SetProperty(m => m.EndedAt, now), ct);
        if (count > 0)
        {
            LogLost(logger, count);
        }
    }

    /// <summary>Of each account its oldest open message, if it is due.</summary>
    private async Task<List<Taken>> TakeAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var unlocked = new SqlText(db.Database.IsSqliteDatabase() ? "" : "FOR UPDATE OF o SKIP LOCKED");
        return await db.ReadRowsAsync(
            $"""
            UPDATE outbox SET state = {(int)OutboxState.Sending}, taken_at = {now.ToUnixTimeMilliseconds()}
            WHERE state = {(int)OutboxState.Waiting} AND id IN (
                SELECT o.id FROM outbox o JOIN accounts a ON a.id = o.account_id
                WHERE o.state = {(int)OutboxState.Waiting} AND o.due_at <= {now.ToUnixTimeMilliseconds()} AND a.app_id = {wechat.Value.Mp.AppId}
                    AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.account_id = o.account_id AND e.id < o.id AND e.state <= {(int)OutboxState.Sending})
                ORDER BY o.due_at, o.id LIMIT {AtOnce} {unlocked})
            RETURNING id, account_id, code, message_key, at
            """,
            row => new Taken(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), now),
            ct);
    }

    private async Task SendAsync(WeChatApi api, Taken message)
    {
        try
        {
            await StoreAsync(message, await TryAsync(api, message));
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            LogNotStored(logger, e); // it will be found as lost
        }
    }

    private async Task<OutboxOutcome> TryAsync(WeChatApi api, Taken message)
    {
        await using var db = await databases.CreateDbContextAsync();
        var account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == message.AccountId);
        if (account is null || !await TransferNotices.HoldsAsync(db, message.Code, message.Key, ChinaTime.DateOf(message.TakenAt), default))
        {
            return new OutboxOutcome(OutboxState.Void);
        }

        if (account.Follows == false)
        {
            return new OutboxOutcome(OutboxState.Parked);
        }

        var (openId, text) = (vault.Open(account.OpenIdSealed), content.Reply(message.Code));
        var outcome = await CallAsync(message, OutboxChannel.Chat, async () =>
        {
            await api.Messages.SendAsync(WeChatAccount.Mp, openId, CustomMessage.Text(text), default);
            return null;
        });
        if (outcome.State != OutboxState.Parked || outcome.IsUnfollowed || !options.Notice.IsOn || !await credits.TrySpendAsync(account.Id, options.Notice.TemplateId, message.Id, default))
        {
            return outcome;
        }

        // On record before the call: WeChat's word about it may come before the call's own answer.
        await db.Outbox.Where(m => m.Id == message.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Channel, OutboxChannel.Notification));
        outcome = await CallAsync(message, OutboxChannel.Notification, () => api.Messages.SendNotificationAsync(WeChatAccount.Mp, openId, Notice(text, message.At), default)!);
        if (outcome.ErrCode is { } code && WeChatErrors.Of(code).Effect == WeChatEffect.NoCredit)
        {
            await credits.DenyAsync(account.Id, options.Notice.TemplateId, default);
        }
        else if (outcome.State is OutboxState.Waiting)
        {
            await credits.ReturnAsync(message.Id, default);
        }

        return outcome;
    }

    private async Task<OutboxOutcome> CallAsync(Taken message, OutboxChannel channel, Func<Task<string?>> call)
    {
        var age = message.TakenAt - message.At;
        try
        {
            return new OutboxOutcome(OutboxState.Sent, Channel: channel, WeChatId: await call());
        }
        catch (WeChatException e)
        {
            return OutboxOutcome.Of(e, age, clock.GetUtcNow()) with { Channel = channel };
        }
        catch (WeChatSilenceException e)
        {
            return OutboxOutcome.Of(e, age, clock.GetUtcNow()) with { Channel = channel };
        }
    }

    private Notification Notice(string text, DateTimeOffset at)
    {
        var when = ChinaTime.Of(at);
        List<(string Key, string Value)> data = [(options.Notice.What, text)];
        if (options.Notice.When.Length > 0)
        {
            data.Add((options.Notice.When, $"{when:yyyy年M月d日 HH:mm}"));
        }

        return new Notification(options.Notice.TemplateId, null, data);
    }

    private async Task StoreAsync(Taken message, OutboxOutcome outcome)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow();
        var mine = db.Outbox.Where(m => m.Id == message.Id && m.State == OutboxState.Sending && m.TakenAt == message.TakenAt);
        await mine.ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, outcome.State)
            .SetProperty(m => m.EndedAt, outcome.State == OutboxState.Waiting ? null : now)
            .SetProperty(m => m.DueAt, m => outcome.Again ?? m.DueAt)
            .SetProperty(m => m.Channel, m => outcome.Channel ?? m.Channel)
            .SetProperty(m => m.WeChatId, outcome.WeChatId)
            .SetProperty(m => m.ErrCode, outcome.ErrCode)
            .SetProperty(m => m.Rid, outcome.Rid));
        if (outcome.State == OutboxState.Sent)
        {
            // Two events, one sentence: reading it twice would tell nothing more.
            await db.Outbox.Where(m => m.AccountId == message.AccountId && m.Code == message.Code && m.State == OutboxState.Waiting && m.At <= message.TakenAt)
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Sent).SetProperty(m => m.EndedAt, now));
        }
        else if (outcome.IsUnfollowed)
        {
            await db.Accounts.Where(a => a.Id == message.AccountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false));
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nothing is sent for want of a token: {Reason}")]
    private static partial void LogNoToken(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Nobody knows whether {Count} messages arrived: their sender ended. They are not repeated.")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "The outcome of a message was not stored.")]
    private static partial void LogNotStored(ILogger logger, Exception fault);

    private sealed record Taken(long Id, int AccountId, string Code, string Key, DateTimeOffset At, DateTimeOffset TakenAt);
}
