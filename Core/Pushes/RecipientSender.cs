using Bot.Core.Privacy;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// Sends pushes to those who have left a credit for a notification. A recipient is taken before it is sent, so that it goes out once at most. One
/// for a process.
/// </summary>
public sealed partial class RecipientSender(
    IServiceScopeFactory scopes,
    RecipientRows rows,
    OutcomeKeeper keeper,
    SendingPace pace,
    Vault vault,
    AddressCheck addresses,
    PushesOptions options,
    SiteOptions site,
    TimeProvider clock,
    ILogger<RecipientSender> logger)
{
    private readonly SendingGate _gate = new(options, clock, logger);
    private readonly HaltedPushes _halted = new(clock);
    private readonly RecipientLooks _looks = new(rows, clock);
    private volatile Made? _made;

    /// <summary>One run: until nobody waits, sending has to stop, or a minute is over.</summary>
    /// <returns>How many recipients it took; 0 when there is nothing to do now.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (await rows.GiveUpLostAsync(ct) is > 0 and var lost)
        {
            LogLost(logger, lost);
        }

        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        var rotation = new RecipientRotation(rows, _looks, _gate, api, _halted.Contains, clock);
        return await new RecipientRun(rows, rotation, _looks, _halted, Notice, api, _gate, pace, keeper, vault, addresses, clock, logger).RunAsync(ct);
    }

    /// <summary>The same for all recipients of a push: made once for each time that the push is read.</summary>
    private Notification Notice(OpenPush push)
    {
        if (_made is not { } made || !ReferenceEquals(made.Push, push))
        {
            _made = made = new Made(push, options.Notice.Of(push.Title, push.StartedAt, site.At(push.Page)));
        }

        return made.Notice;
    }

    [LoggerMessage(LogLevel.Warning, "Nobody knows whether a push reached {Count} recipients: their sender ended. They are not sent it again.")]
    private static partial void LogLost(ILogger logger, int count);

    private sealed record Made(OpenPush Push, Notification Notice);
}
