using Bot.Core.Pushes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Jobs.Pushes;

/// <summary>Lets pushes start, be filled and end: a round a second, and without much of a pause while recipients are written.</summary>
internal sealed partial class PushLoop(PushRounds rounds, TimeProvider clock, ILogger<PushLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>Leaves SQLite's one write lock to those who study; a writer asks for it every three milliseconds.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(8);

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(await rounds.RunAsync(stoppingToken) ? Between : Idle, clock, stoppingToken);
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

    [LoggerMessage(LogLevel.Error, "A round of pushes failed.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
