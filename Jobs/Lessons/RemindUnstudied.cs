using Bot.Core.Lessons;
using Quartz;

namespace Bot.Jobs.Lessons;

/// <summary>Reminds those who asked for it of a lesson that is about to close.</summary>
public sealed class RemindUnstudied(ReminderRounds rounds) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await rounds.RunAsync(cancellationToken);
}
