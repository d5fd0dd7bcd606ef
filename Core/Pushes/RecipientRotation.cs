using Bot.Core.WeChat;

namespace Bot.Core.Pushes;

/// <summary>Which push is next in one run: each in turn gets a look at its recipients, in the order of their rows.</summary>
internal sealed class RecipientRotation(RecipientRows rows, RecipientLooks looks, SendingGate gate, WeChatApi api, Func<OpenPush, bool> isHalted, TimeProvider clock)
{
    /// <summary>How often new pushes, stopped ones, quiet hours and the token are looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>A run ends after this, so that what was put off is looked at again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, long> _after = [];
    private readonly long _begun = clock.GetTimestamp();
    private List<OpenPush> _open = [];
    private long? _looked;
    private int _turn;

    /// <returns>Null when nobody is to be taken now.</returns>
    public async Task<(OpenPush Push, long After)?> NextAsync(CancellationToken ct)
    {
        if (_looked is not { } looked || clock.GetElapsedTime(looked) > Look)
        {
            if (clock.GetElapsedTime(_begun) > Longest || gate.IsClosed(api) || !await gate.HasTokenAsync(api, ct))
            {
                return null;
            }

            _open = await rows.OpenAsync(ct);
            _looked = clock.GetTimestamp();
        }

        _open.RemoveAll(push => isHalted(push));
        if (_open.Count == 0)
        {
            return null;
        }

        var push = _open[_turn++ % _open.Count];
        return (push, _after.TryGetValue(push.Id, out var after) ? after : await looks.AfterAsync(push, ct));
    }

    public void Note(OpenPush push, TakenWindow window)
    {
        _after[push.Id] = window.Last;
        looks.Note(push, window.Last);
        if (window.IsEnd)
        {
            _open.Remove(push);
        }
    }
}
