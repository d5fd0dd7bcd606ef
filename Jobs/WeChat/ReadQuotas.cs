using Bot.Core.Pushes;
using Quartz;

namespace Bot.Jobs.WeChat;

/// <summary>Asks WeChat how much of the day's quotas is left.</summary>
public sealed class ReadQuotas(CallQuotas quotas) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await quotas.ReadAsync(cancellationToken);
}
