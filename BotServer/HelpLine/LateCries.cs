using System.Collections.Concurrent;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.HelpLine;

/// <summary>
/// What tells of danger and could not be stored when they came: the person has the numbers already, and was told that nobody was reached. They
/// are tried again until somebody is, and then the person hears of it. In memory alone: of none of them was it said that it is stored.
/// </summary>
internal sealed partial class LateCries(IServiceScopeFactory scopes, HelpLineOptions options, ContentLibrary content, TimeProvider clock, ILogger<LateCries> logger) : BackgroundService
{
    /// <summary>Whoever tells of danger has an answer after so long, stored or not.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    private const int Most = 5_000;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EachTakes = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<Cry> _waiting = new();

    public void Keep(string appId, InboundMessage message, string messageKey)
    {
        if (options.Open && _waiting.Count < Most)
        {
            _waiting.Enqueue(new Cry(appId, message, messageKey, clock.GetUtcNow()));
            LogKept(logger, _waiting.Count);
        }
    }

    /// <summary>The sentence for it, by its key. Only what opens a case by itself is promised to be tried again: anything else may end in an offer that nobody hears.</summary>
    public string ApologyFor(Inbound cry)
        => !options.Open ? "help-line.soon"
            : options.OpensOnDanger && SaidWords.SaidIn(cry) is { } said && content.Crisis.Find(said) == CrisisLevel.Life ? "help-line.busy"
            : "help-line.busy-offer";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Between, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            for (var left = _waiting.Count; left > 0 && !stoppingToken.IsCancellationRequested && _waiting.TryPeek(out var cry); left--)
            {
                var isDone = await TryAsync(cry, stoppingToken) || clock.GetUtcNow() - cry.At > GivesUpAfter;
                _waiting.TryDequeue(out _);
                if (!isDone)
                {
                    _waiting.Enqueue(cry);
                }
            }
        }

        if (!_waiting.IsEmpty)
        {
            LogLost(logger, _waiting.Count);
        }
    }

    private async Task<bool> TryAsync(Cry cry, CancellationToken ct)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(ct);
        budget.CancelAfter(EachTakes);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var by = await scope.ServiceProvider.GetRequiredService<Accounts>().FindOrAddAsync(cry.AppId, cry.Message.FromUserName, budget.Token);
            if (await scope.ServiceProvider.GetRequiredService<HelpRelay>().HearAsync(by, cry.Message, cry.MessageKey, budget.Token) is { IsInCase: true })
            {
                var db = scope.ServiceProvider.GetRequiredService<BotDb>();
                db.Add(HelpOutbox.Row(by.Id, HelpOutbox.Late, "help-late:" + cry.MessageKey, clock.GetUtcNow()));
                await db.TrySaveNewAsync(budget.Token); // told once
            }

            return true;
        }
        catch (Exception fault)
        {
            LogAgain(logger, fault.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A text that tells of danger could not be stored; {Waiting} are tried again.")]
    private static partial void LogKept(ILogger logger, int waiting);

    [LoggerMessage(LogLevel.Warning, "A text that tells of danger still cannot be stored: {Fault}.")]
    private static partial void LogAgain(ILogger logger, string fault);

    [LoggerMessage(LogLevel.Error, "The program ends and {Count} texts that tell of danger were not stored. Their writers have the telephone numbers.")]
    private static partial void LogLost(ILogger logger, int count);

    private sealed record Cry(string AppId, InboundMessage Message, string MessageKey, DateTimeOffset At);
}
