using Bot.Core.Roster;
using Quartz;

namespace Bot.Jobs.Roster;

/// <summary>Removes what imports have left whose process has ended.</summary>
public sealed class TidyImports(RosterSlot slot) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await slot.TidyAsync(cancellationToken);
}
