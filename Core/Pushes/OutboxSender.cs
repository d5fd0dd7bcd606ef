using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// Sends what is due. A message is taken before it is sent, so that it goes out once at most: whose outcome was not written down, because
/// the process ended, is unknown. One for a process.
/// </summary>
public sealed partial class OutboxSender(
    IServiceScopeFactory scopes,
    IDbContextFactory<BotDb> databases,
    OutboxRows rows,
    Credits credits,
    Vault vault,
    ContentLibrary content,
    PushesOptions options,
    TimeProvider clock,
    ILogger<OutboxSender> logger)
{
    /// <summary>Messages on their way from one node.</summary>
    private const int AtOnce = 16;

    private const int TriesToStore = 5;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);

    private DateTimeOffset _pausedUntil;
    private volatile bool _isProbing;
    private string? _noToken;

    /// <returns>How many messages it took; 0 when there is nothing to do now.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (await rows.GiveUpLostAsync(ct) is > 0 and var lost)
        {
            LogLost(logger, lost);
        }

        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        var now = clock.GetUtcNow();
        if (now < _pausedUntil || options.IsQuiet(now) || !api.IsOn(WeChatAccount.Mp) || !await rows.IsAnyDueAsync(ct) || !await HasTokenAsync(api, ct))
        {
            return 0;
        }

        // After a refusal of the whole account one message shows whether it has been mended. What has been taken is sent to its end even
        // while the process is asked to stop.
        ct.ThrowIfCancellationRequested();
        var taken = await rows.TakeAsync(_isProbing ? 1 : AtOnce);
        var pauses = (await Task.WhenAll(taken.Select(message => SendAsync(api, message)))).OfType<DateTimeOffset>().ToList();
        if (taken.Count > 0)
        {
            _isProbing = pauses.Count > 0;
            _pausedUntil = pauses.Count > 0 ? pauses.Max() : default;
        }

        return taken.Count;
    }

    /// <summary>Without a token nothing is taken: everything waits as it is. A probe asks by itself, so as not to use up the circuit's one call.</summary>
    private async Task<bool> HasTokenAsync(WeChatApi api, CancellationToken ct)
    {
        if (_isProbing)
        {
            return true;
        }

        try
        {
            await api.AccessTokenAsync(WeChatAccount.Mp, ct);
            _noToken = null;
            return true;
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            if (_noToken != e.Message)
            {
                LogNoToken(logger, _noToken = e.Message);
            }

            return false;
        }
    }

    /// <returns>Until when nothing else is to be sent; null for no pause.</returns>
    private async Task<DateTimeOffset?> SendAsync(WeChatApi api, TakenMessage message)
    {
        OutboxOutcome outcome;
        try
        {
            outcome = await TryAsync(api, message);
        }
        catch (Exception e)
        {
            LogNotTried(logger, e);
            outcome = OutboxOutcome.NotTried(message.TakenAt - message.At, clock.GetUtcNow());
        }

        await StoreAsync(() => rows.StoreAsync(message, outcome));
        return outcome.Pause;
    }

    private async Task<OutboxOutcome> TryAsync(WeChatApi api, TakenMessage message)
    {
        await using var db = await databases.CreateDbContextAsync();
        var account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == message.AccountId);

        // Of equal ones the last is told: what happened in between is read before it.
        if (account is null || !await OutboxNotices.HoldsAsync(db, message.AccountId, message.Code, message.Key, message.TakenAt, default)
            || await db.Outbox.AnyAsync(m => m.AccountId == message.AccountId && m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Waiting && m.Code == message.Code && m.Id > message.Id))
        {
            return new OutboxOutcome(OutboxState.Void);
        }

        if (account.Follows == false)
        {
            return new OutboxOutcome(OutboxState.Parked);
        }

        var (openId, text) = (vault.Open(account.OpenIdSealed), content.Reply(message.Code));
        var chat = CustomMessage.Text(text);
        var outcome = await CallAsync(message, OutboxChannel.Chat, async () =>
        {
            await api.Messages.SendAsync(WeChatAccount.Mp, openId, chat, default);
            return null;
        });
        return outcome is { State: OutboxState.Parked, IsUnfollowed: false } && options.Notice.IsOn && await credits.TrySpendAsync(account.Id, options.Notice.TemplateId, message.Id, default)
            ? await NotifyAsync(api, message, openId, text, outcome)
            : outcome;
    }

    /// <summary>A credit has been spent: it stays so only where the notification went out, or may have.</summary>
    private async Task<OutboxOutcome> NotifyAsync(WeChatApi api, TakenMessage message, string openId, string text, OutboxOutcome parked)
    {
        await rows.GoesByAsync(message, OutboxChannel.Notification);
        var outcome = await CallAsync(message, OutboxChannel.Notification, () => api.Messages.SendNotificationAsync(WeChatAccount.Mp, openId, Notice(text, message.At), default)!);
        if (outcome.State is OutboxState.Sent or OutboxState.Unknown)
        {
            return outcome;
        }

        var isDenied = outcome.ErrCode is { } code && WeChatErrors.Of(code).Effect == WeChatEffect.NoCredit;
        await StoreAsync(() => isDenied ? credits.DenyAsync(message.AccountId, options.Notice.TemplateId, default) : credits.ReturnAsync(message.Id, default));
        return outcome.State == OutboxState.Waiting ? outcome : parked with { Channel = outcome.Channel, ErrCode = outcome.ErrCode, Rid = outcome.Rid };
    }

    private async Task<OutboxOutcome> CallAsync(TakenMessage message, OutboxChannel channel, Func<Task<string?>> call)
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

    /// <summary>What is known shall not be lost to a database that is busy for a moment; after that it is found as lost.</summary>
    private async Task StoreAsync(Func<Task> store)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store();
                return;
            }
            catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
            {
                if (tries == TriesToStore)
                {
                    LogNotStored(logger, e);
                    return;
                }

                await Task.Delay(BetweenTries, clock);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nothing is sent for want of a token: {Reason}")]
    private static partial void LogNoToken(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Nobody knows whether {Count} messages arrived: their sender ended. They are not repeated.")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "A message was not tried.")]
    private static partial void LogNotTried(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "The outcome of a message was not stored.")]
    private static partial void LogNotStored(ILogger logger, Exception fault);
}
