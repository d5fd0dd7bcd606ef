using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>The mini program (§7): login, session, phone; codes, links and checks are in <see cref="Links"/> and <see cref="Checks"/>.</summary>
public sealed class MiniApi
{
    private const string LoginMethod = "/sns/jscode2session";
    private const string PhoneMethod = "/wxa/business/getuserphonenumber";
    private const int SessionOver = 87009;

    private readonly WeChatCalls _calls;

    internal MiniApi(WeChatCalls calls)
    {
        _calls = calls;
        Links = new MiniLinksApi(calls);
        Checks = new MiniChecksApi(calls);
    }

    public MiniLinksApi Links { get; }

    public MiniChecksApi Checks { get; }

    /// <param name="code">From wx.login: five minutes, once (40029, 40163).</param>
    public async Task<CodeSession> LoginAsync(string code, CancellationToken ct)
    {
        var (appId, secret) = _calls.Credentials(WeChatAccount.Mini);
        var query = $"appid={Escape(appId)}&secret={Escape(secret)}&js_code={Escape(code)}&grant_type=authorization_code";
        var answer = await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mini, LoginMethod, query) with { WithToken = false }, ct);
        return new CodeSession(WeChatCalls.Required(answer, "openid", LoginMethod), answer.Text("unionid"), new SessionKey(answer.Text("session_key") ?? ""));
    }

    /// <returns>False: the person logs in again.</returns>
    public async Task<bool> CheckSessionAsync(string openId, SessionKey key, CancellationToken ct)
        => (await _calls.SendAsync(Signed("/wxa/checksession", openId, key) with { AlsoGood = [SessionOver] }, ct)).Number("errcode") == 0;

    /// <summary>Another key; the session ends when it would have.</summary>
    public async Task<SessionKey> ResetSessionKeyAsync(string openId, SessionKey key, CancellationToken ct)
    {
        const string Method = "/wxa/resetusersessionkey";
        return new SessionKey(WeChatCalls.Required(await _calls.SendAsync(Signed(Method, openId, key) with { MayRepeat = false }, ct), "session_key", Method));
    }

    /// <summary>WeChat charges for each beyond a free number.</summary>
    /// <param name="code">From the button, not from wx.login (40029): five minutes, once.</param>
    /// <param name="openId">Of whoever is signed in: another's code is refused.</param>
    /// <exception cref="InvalidDataException">The number was handed to another appid.</exception>
    public async Task<BoundPhone> PhoneAsync(string code, string openId, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        ArgumentException.ThrowIfNullOrEmpty(openId);
        var answer = await _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mini, PhoneMethod, mayRepeat: false, members: json =>
        {
            json.WriteText("code", code);
            json.WriteText("openid", openId);
        }), ct);
        var info = answer.Member("phone_info");
        if (info.Member("watermark").Text("appid") != _calls.Credentials(WeChatAccount.Mini).AppId)
        {
            throw new InvalidDataException($"{PhoneMethod} answered for another appid.");
        }

        return new BoundPhone(WeChatCalls.Required(info, "phoneNumber", PhoneMethod), WeChatCalls.Required(info, "purePhoneNumber", PhoneMethod), info.Id("countryCode"));
    }

    /// <summary>Signed with the session's key as text: proves that we hold it.</summary>
    private static WeChatCall Signed(string method, string openId, SessionKey key)
    {
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Text), ""u8.ToArray()));
        return WeChatCall.Get(WeChatAccount.Mini, method, $"openid={Escape(openId)}&signature={signature}&sig_method=hmac_sha256");
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
