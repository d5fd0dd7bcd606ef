using Bot.Core.WeChat;
using Quartz;

namespace Bot.Jobs.WeChat;

/// <summary>Fetches the next API tokens before those in use run out. That it fails is how others learn that none can be had.</summary>
public sealed class WarmTokens(WeChatApi api) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await api.WarmAsync(WeChatAccount.Mini, cancellationToken);
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            // No message goes by the mini program: its next call asks anew, and says itself what is wrong.
        }

        await api.WarmAsync(WeChatAccount.Mp, cancellationToken);
    }
}
