using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.Extensions.Caching.Memory;

namespace Bot.Core.Staff;

/// <summary>How much waits for a viewer to decide it.</summary>
public readonly record struct TaskCount(int Tray, int Appeals, int Transfers);

/// <summary>
/// What waits, as every page of the console shows beside its links: up to five seconds old, for whose every single thing has to be asked who
/// answers for it. What a viewer has done is seen at once.
/// </summary>
public sealed class OpenTasks(TaskMemory memory, Tray tray, RosterDoubts doubts, Appeals appeals, TransferLists transfers)
{
    /// <param name="tops">The viewer's <see cref="Viewer.TrayTops"/>.</param>
    public async Task<TaskCount> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
        => tops.Count == 0 ? default : memory.Find(tops) ?? memory.Keep(tops, new TaskCount(
            await tray.CountAsync(tops, ct) + await doubts.CountAsync(tops, ct), await appeals.CountAsync(tops, ct), await transfers.CountAsync(tops, ct)));
}

/// <summary>One for a process.</summary>
public sealed class TaskMemory : IDisposable
{
    private const int MaxViewers = 1000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _held = new(new MemoryCacheOptions { SizeLimit = MaxViewers });

    public void Dispose() => _held.Dispose();

    /// <summary>After anything that a viewer has done.</summary>
    public void Forget(IReadOnlyCollection<int> tops) => _held.Remove(Key(tops));

    internal TaskCount? Find(IReadOnlyCollection<int> tops) => _held.TryGetValue(Key(tops), out TaskCount count) ? count : null;

    internal TaskCount Keep(IReadOnlyCollection<int> tops, TaskCount count)
        => _held.Set(Key(tops), count, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = KeptFor });

    private static string Key(IReadOnlyCollection<int> tops) => string.Join(',', tops.Order());
}
