using Microsoft.Extensions.Options;

namespace Bot.Core.WeChat;

/// <summary>
/// WeChat's API by area. Errors are <see cref="WeChatException"/>, silence is <see cref="WeChatSilenceException"/>; what WeChat would
/// refuse for its length or range is an <see cref="ArgumentException"/>, and nothing is sent.
/// </summary>
public sealed class WeChatApi
{
    private readonly WeChatCalls _calls;
    private readonly WeChatTroubles _troubles;

    public WeChatApi(HttpClient http, IOptions<WeChatOptions> options, AccessTokens tokens, WeChatTroubles troubles, TimeProvider clock)
    {
        _calls = new WeChatCalls(http, options.Value, tokens, troubles, clock);
        _troubles = troubles;
        Messages = new MessagesApi(_calls);
        Mass = new MassApi(_calls);
        Drafts = new DraftsApi(_calls);
        Media = new MediaApi(_calls);
        Menus = new MenusApi(_calls);
        Followers = new FollowersApi(_calls);
        Codes = new CodesApi(_calls);
        Web = new WebApi(_calls);
        Quota = new QuotaApi(_calls);
        Mini = new MiniApi(_calls);
    }

    public MessagesApi Messages { get; }

    public MassApi Mass { get; }

    public DraftsApi Drafts { get; }

    public MediaApi Media { get; }

    public MenusApi Menus { get; }

    public FollowersApi Followers { get; }

    public CodesApi Codes { get; }

    public WebApi Web { get; }

    public QuotaApi Quota { get; }

    public MiniApi Mini { get; }

    /// <summary>False when appid or secret are empty: calls for it throw <see cref="InvalidOperationException"/>.</summary>
    public bool IsOn(WeChatAccount account) => _calls.IsOn(account);

    /// <summary>The token for server calls; never to be logged or handed out.</summary>
    public Task<string> AccessTokenAsync(WeChatAccount account, CancellationToken ct) => _calls.AccessTokenAsync(account, ct);

    /// <summary>Fetches the next token a few minutes before the kept one runs out; nothing where there is no secret.</summary>
    public Task WarmAsync(WeChatAccount account, CancellationToken ct) => IsOn(account) ? _calls.WarmAsync(account, ct) : Task.CompletedTask;

    /// <summary>Asks WeChat itself for a token, even where one is kept or the circuit is open: whether appid, secret and our address are accepted.</summary>
    public Task ProbeAsync(WeChatAccount account, CancellationToken ct) => _calls.ProbeAsync(account, ct);

    /// <summary>Why the account does not work now, as this process has seen it: settings that WeChat refuses, or a block. Null when nothing is known.</summary>
    public WeChatTrouble? Trouble(WeChatAccount account) => _troubles.Of(account);

    /// <inheritdoc cref="WeChatTroubles.SilentTimeOf"/>
    public WeChatSilentTime? SilentTime(WeChatAccount account) => _troubles.SilentTimeOf(account);
}
