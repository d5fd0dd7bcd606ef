using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bot.Core.WeChat;

/// <summary>How a call is made: every one goes through <see cref="AnswerAsync"/>, which alone looks at errcodes and knows what may be tried again.</summary>
internal sealed partial class WeChatCalls(HttpClient http, WeChatOptions options, AccessTokens tokens, WeChatTroubles troubles, TimeProvider clock)
{
    public const string TokenMethod = "/cgi-bin/stable_token";

    /// <summary>How long WeChat is left alone when it is busy; each gets up to a fifth more or less, so that nodes do not come back together.</summary>
    private static readonly int[] PausesInMs = [1_000, 2_000, 4_000];

    private readonly WeChatWire _wire = new(http, options.ApiBaseUrl, clock);

    public TimeProvider Clock => clock;

    public WeChatOptions Options => options;

    public bool IsOn(WeChatAccount account) => Configured(account) is { AppId.Length: > 0, Secret.Length: > 0 };

    public (string AppId, string Secret) Credentials(WeChatAccount account)
        => IsOn(account) ? Configured(account)
            : throw new InvalidOperationException($"WeChat:{account}:AppId or WeChat:{account}:AppSecret is empty.");

    public Task<string> AccessTokenAsync(WeChatAccount account, CancellationToken ct)
    {
        Credentials(account);
        troubles.Pass(account);
        return TokenAsync(account, ct);
    }

    /// <summary>Fetches the next token where the one that is kept runs out soon, so that no call waits for it.</summary>
    /// <exception cref="WeChatException">Refused, or the circuit is open.</exception>
    public Task WarmAsync(WeChatAccount account, CancellationToken ct)
        => tokens.GetAsync(
            Credentials(account).AppId,
            () =>
            {
                troubles.Pass(account); // not before: the circuit's one call a minute is for whoever really asks
                return FetchTokenAsync(account);
            },
            ct,
            AccessTokens.Ahead);

    /// <summary>Asks for a token whatever is kept; WeChat answers with the same one.</summary>
    public Task ProbeAsync(WeChatAccount account, CancellationToken ct) => FetchTokenAsync(account).WaitAsync(ct);

    /// <summary>Something shared and renewed like the token, such as the JS ticket.</summary>
    public Task<string> KeptAsync(string name, Func<Task<FreshToken>> fetch, CancellationToken ct) => tokens.GetAsync(name, fetch, ct);

    public void Drop(string name, string token) => tokens.Invalidate(name, token);

    /// <exception cref="WeChatSilenceException">Also when the answer is no JSON.</exception>
    public async Task<JsonElement> SendAsync(WeChatCall call, CancellationToken ct)
        => (await AnswerAsync(call, ct)).Json is { ValueKind: JsonValueKind.Object } json ? json : throw Unusable(call.Method);

    /// <summary>A file, or JSON where WeChat says in it where the file is.</summary>
    public Task<WeChatAnswer> AnswerAsync(WeChatCall call, CancellationToken ct)
    {
        Credentials(call.Account);
        troubles.Pass(call.Account);
        return PersistAsync(call, ct);
    }

    public static string Required(JsonElement answer, string name, string method) => answer.Text(name) ?? throw Unusable(method);

    public static WeChatSilenceException Unusable(string method) => new(method, mayHaveArrived: true, "an answer without what was asked for");

    private (string AppId, string Secret) Configured(WeChatAccount account)
        => account == WeChatAccount.Mp ? (options.Mp.AppId, options.Mp.AppSecret) : (options.Mini.AppId, options.Mini.AppSecret);

    private Task<string> TokenAsync(WeChatAccount account, CancellationToken ct)
        => tokens.GetAsync(Credentials(account).AppId, () => FetchTokenAsync(account), ct);

