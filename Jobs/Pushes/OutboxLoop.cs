using Bot.Core.Pushes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Jobs.Pushes;

/// <summary>Lets the outbox be sent, a round a second and without a pause while there is much.</summary>
internal sealed partial class OutboxLoop(OutboxSender sender, TimeProvider clock, ILogger<OutboxLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await sender.RunAsync(stoppingToken) == 0)
                {
                    await Task.Delay(Idle, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFault(logger, e);
                await Task.Delay(AfterFault, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A round of the outbox failed.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
