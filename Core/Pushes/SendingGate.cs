using Bot.Core.WeChat;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// Whether a sender may send now: not in quiet hours, not while WeChat refuses or is silent, not without a token. One for each way of sending:
/// WeChat counts each API by itself.
/// </summary>
internal sealed partial class SendingGate(PushesOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>After so many calls without any answer in between it is WeChat that is away, and each further one would be unknown.</summary>
    private const int MostSilences = 20;

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _pausedAt;
    private DateTimeOffset _pausedUntil;
    private volatile bool _isProbing;
    private string? _noToken;
    private int _silences;

    /// <summary>After a refusal of the whole account one message shows whether it has been mended.</summary>
    public bool IsProbing => _isProbing;

    /// <summary>A clock that has been set back ends the pause.</summary>
    public bool IsPaused
    {
        get
        {
            var now = clock.GetUtcNow();
            lock (_lock)
            {
                return _pausedAt <= now && now < _pausedUntil;
            }
        }
    }

    /// <summary>Night, and nothing but this: what is urgent goes out all the same.</summary>
    public bool IsQuiet => options.IsQuiet(clock.GetUtcNow());

    /// <summary>Closed even to what is urgent.</summary>
    public bool IsShut(WeChatApi api) => IsPaused || !api.IsOn(WeChatAccount.Mp);

    /// <summary>Asks nobody; <see cref="HasTokenAsync"/> may ask WeChat.</summary>
    public bool IsClosed(WeChatApi api) => IsShut(api) || IsQuiet;

    /// <summary>Without a token nothing is taken: everything waits as it is. A probe asks by itself, so as not to use up the circuit's one call.</summary>
    public async Task<bool> HasTokenAsync(WeChatApi api, CancellationToken ct)
    {
        if (_isProbing)
        {
            return true;
        }

        try
        {
            await api.AccessTokenAsync(WeChatAccount.Mp, ct);
            _noToken = null;
            return true;
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            if (_noToken != e.Message)
            {
                LogNoToken(logger, _noToken = e.Message);
            }

            return false;
        }
    }

    /// <summary>What came of one call says whether the next may be made.</summary>
    public void Note(OutboxOutcome outcome)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            _silences = outcome is { State: OutboxState.Unknown, ErrCode: null } ? _silences + 1 : 0;
            if ((outcome.Pause ?? (_silences >= MostSilences ? now + Rest : null)) is { } until)
            {
                (_pausedAt, _pausedUntil) = (now, _pausedAt <= now && _pausedUntil > until ? _pausedUntil : until);
                (_isProbing, _silences) = (true, 0);
            }
            else if (outcome.State != OutboxState.Unknown && now >= _pausedUntil)
            {
                _isProbing = false;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nothing is sent for want of a token: {Reason}")]
    private static partial void LogNoToken(ILogger logger, string reason);
}
