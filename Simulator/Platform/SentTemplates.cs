namespace Bot.Simulator.Platform;

/// <summary>The ids of the bot's own under which template messages went out: the same one is not sent to the same person again for ten minutes.</summary>
internal sealed class SentTemplates(TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(string OpenId, string Id), (long MsgId, DateTimeOffset Until)> _sent = [];

    /// <returns>The msgid of the message that had this id; null when there was none.</returns>
    public long? Find(string openId, string id)
    {
        lock (_sent)
        {
            return _sent.TryGetValue((openId, id), out var sent) && sent.Until > clock.GetUtcNow() ? sent.MsgId : null;
        }
    }

    public void Remember(string openId, string id, long msgId)
    {
        lock (_sent)
        {
            var now = clock.GetUtcNow();
            foreach (var over in _sent.Where(s => s.Value.Until <= now).Select(s => s.Key).ToList())
            {
                _sent.Remove(over);
            }

            _sent[(openId, id)] = (msgId, now + Remembered);
        }
    }
}
