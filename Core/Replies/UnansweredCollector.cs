using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Replies;

/// <summary>
/// Takes up what no command answers, behind the answer: nobody waits for it, and what finds no room is dropped. One person gives a few texts
/// a day, so that nobody fills the day's list.
/// </summary>
public sealed partial class UnansweredCollector(WriteQueue queue, UnansweredWriter writer, Vault vault, ContentLibrary content, TimeProvider clock, ILogger<UnansweredCollector> logger)
{
    /// <summary>Texts of one person a day, at one node.</summary>
    public const int MaxPerPerson = 10;

    /// <summary>People who are counted so; on a day with more, the others give nothing.</summary>
    private const int MaxPeople = 20_000;

    /// <summary>That wait for the write queue.</summary>
    private const int MaxWaiting = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _given = [];
    private DateOnly _today;
    private int _waiting;

    /// <summary>Of somebody who is in no dialogue.</summary>
    public void Note(int accountId, string text)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        if (UnansweredMask.Of(text, content.Current) is not { } kept || !TakesFrom(accountId, today))
        {
            return;
        }

        _ = StoreAsync(SaidText.Of(vault, accountId, kept, today));
    }

    private bool TakesFrom(int accountId, DateOnly today)
    {
        lock (_lock)
        {
            if (today != _today)
            {
                _given.Clear();
                _today = today;
            }

            var given = _given.GetValueOrDefault(accountId);
            if (given >= MaxPerPerson || (given == 0 && _given.Count >= MaxPeople))
            {
                return false;
            }

            _given[accountId] = given + 1;
            return true;
        }
    }

    private async Task StoreAsync(SaidText said)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
            {
                await queue.WriteAsync(writer, said, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // Nobody waits for this task: whatever is not said here is never said.
            LogDropped(logger, e.GetType().Name); // without the fault's text, which may quote the row
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A text that nothing answers was not stored: {Fault}.")]
    private static partial void LogDropped(ILogger logger, string fault);
}
