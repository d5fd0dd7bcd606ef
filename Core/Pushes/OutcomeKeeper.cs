using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>What is known shall not be lost to a database that is busy for a moment; after some tries its rows are found as lost.</summary>
public sealed partial class OutcomeKeeper(TimeProvider clock, ILogger<OutcomeKeeper> logger)
{
    private const int Tries = 5;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);

    /// <param name="store">Must bear being called again.</param>
    internal async Task KeepAsync(Func<Task> store)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store();
                return;
            }
            catch (Exception e)
            {
                if (tries == Tries)
                {
                    LogNotStored(logger, e);
                    return;
                }

                await Task.Delay(BetweenTries, clock);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The outcome of a message was not stored.")]
    private static partial void LogNotStored(ILogger logger, Exception fault);
}
