namespace Bot.Simulator.Platform;

/// <summary>Codes that stand for a person once and for five minutes: wx.login's, and those of the web OAuth2 redirect.</summary>
internal sealed class LoginCodes(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Code> _codes = [];

    public string Issue(string appId, string openId)
    {
        var code = "0" + Chance.Text(31);
        lock (_gate)
        {
            _codes[code] = new Code(appId, openId, clock.GetUtcNow().AddMinutes(5));
        }

        return code;
    }

    /// <returns>0 and the openid, or 40029 (unknown, expired, another account's) or 40163 (used before).</returns>
    public int Redeem(string? code, string appId, out string openId)
    {
        openId = "";
        lock (_gate)
        {
            if (code is null || !_codes.TryGetValue(code, out var known) || known.AppId != appId || known.Until <= clock.GetUtcNow())
            {
                return 40029;
            }

            if (known.Used)
            {
                return 40163;
            }

            _codes[code] = known with { Used = true };
            openId = known.OpenId;
            return 0;
        }
    }

    private sealed record Code(string AppId, string OpenId, DateTimeOffset Until, bool Used = false);
}
