using System.Data.Common;
using Bot.Core.Data;
using Bot.Core.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bot.Jobs;

/// <summary>Starts what somebody has asked for at the console of any node, and tells all nodes that jobs run here.</summary>
internal sealed partial class JobAsks(ISchedulerFactory schedulers, JobRuns runs, ILogger<JobAsks> logger) : BackgroundService
{
    private const int BeatEvery = 5;

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Glance);
        for (var glances = 0; await timer.WaitForNextTickAsync(stoppingToken); glances++)
        {
            try
            {
                if (glances % BeatEvery == 0)
                {
                    await runs.BeatAsync(stoppingToken);
                }

                await StartAskedAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFaults.IsUnavailable(e) || e is DbException or DbUpdateException or SchedulerException)
            {
                LogFailed(logger, e); // what was asked for stays asked for
            }
        }
    }

    private async Task StartAskedAsync(CancellationToken ct)
    {
        foreach (var name in await runs.AskedAsync(ct))
        {
            var scheduler = await schedulers.GetScheduler(ct);
            var key = new JobKey(name);
            if (await scheduler.GetJobDetail(key, ct) is not null)
            {
                await scheduler.TriggerJob(key, ct);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether a job was asked for could not be read now; it will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
