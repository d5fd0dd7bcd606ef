namespace Bot.Simulator.Platform;

/// <summary>The API tokens of one account (wechat-protocol.md §6.1).</summary>
internal sealed class AccessTokens(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(7200);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _validUntil = [];
    private readonly HashSet<string> _replaced = [];
    private string? _stable;
    private string? _ordinary;

    /// <summary>/cgi-bin/stable_token: the same token until its last five minutes; forced, a new one and the old ones void.</summary>
    public (string Token, int ExpiresIn) Stable(bool force)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (force && _stable is not null)
            {
                Void(_stable);
            }

            if (force || _stable is null || _validUntil[_stable] - now <= Overlap)
            {
                _stable = Issue(now);
            }

            return (_stable, (int)(_validUntil[_stable] - now).TotalSeconds);
        }
    }

    /// <summary>/cgi-bin/token: every call makes the one before it void after five minutes.</summary>
    public (string Token, int ExpiresIn) Ordinary()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_ordinary is not null && _validUntil[_ordinary] - now > Overlap)
            {
                _validUntil[_ordinary] = now + Overlap;
                _replaced.Add(_ordinary);
            }

            _ordinary = Issue(now);
            return (_ordinary, (int)Life.TotalSeconds);
        }
    }

    /// <summary>Makes every token void, as a leak report or another server's force_refresh does.</summary>
    public void VoidAll()
    {
        lock (_gate)
        {
            foreach (var token in _validUntil.Keys)
            {
                Void(token);
            }

            _stable = _ordinary = null;
        }
    }

    /// <returns>0 or the errcode of the table in §8.</returns>
    public int Check(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return 41001;
        }

        lock (_gate)
        {
            return !_validUntil.TryGetValue(token, out var until) ? (token.Length < 64 ? 40014 : 40001)
                : until > clock.GetUtcNow() ? 0
                : _replaced.Contains(token) ? 40001
                : 42001;
        }
    }

    private string Issue(DateTimeOffset now)
    {
        var token = Chance.Text(136);
        _validUntil[token] = now + Life;
        return token;
    }

    private void Void(string token)
    {
        _validUntil[token] = DateTimeOffset.MinValue;
        _replaced.Add(token);
    }
}
