using Bot.Core.Lessons;
using Quartz;

namespace Bot.Jobs.Lessons;

/// <summary>Forgets what was written in appeals that were decided a month ago.</summary>
public sealed class ForgetAppealTexts(Appeals appeals) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await appeals.ForgetTextsAsync(cancellationToken);
}
