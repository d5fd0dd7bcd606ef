using Bot.Core.Roster;
using Quartz;

namespace Bot.Jobs.Roster;

/// <summary>Tells secretaries whose branch somebody waits to be taken into that the deadline comes near.</summary>
public sealed class RemindTransfers(TransferReminders reminders) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await reminders.RunAsync(cancellationToken);
}
