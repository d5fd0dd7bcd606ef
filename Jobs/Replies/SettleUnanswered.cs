using Bot.Core.Replies;
using Quartz;

namespace Bot.Jobs.Replies;

/// <summary>Shows editors what three people have said, and drops what holds a name of the roster.</summary>
public sealed class SettleUnanswered(UnansweredTexts texts) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await texts.SettleAsync(cancellationToken);
}
