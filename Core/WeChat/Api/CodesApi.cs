namespace Bot.Core.WeChat;

/// <param name="Ticket">WeChat's name of the code.</param>
/// <param name="ImageUrl">Where the picture is.</param>
/// <param name="Url">What the picture encodes.</param>
public sealed record QrCode(string Ticket, string ImageUrl, string Url);

/// <summary>QR codes of the official account (§6.9): whoever scans one follows or returns, with the code's scene.</summary>
public sealed class CodesApi
{
    private const int MaxSceneLength = 64;
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    private readonly WeChatCalls _calls;

    internal CodesApi(WeChatCalls calls) => _calls = calls;

    /// <param name="scene">1–64 characters.</param>
    /// <param name="lifetime">1 second to 30 days.</param>
    public Task<QrCode> CreateTemporaryAsync(string scene, TimeSpan lifetime, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxLifetime);
        return CreateAsync("QR_STR_SCENE", scene, (int)lifetime.TotalSeconds, ct);
    }

    /// <summary>An account has 100,000 of these, for ever.</summary>
    /// <param name="scene">1–64 characters.</param>
    public Task<QrCode> CreatePermanentAsync(string scene, CancellationToken ct) => CreateAsync("QR_LIMIT_STR_SCENE", scene, null, ct);

    private async Task<QrCode> CreateAsync(string action, string scene, int? seconds, CancellationToken ct)
    {
        const string Method = "/cgi-bin/qrcode/create";
        ArgumentException.ThrowIfNullOrEmpty(scene);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scene.Length, MaxSceneLength, nameof(scene));
        var answer = await _calls.SendAsync(WeChatCall.Post(WeChatAccount.Mp, Method, mayRepeat: true, members: json =>
        {
            if (seconds is { } lifetime)
            {
                json.WriteNumber("expire_seconds", lifetime);
            }

            json.WriteText("action_name", action);
            json.WriteObject("action_info", info => info.WriteObject("scene", s => s.WriteText("scene_str", scene)));
        }), ct);
        var ticket = WeChatCalls.Required(answer, "ticket", Method);
        return new QrCode(ticket, "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=" + Uri.EscapeDataString(ticket), answer.Text("url") ?? "");
    }
}
