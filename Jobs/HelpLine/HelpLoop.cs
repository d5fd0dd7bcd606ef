using Bot.Core.HelpLine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Jobs.HelpLine;

/// <summary>Lets the help line's clocks run and alerts go on, a round each half second; beside it, so that no alert waits for WeChat, pictures are fetched.</summary>
internal sealed partial class HelpLoop(HelpRounds rounds, HelpMedia media, TimeProvider clock, ILogger<HelpLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LoopAsync(rounds.RunAsync, stoppingToken), LoopAsync(media.RunAsync, stoppingToken));

    private async Task LoopAsync(Func<CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await round(stoppingToken);
                await Task.Delay(Between, clock, stoppingToken);
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

    [LoggerMessage(LogLevel.Error, "A round of the help line failed.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
