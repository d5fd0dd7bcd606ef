namespace Bot.Core.Roster;

/// <summary>
/// Says whether a key has perhaps been there before, in eight bytes a key: hashes of 64 bits in an open table. Equal hashes of different
/// keys only make the exact, slower question be asked.
/// </summary>
internal sealed class KeySet
{
    private ulong[] _slots = new ulong[1 << 12];
    private int _count;

    /// <summary>True once a key came that may have come before.</summary>
    public bool MayRepeat { get; private set; }

    public void Add(string key, int within = 0)
    {
        var hash = (ulong)FieldHash.Of(key, within) | 1; // 0 is an empty slot
        if (_count * 3L > _slots.Length * 2L)
        {
            Grow();
        }

        MayRepeat |= !Place(_slots, hash);
        _count++;
    }

    private static bool Place(ulong[] slots, ulong hash)
    {
        var mask = (uint)slots.Length - 1;
        for (var at = (uint)(hash >> 20) & mask; ; at = (at + 1) & mask)
        {
            if (slots[at] == hash)
            {
                return false;
            }

            if (slots[at] == 0)
            {
                slots[at] = hash;
                return true;
            }
        }
    }

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var hash in _slots)
        {
            if (hash != 0)
            {
                Place(larger, hash);
            }
        }

        _slots = larger;
    }
}
