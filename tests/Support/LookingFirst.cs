using Bot.Core.Data;

namespace Bot.Tests.Support;

/// <summary>
/// The control arm of a race: what would happen if the rule looked first and wrote afterwards, without the condition or the index that
/// decides. All have looked before the first one writes.
/// </summary>
internal static class LookingFirst
{
    private const int Racers = 20;

    /// <param name="look">What the racer of this number finds; null when it is refused.</param>
    /// <param name="write">How many rows it then writes.</param>
    /// <returns>How many got through.</returns>
    public static async Task<int> RaceAsync<T>(BotUnderTest bot, Func<BotDb, int, Task<T?>> look, Func<BotDb, int, T, Task<int>> write)
        where T : struct
    {
        using var left = new CountdownEvent(Racers);
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wrote = await Task.WhenAll(Enumerable.Range(0, Racers).Select(racer => bot.InDb(async db =>
        {
            var found = await look(db, racer);
            if (left.Signal())
            {
                looked.SetResult();
            }

            await looked.Task;
            return found is { } seen ? await write(db, racer, seen) : 0;
        })));
        return wrote.Sum();
    }
}
