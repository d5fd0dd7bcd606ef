using Bot.Core.Roster;
using Quartz;

namespace Bot.Jobs.Roster;

/// <summary>Removes what imports have left: of those whose process has ended, and rows of which nobody has decided for too long.</summary>
public sealed class TidyImports(RosterSlot slot, ForgottenDoubts doubts) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await slot.TidyAsync(cancellationToken);
        await doubts.ExpireAsync(cancellationToken);
    }
}
