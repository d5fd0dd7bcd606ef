using System.Collections.Concurrent;

namespace Bot.Bench;

/// <summary>What clients were told: one receipt for each pair of member and lesson.</summary>
internal sealed class Told
{
    private readonly ConcurrentDictionary<(int Member, int Period), string> _receipts = new();
    private int _different;
    private int _storedUntold;

    public int Count => _receipts.Count;

    public IReadOnlyDictionary<(int Member, int Period), string> Receipts => _receipts;

    /// <summary>How often a second receipt was given out for a pair.</summary>
    public int Different => _different;

    /// <summary>How often a pair turned out to be stored whose client had not heard of it: the kill came between commit and answer.</summary>
    public int StoredUntold => _storedUntold;

    /// <param name="isNew">Whether the server says that it has just been stored.</param>
    /// <returns>False when this pair had been given another receipt.</returns>
    public bool Note((int Member, int Period) pair, string receipt, bool isNew)
    {
        Interlocked.Add(ref _storedUntold, isNew || Knows(pair) ? 0 : 1);
        var same = receipt.Length > 0 && _receipts.GetOrAdd(pair, receipt) == receipt;
        Interlocked.Add(ref _different, same ? 0 : 1);
        return same;
    }

    public bool Knows((int Member, int Period) pair) => _receipts.ContainsKey(pair);

    public IEnumerable<(int Member, int Period)> Some(int count, Random random) => _receipts.IsEmpty ? [] : random.GetItems([.. _receipts.Keys.Order()], count).Distinct();
}
