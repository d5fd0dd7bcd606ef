namespace Bot.Core.Data;

/// <summary>
/// Values that are kept for a minute at most, by the ten thousand: the bytes lie one behind the other in a few large blocks, and the
/// newest overwrite the oldest. As objects of their own they would all outlive the youngest generation and make every collection long.
/// </summary>
internal sealed class BriefMemory
{
    /// <summary>Of one value.</summary>
    public const int MaxLength = BlockSize;

    private const int BlockSize = 256 * 1024;
    private const int Blocks = 64;
    private const int MaxEntries = 50_000;

    private readonly Lock _lock = new();
    private readonly byte[]?[] _blocks = new byte[Blocks][];
    private readonly Dictionary<string, Slot> _slots = [];

    /// <summary>Everything that lies in the blocks, oldest first, replaced and removed values, too.</summary>
    private readonly Queue<(string Key, long Position)> _order = [];

    /// <summary>Where the next value begins; grows for ever, the block is its share modulo <see cref="Blocks"/>. No two values begin at one place.</summary>
    private long _end;

    /// <param name="now">Milliseconds since 1970, UTC, as <paramref name="until"/>.</param>
    /// <returns>False when the key is held.</returns>
    public bool TryAdd(string key, ReadOnlySpan<byte> value, long until, long now)
    {
        lock (_lock)
        {
            if (_slots.TryGetValue(key, out var held) && held.Until > now)
            {
                return false;
            }

            Put(key, value, until);
            return true;
        }
    }

    public void Set(string key, ReadOnlySpan<byte> value, long until)
    {
        lock (_lock)
        {
            Put(key, value, until);
        }
    }

    public byte[]? Find(string key, long now)
    {
        lock (_lock)
        {
            return _slots.TryGetValue(key, out var slot) && slot.Until > now ? Bytes(slot.Position, slot.Length).ToArray() : null;
        }
    }

    public bool Remove(string key)
    {
        lock (_lock)
        {
            return _slots.Remove(key);
        }
    }

    private void Put(string key, ReadOnlySpan<byte> value, long until)
    {
        // An empty value takes a byte: the position tells values apart. None lies across two blocks.
        var size = Math.Max(value.Length, 1);
        if ((_end % BlockSize) + size > BlockSize)
        {
            _end += BlockSize - (_end % BlockSize);
        }

        var position = _end;
        _end += size;
        while (_order.TryPeek(out var oldest) && (oldest.Position / BlockSize <= (position / BlockSize) - Blocks || _order.Count >= MaxEntries * 2 || _slots.Count >= MaxEntries))
        {
            _order.Dequeue();
            if (_slots.TryGetValue(oldest.Key, out var slot) && slot.Position == oldest.Position)
            {
                _slots.Remove(oldest.Key);
            }
        }

        value.CopyTo(Bytes(position, value.Length));
        _slots[key] = new Slot(position, value.Length, until);
        _order.Enqueue((key, position));
    }

    private Span<byte> Bytes(long position, int length)
        => (_blocks[position / BlockSize % Blocks] ??= new byte[BlockSize]).AsSpan((int)(position % BlockSize), length);

    private readonly record struct Slot(long Position, int Length, long Until);
}
