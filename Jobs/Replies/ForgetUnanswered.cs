using Bot.Core.Replies;
using Quartz;

namespace Bot.Jobs.Replies;

/// <summary>Forgets texts that no command answered, a month after they were said last.</summary>
public sealed class ForgetUnanswered(UnansweredTexts texts) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await texts.ForgetAsync(cancellationToken);
}
