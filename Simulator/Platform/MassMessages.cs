namespace Bot.Simulator.Platform;

/// <summary>A mass message as the platform keeps it.</summary>
/// <param name="Status">SEND_SUCCESS, or DELETE once it has been taken back.</param>
public sealed record MassMessage(long Id, long DataId, string Status);

/// <summary>Mass messages by the bot's own id and by WeChat's.</summary>
public sealed class MassMessages
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _byClientId = new(StringComparer.Ordinal);
    private readonly Dictionary<long, MassMessage> _all = [];

    /// <summary>0 (fastest) to 4.</summary>
    public int Speed { get; set; }

    /// <returns>False when this id of the bot's has been used before; then the message that had it.</returns>
    public bool TryAdd(string? clientId, Func<long> newId, out MassMessage message)
    {
        lock (_gate)
        {
            if (clientId is not null && _byClientId.TryGetValue(clientId, out var known))
            {
                message = _all[known];
                return false;
            }

            message = new MassMessage(newId(), newId(), "SEND_SUCCESS");
            _all[message.Id] = message;
            if (clientId is not null)
            {
                _byClientId[clientId] = message.Id;
            }

            return true;
        }
    }

    public MassMessage? Find(long id)
    {
        lock (_gate)
        {
            return _all.GetValueOrDefault(id);
        }
    }

    public void Delete(long id)
    {
        lock (_gate)
        {
            _all[id] = _all[id] with { Status = "DELETE" };
        }
    }
}
