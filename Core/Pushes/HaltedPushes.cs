using System.Collections.Concurrent;

namespace Bot.Core.Pushes;

/// <summary>Pushes whose content WeChat refuses; each is tried again after ten minutes.</summary>
internal sealed class HaltedPushes(TimeProvider clock)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<int, DateTimeOffset> _until = new();

    public bool Contains(OpenPush push) => _until.TryGetValue(push.Id, out var until) && clock.GetUtcNow() < until;

    /// <returns>When it is tried again.</returns>
    public DateTimeOffset Add(OpenPush push) => _until[push.Id] = clock.GetUtcNow() + Rest;
}
