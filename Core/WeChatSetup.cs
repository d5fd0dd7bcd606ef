using Bot.Core.Settings;
using Bot.Core.WeChat;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core;

/// <summary>Registers the protocol layer, which knows nothing of our settings' way.</summary>
public static class WeChatSetup
{
    /// <summary>The largest thing WeChat hands out: a picture or video of 10 MB.</summary>
    private const int LongestAnswer = 12 * 1024 * 1024;

    /// <summary>Options, tokens of a single node and API client; needs a <see cref="TimeProvider"/>. A bad or unknown key stops the start.</summary>
    public static IServiceCollection AddWeChat(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<WeChatOptions>(configuration, WeChatOptions.Section);
        services.AddSingleton<ITokenStore, SingleNodeTokens>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<WeChatTroubles>();

        // No loggers: the addresses carry tokens, secrets and login codes.
        services.AddHttpClient<WeChatApi>(http => http.MaxResponseContentBufferSize = LongestAnswer).RemoveAllLoggers();
        return services;
    }
}
