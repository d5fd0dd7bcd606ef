using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Bot.Jobs.Entry;

/// <summary>Forgets opened entry links that have run out anyway.</summary>
public sealed class ForgetUsedLinks(BotDb db, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.RedeemedLinks.Where(l => l.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
    }
}
