using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Calls of one API a day.</summary>
public sealed record CallQuota(long DailyLimit, long Used, long Remain);

/// <summary>What WeChat remembers of a request for seven days. Its address and bodies, which hold tokens and openids, are left out.</summary>
/// <param name="At">UTC.</param>
/// <param name="ClientAddress">Ours, as WeChat saw it.</param>
public sealed record RequestTrace(DateTimeOffset? At, TimeSpan Took, string ClientAddress);

/// <param name="PackageLoss">As WeChat writes it, such as 0%.</param>
/// <param name="Time">As WeChat writes it, such as 10ms.</param>
public sealed record CallbackPing(string Address, string FromOperator, string PackageLoss, string Time);

/// <param name="Addresses">What our host's name stands for, as WeChat's servers see it.</param>
public sealed record CallbackCheck(IReadOnlyList<string> Addresses, IReadOnlyList<CallbackPing> Pings);

/// <summary>Quotas and diagnosis (§6.11).</summary>
public sealed class QuotaApi
{
    private readonly WeChatCalls _calls;

    internal QuotaApi(WeChatCalls calls) => _calls = calls;

    /// <param name="path">Of the API asked about, such as /cgi-bin/message/custom/send.</param>
    public async Task<CallQuota> GetAsync(WeChatAccount account, string path, CancellationToken ct)
    {
        var quota = (await PostAsync(account, "/cgi-bin/openapi/quota/get", true, "cgi_path", Path(path), ct)).Member("quota");
        return new CallQuota(quota.Long("daily_limit"), quota.Long("used"), quota.Long("remain"));
    }

    /// <summary>One API's quota of today anew; 50 a month. By a human only.</summary>
    /// <param name="path">As in <see cref="GetAsync"/>.</param>
    public Task ClearAsync(WeChatAccount account, string path, CancellationToken ct)
        => PostAsync(account, "/cgi-bin/openapi/quota/clear", false, "cgi_path", Path(path), ct);

    /// <summary>All quotas of today anew; 10 a month (48006). By a human only.</summary>
    public Task ClearAllAsync(WeChatAccount account, CancellationToken ct)
        => PostAsync(account, "/cgi-bin/clear_quota", false, "appid", _calls.Credentials(account).AppId, ct);

    /// <param name="rid">Of an error, up to seven days old.</param>
    public async Task<RequestTrace> TraceAsync(WeChatAccount account, string rid, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(rid);
        var request = (await PostAsync(account, "/cgi-bin/openapi/rid/get", true, "rid", rid, ct)).Member("request");
        return new RequestTrace(request.Instant("invoke_time"), TimeSpan.FromMilliseconds(request.Number("cost_in_ms")), request.Text("client_ip") ?? "");
    }

    /// <summary>Has WeChat look for our host and reach it, from every network.</summary>
    public async Task<CallbackCheck> CheckCallbackAsync(WeChatAccount account, CancellationToken ct)
    {
        var answer = await _calls.SendAsync(WeChatCall.Post(account, "/cgi-bin/callback/check", mayRepeat: true, members: json =>
        {
            json.WriteText("action", "all");
            json.WriteText("check_operator", "DEFAULT");
        }) with
        {
            TimeAllowed = TimeSpan.FromSeconds(30),
        }, ct);
        return new CallbackCheck(
            [.. answer.Items("dns").Select(d => d.Text("ip") ?? "")],
            [.. answer.Items("ping").Select(p => new CallbackPing(p.Text("ip") ?? "", p.Text("from_operator") ?? "", p.Text("package_loss") ?? "", p.Text("time") ?? ""))]);
    }

    /// <summary>Where WeChat's pushes come from; changes now and then.</summary>
    public async Task<IReadOnlyList<string>> CallbackAddressesAsync(WeChatAccount account, CancellationToken ct)
        => (await _calls.SendAsync(WeChatCall.Get(account, "/cgi-bin/getcallbackip"), ct)).Texts("ip_list");

    private Task<JsonElement> PostAsync(WeChatAccount account, string method, bool mayRepeat, string name, string value, CancellationToken ct)
        => _calls.SendAsync(WeChatCall.Post(account, method, json => json.WriteText(name, value), mayRepeat), ct);

    private static string Path(string path) => path.StartsWith('/') ? path : throw new ArgumentException("A path begins with a slash.", nameof(path));
}
