using Bot.Core.Staff;
using Quartz;

namespace Bot.Jobs.Staff;

/// <summary>Tells staff in WeChat that a settled lesson's report is there.</summary>
public sealed class TellReports(Reports reports) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await reports.TellAsync(cancellationToken);
}
