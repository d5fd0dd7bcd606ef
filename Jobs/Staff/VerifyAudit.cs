using Bot.Core.Staff;
using Quartz;

namespace Bot.Jobs.Staff;

/// <summary>Looks at every entry of the audit log; fails where one was removed or changed, which is an alarm at once.</summary>
public sealed class VerifyAudit(AuditChain chain) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if ((await chain.VerifyAsync(cancellationToken)).Fault is not null)
        {
            throw new AuditBrokenException();
        }
    }
}
