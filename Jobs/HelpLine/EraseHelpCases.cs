using Bot.Core.HelpLine;
using Quartz;

namespace Bot.Jobs.HelpLine;

/// <summary>Destroys what of help cases has been kept long enough, and forgets what was sent of them a day after.</summary>
public sealed class EraseHelpCases(HelpErasure erasure) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await erasure.RunAsync(cancellationToken);
}
