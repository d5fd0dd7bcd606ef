using Bot.Core.Jobs;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bot.Jobs;

/// <summary>
/// Runs a job when it is this node's to run, and writes down how that went. Around the job, not beside it in a listener: what cannot be
/// written down does not run, and a listener that fails leaves Quartz with a job that is blocked for good.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class RecordedJob<TJob>(TJob job, JobRuns runs, JobMetrics metrics, ILogger<RecordedJob<TJob>> logger) : IJob
    where TJob : class, IJob
{
    private static readonly string Name = typeof(TJob).Name;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // The schedule's trigger bears the job's name; any other was made because somebody asked.
        var due = context.Trigger.Key.Name == Name ? context.ScheduledFireTimeUtc : null;
        if (await runs.BeginAsync(Name, due, cancellationToken) is not { } run)
        {
            return;
        }

        try
        {
            await job.Execute(context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync(run, JobOutcome.Stopped, null);
            throw;
        }
        catch (Exception e)
        {
            var failure = JobFailure.Of(e);
            LogFailed(logger, Name, run, failure.Word, failure.Type);
            await EndAsync(run, JobOutcome.Failed, failure);
            throw; // Quartz logs where it happened
        }

        await EndAsync(run, JobOutcome.Done, null);
    }

    private async Task EndAsync(long run, JobOutcome outcome, JobFailure? failure)
    {
        metrics.Ended(Name, outcome);
        await runs.EndAsync(Name, run, outcome, failure);
    }

    [LoggerMessage(LogLevel.Error, "{Job} failed, run {Run}: {Failure}, {Type}.")]
    private static partial void LogFailed(ILogger logger, string job, long run, string failure, string type);
}
