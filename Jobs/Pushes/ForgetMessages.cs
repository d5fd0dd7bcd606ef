using Bot.Core.Pushes;
using Quartz;

namespace Bot.Jobs.Pushes;

/// <summary>
/// Forgets what accounts were told, a month after; what nobody came to hear in half a year; who got a push, a month after its end; and credits, a
/// month after theirs.
/// </summary>
public sealed class ForgetMessages(Outbox outbox, PushEnds pushes, Credits credits) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await outbox.ForgetAsync(cancellationToken);
        await pushes.ForgetAsync(cancellationToken);
        await credits.ForgetAsync(cancellationToken);
    }
}
