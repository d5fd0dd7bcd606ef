using Bot.Core.Pushes;
using Quartz;

namespace Bot.Jobs.Pushes;

/// <summary>Forgets what accounts were told, a month after; and what nobody came to hear in half a year.</summary>
public sealed class ForgetMessages(Outbox outbox, Credits credits) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await outbox.ForgetAsync(cancellationToken);
        await credits.ForgetAsync(cancellationToken);
    }
}
