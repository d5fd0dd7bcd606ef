using Bot.Core;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Bot.Jobs.Privacy;

/// <summary>Forgets what was kept of deleted accounts, once it protects nobody any more.</summary>
public sealed class ForgetDeletedAccounts(BotDb db, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        await db.SpentTries.Where(t => t.Day < today && (t.NameOnlyFrom == null || t.NameOnlyFrom <= today)).ExecuteDeleteAsync(cancellationToken);
    }
}
