using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <param name="OpenId">Of the official account.</param>
/// <param name="UnionId">Only where the accounts are joined on the Open Platform.</param>
/// <param name="IsSnapshotUser">A virtual person of WeChat's snapshot page: never store or bind it.</param>
public sealed record OAuthIdentity(string OpenId, string? UnionId, bool IsSnapshotUser)
{
    public override string ToString() => nameof(OAuthIdentity);
}

/// <summary>What a page hands to wx.config.</summary>
/// <param name="Timestamp">Seconds since 1970.</param>
public sealed record JsSignature(string AppId, long Timestamp, string NonceStr, string Signature);

/// <summary>Pages in WeChat's web view (§6.10).</summary>
public sealed class WebApi
{
    private const string OAuthMethod = "/sns/oauth2/access_token";
    private const string TicketMethod = "/cgi-bin/ticket/getticket";

    private readonly WeChatCalls _calls;

    internal WebApi(WeChatCalls calls) => _calls = calls;

    private string TicketName => "jsapi:" + _calls.Credentials(WeChatAccount.Mp).AppId;

    /// <summary>Where to send a browser to learn its openid without asking (snsapi_base).</summary>
    /// <param name="redirectUrl">Absolute; comes back with code and state.</param>
    /// <param name="state">Letters and digits, up to 128; bind it to the browser's session.</param>
    public string AuthorizeUrl(string redirectUrl, string state)
        => $"{_calls.Options.OAuthBaseUrl.TrimEnd('/')}/connect/oauth2/authorize?appid={Escape(_calls.Options.Mp.AppId)}&redirect_uri={Escape(redirectUrl)}"
            + $"&response_type=code&scope=snsapi_base&state={Escape(state)}#wechat_redirect";

    /// <param name="code">From the redirect: five minutes, once (40029, 40163).</param>
    public async Task<OAuthIdentity> IdentityAsync(string code, CancellationToken ct)
    {
        var (appId, secret) = _calls.Credentials(WeChatAccount.Mp);
        var query = $"appid={Escape(appId)}&secret={Escape(secret)}&code={Escape(code)}&grant_type=authorization_code";
        var answer = await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, OAuthMethod, query) with { WithToken = false }, ct);
        return new OAuthIdentity(WeChatCalls.Required(answer, "openid", OAuthMethod), answer.Text("unionid"), answer.Number("is_snapshotuser") == 1);
    }

    /// <summary>For wx.config on one page.</summary>
    /// <param name="url">The page's address as in location.href; what follows # is left off. Its host must be on WeChat's list.</param>
    public async Task<JsSignature> SignAsync(string url, CancellationToken ct)
    {
        var signature = new JsSignature(
            _calls.Credentials(WeChatAccount.Mp).AppId, _calls.Clock.GetUtcNow().ToUnixTimeSeconds(), RandomNumberGenerator.GetHexString(16, lowercase: true), "");
        return signature with { Signature = Sign(await TicketAsync(ct), signature.NonceStr, signature.Timestamp, url) };
    }

    /// <summary>Kept for two hours and shared like the token; never to be logged or handed out.</summary>
    public Task<string> TicketAsync(CancellationToken ct) => _calls.KeptAsync(TicketName, FetchTicketAsync, ct);

    /// <summary>Drops the ticket that WeChat refused, unless there is a newer one.</summary>
    public void InvalidateTicket(string ticket) => _calls.Drop(TicketName, ticket);

    /// <summary>Hexadecimal SHA-1, as WeChat's page computes it.</summary>
    internal static string Sign(string ticket, string nonce, long timestamp, string url)
    {
        var page = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? url[..fragment] : url;
        var text = string.Create(CultureInfo.InvariantCulture, $"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}");
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private async Task<FreshToken> FetchTicketAsync()
    {
        var answer = await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, TicketMethod, "type=jsapi"), CancellationToken.None);
        return new FreshToken(WeChatCalls.Required(answer, "ticket", TicketMethod), TimeSpan.FromSeconds(answer.Number("expires_in")));
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
