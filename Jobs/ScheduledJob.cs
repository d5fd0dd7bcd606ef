using Bot.Core;
using Bot.Jobs.Calendar;
using Bot.Jobs.Entry;
using Bot.Jobs.Lessons;
using Bot.Jobs.Privacy;
using Bot.Jobs.Pushes;
using Bot.Jobs.Replies;
using Bot.Jobs.Roster;
using Bot.Jobs.Staff;
using Bot.Jobs.WeChat;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Bot.Jobs;

/// <summary>One line a job; its schedule is in appsettings.json.</summary>
public sealed class ScheduledJob
{
    private readonly Func<JobsOptions, JobsOptions.JobLine> _line;
    private readonly Action<IServiceCollection, IQuartzBuilder, string> _add;

    private ScheduledJob(string name, Func<JobsOptions, JobsOptions.JobLine> line, Action<IServiceCollection, IQuartzBuilder, string> add)
    {
        Name = name;
        _line = line;
        _add = add;
    }

    public static IReadOnlyList<ScheduledJob> All { get; } =
    [
        Of<FreezeFigures>(o => o.FreezeFigures),
        Of<RemindTransfers>(o => o.RemindTransfers),
        Of<RemindUnstudied>(o => o.RemindUnstudied),
        Of<TellReports>(o => o.TellReports),
        Of<WarmTokens>(o => o.WarmTokens),
        Of<ReadQuotas>(o => o.ReadQuotas),
        Of<TidyImports>(o => o.TidyImports),
        Of<ForgetUsedLinks>(o => o.ForgetUsedLinks),
        Of<ForgetDeletedAccounts>(o => o.ForgetDeletedAccounts),
        Of<ForgetAppealTexts>(o => o.ForgetAppealTexts),
        Of<SettleUnanswered>(o => o.SettleUnanswered),
        Of<ForgetUnanswered>(o => o.ForgetUnanswered),
        Of<ForgetMessages>(o => o.ForgetMessages),
        Of<TidyPictures>(o => o.TidyPictures),
        Of<VerifyAudit>(o => o.VerifyAudit),
    ];

    /// <summary>Of the class, the settings and the rows.</summary>
    public string Name { get; }

    /// <summary>Quartz cron expression, read in China time.</summary>
    public string Cron(JobsOptions options) => _line(options).Cron;

    /// <returns>Null when it never comes again, or the line is none.</returns>
    public DateTimeOffset? NextAfter(JobsOptions options, DateTimeOffset instant)
        => CronExpression.TryParse(Cron(options), out var cron) ? cron!.WithTimeZone(ChinaTime.Zone).GetNextValidTimeAfter(instant) : null;

    internal void Add(IServiceCollection services, IQuartzBuilder quartz, JobsOptions options) => _add(services, quartz, Cron(options));

    private static ScheduledJob Of<TJob>(Func<JobsOptions, JobsOptions.JobLine> line)
        where TJob : class, IJob
        => new(typeof(TJob).Name, line, (services, quartz, cron) =>
        {
            var name = typeof(TJob).Name;
            services.AddTransient<TJob>();

            // Without identities every start would add one more copy to a clustered store.
            quartz.ScheduleJob<RecordedJob<TJob>>(
                trigger => trigger.WithIdentity(name).WithCronSchedule(cron, s => s.InTimeZone(ChinaTime.Zone)),
                job => job.WithIdentity(name));
        });
}
