using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bot.Jobs.Lessons;

/// <summary>Begins and ends exemptions whose day has come, then freezes the figures of lessons that have closed. What was missed while nothing ran is made up.</summary>
[DisallowConcurrentExecution]
public sealed partial class FreezeFigures(BotDb db, ExemptionSwitch exemptions, Freezes freezes, FigureBoard board, ILogger<FreezeFigures> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // In this order: an exemption that began before a closing must be there when that is frozen.
        var switched = await exemptions.AdvanceAsync(db, cancellationToken);
        var frozen = await freezes.FreezeDueAsync(cancellationToken);
        if (switched > 0 || frozen > 0)
        {
            board.Forget();
            LogDone(logger, switched, frozen);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Switched} exemptions began or ended, the figures of {Frozen} lessons were frozen.")]
    private static partial void LogDone(ILogger logger, int switched, int frozen);
}
