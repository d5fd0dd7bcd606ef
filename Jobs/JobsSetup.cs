using Bot.Core;
using Bot.Core.Settings;
using Bot.Jobs.Entry;
using Bot.Jobs.Lessons;
using Bot.Jobs.Privacy;
using Bot.Jobs.Roster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Bot.Jobs;

/// <summary>One line a job; its schedule is in appsettings.json.</summary>
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

        services.AddQuartz(quartz =>
        {
            quartz.Schedule<ForgetUsedLinks>(options.ForgetUsedLinks);
            quartz.Schedule<ForgetDeletedAccounts>(options.ForgetDeletedAccounts);
            quartz.Schedule<FreezeFigures>(options.FreezeFigures);
            quartz.Schedule<ForgetAppealTexts>(options.ForgetAppealTexts);
            quartz.Schedule<RemindTransfers>(options.RemindTransfers);
            quartz.Schedule<TidyImports>(options.TidyImports);
        });
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
    }

    private static void Schedule<TJob>(this IQuartzBuilder quartz, JobsOptions.JobLine line)
        where TJob : class, IJob
    {
        var name = typeof(TJob).Name;
        if (line.Cron.Length == 0 || !CronExpression.TryParse(line.Cron, out _))
        {
            throw new SettingsException($"Jobs:{name}:Cron is missing or no cron expression.");
        }

        // Without identities every start would add one more copy to a clustered store.
        quartz.ScheduleJob<TJob>(
            trigger => trigger.WithIdentity(name).WithCronSchedule(line.Cron, s => s.InTimeZone(ChinaTime.Zone)),
            job => job.WithIdentity(name));
    }
}
