using Bot.Core.Pushes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Jobs.Pushes;

/// <summary>
/// Lets the outbox be sent, a round a second and without a pause while there is much: people's own messages, pushes as notifications and pushes
/// as mass messages, none waiting for another.
/// </summary>
internal sealed partial class OutboxLoop(OutboxSender messages, RecipientSender recipients, MassSender mass, TimeProvider clock, ILogger<OutboxLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        LoopAsync(messages.RunAsync, stoppingToken),
        LoopAsync(recipients.RunAsync, stoppingToken),
        LoopAsync(
            async ct =>
            {
                await mass.RunAsync(ct);
                return 0; // WeChat takes one a second
            },
            stoppingToken));

    private async Task LoopAsync(Func<CancellationToken, Task<int>> round, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await round(ct) == 0)
                {
                    await Task.Delay(Idle, clock, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFault(logger, e);
                await Task.Delay(AfterFault, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A round of the outbox failed.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
