using Bot.Core.WeChat;
using Quartz;

namespace Bot.Jobs.WeChat;

/// <summary>Fetches the next API tokens before those in use run out. That it fails is how others learn that none can be had.</summary>
public sealed class WarmTokens(WeChatApi api) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        => await Task.WhenAll(api.WarmAsync(WeChatAccount.Mp, cancellationToken), api.WarmAsync(WeChatAccount.Mini, cancellationToken));
}
