using Bot.Core.Settings;
using Bot.Jobs.HelpLine;
using Bot.Jobs.Pushes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Bot.Jobs;

/// <summary>Runs the jobs of <see cref="ScheduledJob.All"/> in this process, unless the settings say that another does.</summary>
public static class JobsSetup
{
    /// <exception cref="SettingsException">A job has no usable cron line.</exception>
    public static void AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddSettings<JobsOptions>(configuration, "Jobs");
        if (!options.RunHere)
        {
            return;
        }

        foreach (var job in ScheduledJob.All.Where(j => !CronExpression.TryParse(j.Cron(options), out _)))
        {
            throw new SettingsException($"Jobs:{job.Name}:Cron is missing or no cron expression.");
        }

        services.AddSingleton<JobMetrics>();
        services.AddQuartz(quartz =>
        {
            foreach (var job in ScheduledJob.All)
            {
                job.Add(services, quartz, options);
            }
        });
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        services.AddHostedService<JobAsks>();
        services.AddHostedService<OutboxLoop>();
        services.AddHostedService<PushLoop>();
        services.AddHostedService<HelpLoop>();
    }
}
