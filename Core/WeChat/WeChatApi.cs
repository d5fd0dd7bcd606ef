using System.Globalization;
using Microsoft.Extensions.Options;

namespace Bot.Core.WeChat;

/// <summary>The calls. Errors are <see cref="WeChatException"/>, silence is <see cref="TimeoutException"/>.</summary>
public sealed class WeChatApi(HttpClient http, IOptions<WeChatOptions> options, AccessTokens tokens, TimeProvider clock)
{
    private const int NoMenu = 46003;
    private const int MaxSceneLength = 64;
    private static readonly TimeSpan MaxQrLifetime = TimeSpan.FromDays(30);

    private readonly WeChatOptions _options = options.Value;
    private readonly WeChatCalls _calls = new(http, options.Value, tokens, clock);

    /// <summary>False when appid or secret are empty: calls for it throw <see cref="InvalidOperationException"/>.</summary>
    public bool IsOn(WeChatAccount account) => _calls.IsOn(account);

    /// <summary>The token for server calls; never to be logged or handed out.</summary>
    public Task<string> AccessTokenAsync(WeChatAccount account, CancellationToken ct) => _calls.AccessTokenAsync(account, ct);

    /// <param name="code">From wx.login: five minutes, once (40029, 40163).</param>
    /// <param name="ct">Cancels.</param>
    public async Task<CodeSession> JsCode2SessionAsync(string code, CancellationToken ct)
    {
        var (appId, secret) = _calls.Credentials(WeChatAccount.Mini);
        var answer = await _calls.GetAsync(
            "/sns/jscode2session", $"appid={Escape(appId)}&secret={Escape(secret)}&js_code={Escape(code)}&grant_type=authorization_code", ct);
        return new CodeSession(WeChatCalls.Required(answer, "openid", "/sns/jscode2session"), answer.Text("unionid"));
    }

    /// <param name="code">From the redirect: five minutes, once (40029, 40163).</param>
    /// <param name="ct">Cancels.</param>
    public async Task<OAuthIdentity> OAuth2AccessTokenAsync(string code, CancellationToken ct)
    {
        var (appId, secret) = _calls.Credentials(WeChatAccount.Mp);
        var answer = await _calls.GetAsync(
            "/sns/oauth2/access_token", $"appid={Escape(appId)}&secret={Escape(secret)}&code={Escape(code)}&grant_type=authorization_code", ct);
        return new OAuthIdentity(
            WeChatCalls.Required(answer, "openid", "/sns/oauth2/access_token"), answer.Text("unionid"), answer.Number("is_snapshotuser") == 1);
    }

    /// <summary>Where to send a browser to learn its openid without asking (snsapi_base).</summary>
    /// <param name="redirectUrl">Absolute; comes back with code and state.</param>
    /// <param name="state">Letters and digits, up to 128; bind it to the browser's session.</param>
    public string AuthorizeUrl(string redirectUrl, string state)
        => $"{_options.OAuthBaseUrl.TrimEnd('/')}/connect/oauth2/authorize?appid={Escape(_options.Mp.AppId)}&redirect_uri={Escape(redirectUrl)}"
            + $"&response_type=code&scope=snsapi_base&state={Escape(state)}#wechat_redirect";

    /// <param name="scene">1–64 characters.</param>
    /// <param name="lifetime">Up to 30 days.</param>
    /// <param name="ct">Cancels.</param>
    public Task<QrCode> CreateTemporaryQrCodeAsync(string scene, TimeSpan lifetime, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxQrLifetime);
        return CreateQrCodeAsync("QR_STR_SCENE", scene, (int)lifetime.TotalSeconds, ct);
    }

    /// <summary>An account has 100,000 of these, for ever.</summary>
    /// <param name="scene">1–64 characters.</param>
    /// <param name="ct">Cancels.</param>
    public Task<QrCode> CreatePermanentQrCodeAsync(string scene, CancellationToken ct)
        => CreateQrCodeAsync("QR_LIMIT_STR_SCENE", scene, null, ct);

    public Task CreateMenuAsync(Menu menu, CancellationToken ct)
        => _calls.PostAsync(WeChatAccount.Mp, "/cgi-bin/menu/create", JsonBody.Of(menu.Write), ct);

    /// <summary>Null when the account has no menu.</summary>
    public async Task<Menu?> GetMenuAsync(CancellationToken ct)
    {
        try
        {
            var answer = await _calls.GetWithTokenAsync(WeChatAccount.Mp, "/cgi-bin/menu/get", ct);
            return answer.TryGetProperty("menu", out var menu) ? Menu.Read(menu) : null;
        }
        catch (WeChatException none) when (none.Code == NoMenu)
        {
            return null;
        }
    }

    /// <summary>A customer-service message; only within 48 hours of the person's last (45015, 45047). Not idempotent: after a time-out nobody knows.</summary>
    public Task SendTextAsync(WeChatAccount account, string openId, string content, CancellationToken ct)
        => _calls.PostAsync(account, "/cgi-bin/message/custom/send", JsonBody.Of(json =>
        {
            json.WriteText("touser", openId);
            json.WriteText("msgtype", "text");
            json.WriteObject("text", text => text.WriteText("content", content));
        }), ct);

    private async Task<QrCode> CreateQrCodeAsync(string action, string scene, int? seconds, CancellationToken ct)
    {
        const string Method = "/cgi-bin/qrcode/create";
        ArgumentException.ThrowIfNullOrEmpty(scene);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scene.Length, MaxSceneLength, nameof(scene));
        var answer = await _calls.PostAsync(WeChatAccount.Mp, Method, JsonBody.Of(json =>
        {
            if (seconds is { } lifetime)
            {
                json.WriteNumber("expire_seconds", lifetime);
            }

            json.WriteText("action_name", action);
            json.WriteObject("action_info", info => info.WriteObject("scene", s => s.WriteText("scene_str", scene)));
        }), ct);
        var ticket = WeChatCalls.Required(answer, "ticket", Method);
        return new QrCode(
            ticket,
            string.Create(CultureInfo.InvariantCulture, $"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={Escape(ticket)}"),
            answer.Text("url") ?? "");
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
