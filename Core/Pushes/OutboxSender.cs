using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Privacy;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// Sends people's own messages that are due. A message is taken before it is sent, so that it goes out once at most: whose outcome was not
/// written down, because the process ended, is unknown. One for a process.
/// </summary>
public sealed partial class OutboxSender(
    IServiceScopeFactory scopes,
    IDbContextFactory<BotDb> databases,
    OutboxRows rows,
    OutcomeKeeper keeper,
    SendingPace pace,
    Credits credits,
    Vault vault,
    ContentLibrary content,
    HelpOutbox help,
    PushesOptions options,
    SiteOptions site,
    TimeProvider clock,
    ILogger<OutboxSender> logger)
{
    /// <summary>Messages on their way from one node.</summary>
    private const int AtOnce = 16;

    /// <summary>Where somebody finds their own matters. Pages know people by their session: no address says who it is for.</summary>
    private const string OwnPage = "/y/me";

    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["notice.lesson-closes"] = "/y/reminder",
        ["notice.report"] = "/staff/reports",
        [HelpOutbox.Alert] = "/staff/help",
    };

    private readonly SendingGate _gate = new(options, clock, logger);

    /// <returns>How many messages it took; 0 when there is nothing to do now.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (await rows.GiveUpLostAsync(ct) is > 0 and var lost)
        {
            LogLost(logger, lost);
        }

        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        if (_gate.IsShut(api))
        {
            return 0;
        }

        // Somebody waits for these: day and night, before everything else.
        var urgent = await rows.IsAnyDueAsync(urgent: true, ct);
        if ((!urgent && (_gate.IsQuiet || !await rows.IsAnyDueAsync(urgent: false, ct))) || !await _gate.HasTokenAsync(api, ct))
        {
            return 0;
        }

        // What has been taken is sent to its end even while the process is asked to stop.
        ct.ThrowIfCancellationRequested();
        var atMost = _gate.IsProbing ? 1 : AtOnce;
        var taken = await rows.TakeAsync(atMost, urgent);
        if (urgent && taken.Count == 0 && !_gate.IsQuiet)
        {
            taken = await rows.TakeAsync(atMost); // what is urgent waits for something of its own account
        }

        foreach (var outcome in await Task.WhenAll(taken.Select(message => SendAsync(api, message))))
        {
            _gate.Note(outcome);
        }

        return taken.Count;
    }

    private async Task<OutboxOutcome> SendAsync(WeChatApi api, TakenMessage message)
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

        await keeper.KeepAsync(() => rows.StoreAsync(message, outcome));
        return outcome;
    }

    private async Task<OutboxOutcome> TryAsync(WeChatApi api, TakenMessage message)
    {
        await using var db = await databases.CreateDbContextAsync();
        var account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == message.AccountId);

        // Of equal ones the last is told: what happened in between is read before it. Replies of the help line are never equal.
        var reply = account is not null && HelpOutbox.IsReply(message.Code) ? await help.TextAsync(db, message.Key, default) : null;
        if (account is null || (HelpOutbox.IsReply(message.Code) ? reply is null : !await OutboxNotices.HoldsAsync(db, message.AccountId, message.Code, message.Key, message.TakenAt, default)
            || await db.Outbox.AnyAsync(m => m.AccountId == message.AccountId && m.State <= OutboxState.Sending && m.PushId == null && m.State == OutboxState.Waiting && m.Code == message.Code && m.Id > message.Id)))
        {
            return new OutboxOutcome(OutboxState.Void);
        }

        if (account.Follows == false)
        {
            return new OutboxOutcome(OutboxState.Parked);
        }

        var (openId, text) = (vault.Open(account.OpenIdSealed), reply ?? content.Reply(message.Code));
        var chat = CustomMessage.Text(text);
        var outcome = await CallAsync(message, OutboxChannel.Chat, async () =>
        {
            await api.Messages.SendAsync(WeChatAccount.Mp, openId, chat, default);
            return null;
        });
        return outcome is { State: OutboxState.Parked, IsUnfollowed: false } && options.Notice.IsOn && (message.Code == HelpOutbox.Alert || !HelpOutbox.IsHelp(message.Code)) && await credits.TrySpendAsync(account.Id, options.Notice.TemplateId, message.Id, default)
            ? await NotifyAsync(api, message, openId, text, outcome)
            : outcome;
    }

    /// <summary>A credit has been spent: it stays so only where the notification went out, or may have.</summary>
    private async Task<OutboxOutcome> NotifyAsync(WeChatApi api, TakenMessage message, string openId, string text, OutboxOutcome parked)
    {
        var notice = options.Notice.Of(text, message.At, site.At(Pages.GetValueOrDefault(message.Code, OwnPage)));
        await rows.GoesByAsync(message, OutboxChannel.Notification);
        var outcome = await CallAsync(message, OutboxChannel.Notification, () => api.Messages.SendNotificationAsync(WeChatAccount.Mp, openId, notice, default)!);
        if (outcome.State is OutboxState.Sent or OutboxState.Unknown)
        {
            return outcome;
        }

        await keeper.KeepAsync(() => outcome.IsDenied ? credits.DenyAsync(message.AccountId, options.Notice.TemplateId, default) : credits.ReturnAsync(message.Id, default));
        return outcome.State != OutboxState.Waiting ? parked with { Channel = outcome.Channel, ErrCode = outcome.ErrCode, Rid = outcome.Rid }
            : outcome.IsQuota ? outcome with { Pause = null } // pushes may have used the day's notifications up: messages in the chat go on
            : outcome;
    }

    private async Task<OutboxOutcome> CallAsync(TakenMessage message, OutboxChannel channel, Func<Task<string?>> call)
    {
        await pace.WaitAsync(default);
        return await OutboxOutcome.OfAsync(channel, call, message.TakenAt - message.At, clock);
    }

    [LoggerMessage(LogLevel.Warning, "Nobody knows whether {Count} messages arrived: their sender ended. They are not repeated.")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "A message was not tried.")]
    private static partial void LogNotTried(ILogger logger, Exception fault);
}
