namespace Bot.Simulator.Platform;

/// <param name="Daily">Calls a day in China.</param>
/// <param name="PerMinute">Null: none but the daily one.</param>
public sealed record CallLimit(long Daily, int? PerMinute);

/// <summary>How often an account may call each API (wechat-protocol.md §6 and §7): 45009 when the day's calls are used up, 45011 for the minute's.</summary>
public sealed class CallQuotas(TimeProvider clock)
{
    private const int ClearsAMonth = 10;
    private const int ClearsOfOneAMonth = 50;

    private static readonly TimeSpan China = TimeSpan.FromHours(8);
    private static readonly CallLimit Usual = new(500_000, null);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string AppId, string Path), Used> _used = [];
    private readonly Dictionary<(string AppId, bool All, int Month), int> _clears = [];

    private readonly Dictionary<string, CallLimit> _limits = new(StringComparer.Ordinal)
    {
        ["/cgi-bin/message/template/send"] = new(100_000, null),
        ["/cgi-bin/message/subscribe/bizsend"] = new(10_000_000, null),
        ["/cgi-bin/message/subscribe/send"] = new(10_000_000, null),
        ["/cgi-bin/message/mass/send"] = new(100, 60),
        ["/cgi-bin/message/mass/sendall"] = new(100, 60),
        ["/cgi-bin/message/mass/preview"] = new(100, null),
        ["/wxa/getwxacodeunlimit"] = new(500_000, 5_000),
        ["/wxa/msg_sec_check"] = new(2_000_000, 4_000),
        ["/wxa/media_check_async"] = new(200_000, 2_000),
        ["/wxa/generatescheme"] = new(500_000, null),
        ["/wxa/generate_urllink"] = new(500_000, null),
    };

    /// <summary>Counts a call.</summary>
    /// <returns>0, 45009 or 45011; a refused call is not counted.</returns>
    public int Take(string appId, string path)
    {
        lock (_gate)
        {
            var (day, minute) = Now();
            var limit = LimitOf(path);
            var used = _used.GetValueOrDefault((appId, path));
            used = new Used(day, used.Day == day ? used.Today : 0, minute, used.Minute == minute ? used.InMinute : 0);
            if (used.Today >= limit.Daily || used.InMinute >= limit.PerMinute)
            {
                return used.Today >= limit.Daily ? 45009 : 45011;
            }

            _used[(appId, path)] = used with { Today = used.Today + 1, InMinute = used.InMinute + 1 };
            return 0;
        }
    }

    /// <summary>Sets another limit, to see what happens when it is reached.</summary>
    public void Limit(string path, CallLimit limit)
    {
        lock (_gate)
        {
            _limits[path] = limit;
        }
    }

    public (long Daily, long Used) Of(string appId, string path)
    {
        lock (_gate)
        {
            var used = _used.GetValueOrDefault((appId, path));
            return (LimitOf(path).Daily, used.Day == Now().Day ? used.Today : 0);
        }
    }

    /// <param name="path">Null: of all APIs.</param>
    /// <returns>0, or 48006 when the month's clears are used up.</returns>
    public int Clear(string appId, string? path)
    {
        lock (_gate)
        {
            var today = clock.GetUtcNow().ToOffset(China);
            var key = (appId, path is null, (today.Year * 100) + today.Month);
            var clears = _clears.GetValueOrDefault(key);
            if (clears == (path is null ? ClearsAMonth : ClearsOfOneAMonth))
            {
                return 48006;
            }

            _clears[key] = clears + 1;
            foreach (var used in _used.Keys.Where(k => k.AppId == appId && (path is null || k.Path == path)).ToList())
            {
                _used.Remove(used);
            }

            return 0;
        }
    }

    private CallLimit LimitOf(string path) => _limits.GetValueOrDefault(path, Usual);

    private (int Day, long Minute) Now()
    {
        var now = clock.GetUtcNow().ToOffset(China);
        return (DateOnly.FromDateTime(now.DateTime).DayNumber, now.ToUnixTimeSeconds() / 60);
    }

    private readonly record struct Used(int Day, long Today, long Minute, int InMinute);
}