    private async Task<FreshToken> FetchTokenAsync(WeChatAccount account)
    {
        var (appId, secret) = Credentials(account);

        // Never with force_refresh: that revokes the token other nodes are using.
        var call = WeChatCall.Post(account, TokenMethod, mayRepeat: true, members: json =>
        {
            json.WriteText("grant_type", "client_credential");
            json.WriteText("appid", appId);
            json.WriteText("secret", secret);
        }) with
        {
            WithToken = false,
        };
        try
        {
            var answer = (await PersistAsync(call, CancellationToken.None)).Json ?? throw Unusable(TokenMethod);
            var token = new FreshToken(Required(answer, "access_token", TokenMethod), TimeSpan.FromSeconds(answer.Number("expires_in")));
            troubles.Heard(account, null);
            return token;
        }
        catch (WeChatException)
        {
            troubles.Heard(account, null);
            throw;
        }
        catch (WeChatSilenceException silence)
        {
            troubles.Heard(account, silence);
            throw new WeChatSilenceException(TokenMethod, mayHaveArrived: false, silence.What); // what the token was for has certainly not been sent
        }
    }

    private async Task<WeChatAnswer> PersistAsync(WeChatCall call, CancellationToken ct)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await RenewAsync(call, ct);
            }
            catch (WeChatException busy) when (call.MayRepeat && tries < PausesInMs.Length && busy.Method == call.Method && busy.Verdict.Retry == WeChatRetry.Soon)
            {
                var fifth = PausesInMs[tries] / 5;
                await Task.Delay(TimeSpan.FromMilliseconds(PausesInMs[tries] + RandomNumberGenerator.GetInt32(-fifth, fifth)), clock, ct);
            }
        }
    }

    private async Task<WeChatAnswer> RenewAsync(WeChatCall call, CancellationToken ct)
    {
        if (!call.WithToken)
        {
            return await OnceAsync(call, call.Query, ct);
        }

        var token = await TokenAsync(call.Account, ct);
        try
        {
            return await OnceAsync(call, Query(token), ct);
        }
        catch (WeChatException stale) when (stale.Verdict.Retry == WeChatRetry.WithNewToken)
        {
            tokens.Invalidate(Credentials(call.Account).AppId, token);
            return await OnceAsync(call, Query(await TokenAsync(call.Account, ct)), ct);
        }

        string Query(string token) => "access_token=" + Uri.EscapeDataString(token) + (call.Query.Length > 0 ? "&" + call.Query : "");
    }

    /// <summary>WeChat reports errors as HTTP 200 with an errcode; this is the only place that looks at it.</summary>
    private async Task<WeChatAnswer> OnceAsync(WeChatCall call, string query, CancellationToken ct)
    {
        var answer = await _wire.ExchangeAsync(call, query, ct);
        var code = answer.Json?.Number("errcode") ?? 0;
        if (answer.Json is { ValueKind: JsonValueKind.Object } json && !WeChatAnswers.IsOne(call.Method, json))
        {
            throw Unusable(call.Method);
        }

        if (code == 0 || call.AlsoGood.Contains(code))
        {
            troubles.Clear(call.Account, call.Method);
            return answer;
        }

        var words = answer.Json?.Text("errmsg") ?? "";
        var refusal = new WeChatException(code, call.Method, Rid().Match(words) is { Success: true } rid ? rid.Groups[1].Value : "")
        {
            // Without a token it is the secret that is wrong.
            Verdict = code == 40001 && !call.WithToken ? new WeChatVerdict(WeChatRetry.ByHumanOnly, WeChatEffect.Configuration) : WeChatErrors.Of(code),
            RefusedAddress = code == 40164 && Address().Match(words) is { Success: true } address ? address.Groups[1].Value : null,
            Field = code == 47003 && Value().Match(words) is { Success: true } field ? field.Groups[1].Value : null,
        };

        // With a token our own appid does not travel: what is wrong then is one that the body names. Without a token to be had nothing works.
        var opens = refusal.Verdict.Effect == WeChatEffect.Configuration ? code != 40013 || !call.WithToken
            : call.Method == TokenMethod && refusal.Verdict.Retry != WeChatRetry.Soon;
        troubles.Note(call.Account, refusal, opens);
        throw refusal;
    }

    [GeneratedRegex(@"rid:\s*([0-9A-Za-z-]{1,64})")]
    private static partial Regex Rid();

    [GeneratedRegex(@"invalid ip ([0-9A-Fa-f.:]{2,45})")]
    private static partial Regex Address();

    [GeneratedRegex(@"data\.([a-z_]{1,20}[0-9]{0,4})\b")]
    private static partial Regex Value();
}
