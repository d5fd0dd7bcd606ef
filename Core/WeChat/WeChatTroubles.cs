namespace Bot.Core.WeChat;

/// <summary>Why an account does not work, for an alarm.</summary>
/// <param name="Code">errcode.</param>
/// <param name="Method">The path that was refused.</param>
/// <param name="At">UTC instant of the last refusal.</param>
/// <param name="RefusedAddress">As <see cref="WeChatException.RefusedAddress"/>.</param>
public sealed record WeChatTrouble(WeChatVerdict Verdict, int Code, string Method, DateTimeOffset At, string? RefusedAddress);

/// <summary>WeChat gives no token, so that nothing of the account works, and does not say why.</summary>
/// <param name="Since">UTC instant of the first call without an answer.</param>
/// <param name="What">How it was silent.</param>
public sealed record WeChatSilentTime(DateTimeOffset Since, string What);

/// <summary>
/// What stands in the way of each account, and a circuit: a wrong secret or an address that is not allowed does not get better by
/// asking with every message. One for all users of an account, so register it once.
/// </summary>
public sealed class WeChatTroubles(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<WeChatAccount, State> _states = [];
    private readonly Dictionary<WeChatAccount, WeChatSilentTime> _silent = [];

    public WeChatTrouble? Of(WeChatAccount account)
    {
        lock (_lock)
        {
            return _states.GetValueOrDefault(account)?.Trouble;
        }
    }

    /// <summary>Since when no token can be had for want of an answer; null while one can, or nobody has tried.</summary>
    public WeChatSilentTime? SilentTimeOf(WeChatAccount account)
    {
        lock (_lock)
        {
            return _silent.GetValueOrDefault(account);
        }
    }

    /// <summary>A token was asked for.</summary>
    /// <param name="silence">Null: there was an answer, whatever it says.</param>
    internal void Heard(WeChatAccount account, WeChatSilenceException? silence)
    {
        lock (_lock)
        {
            if (silence is null)
            {
                _silent.Remove(account);
            }
            else
            {
                _silent.TryAdd(account, new WeChatSilentTime(clock.GetUtcNow(), silence.What));
            }
        }
    }

    /// <summary>Lets a call pass; while the circuit is open one a minute, to see whether it has been mended.</summary>
    /// <exception cref="WeChatException">The circuit is open: the refusal that opened it.</exception>
    internal void Pass(WeChatAccount account)
    {
        lock (_lock)
        {
            if (_states.GetValueOrDefault(account) is not { Refusal: { } refusal } state)
            {
                return;
            }

            var now = clock.GetUtcNow();
            if (now < state.Until)
            {
                throw refusal.Again();
            }

            state.Until = now + Pause;
        }
    }

    /// <param name="opens">Whether all calls of the account would fail like this one.</param>
    internal void Note(WeChatAccount account, WeChatException refusal, bool opens)
    {
        if (!opens && refusal.Verdict.Effect is not (WeChatEffect.Configuration or WeChatEffect.AccountBlocked))
        {
            return;
        }

        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var trouble = new WeChatTrouble(refusal.Verdict, refusal.Code, refusal.Method, now, refusal.RefusedAddress);
            var before = _states.GetValueOrDefault(account);
            _states[account] = opens ? new State(trouble) { Refusal = refusal, Until = now + Pause }
                : new State(trouble) { Refusal = before?.Refusal, Until = before?.Until ?? default };
        }
    }

    /// <summary>A call was answered well: the circuit is closed. What one API was refused for stays until that API works.</summary>
    internal void Clear(WeChatAccount account, string method)
    {
        lock (_lock)
        {
            if (_states.GetValueOrDefault(account) is { } state && (state.Refusal is not null || state.Trouble.Method == method))
            {
                _states.Remove(account);
            }
        }
    }

    private sealed record State(WeChatTrouble Trouble)
    {
        public WeChatException? Refusal { get; init; }

        public DateTimeOffset Until { get; set; }
    }
}
