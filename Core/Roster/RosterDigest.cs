using System.Text.Unicode;
using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// A hash over all that a roster row says of a person, or that is stored of one: equal for those who are equal in every field, empty
/// fields included. Not safe for several threads.
/// </summary>
/// <param name="saysDuties">The file has a column 职务.</param>
internal sealed class RosterDigest(bool saysDuties)
{
    /// <summary>What <see cref="Join"/> takes, from people p and memberships m, and then the sealed phone.</summary>
    public const string Columns =
        "CAST(m.organisation_id AS TEXT), p.roster_id, p.member_number, p.name, CAST(p.birth_date AS TEXT), CAST(m.category AS TEXT), CAST(m.duty AS TEXT), p.phone_sealed";

    /// <summary>Index of the phone.</summary>
    public const int Phone = 7;

    private readonly byte[] _text = new byte[2048];
    private int _length;

    /// <param name="organisation">Id of the stored one.</param>
    /// <param name="phone">Eleven digits.</param>
    public UInt128 Of(int organisation, string? rosterId, string? memberNumber, string name, DateOnly? birth, PersonCategory category, Duty? duty, string? phone)
    {
        _length = 0;
        Add(organisation);
        Add(rosterId);
        Add(memberNumber);
        Add(name);
        if (birth is { } day)
        {
            day.TryFormat(_text.AsSpan(_length), out var written, "O", null);
            _length += written;
        }

        End();
        Add((int)category);
        Add(saysDuties ? (int?)duty : null);
        Add(phone);
        return FieldHash.Of(_text.AsSpan(0, _length));
    }

    /// <param name="stored">As <see cref="Join"/> wrote it.</param>
    /// <param name="phone">Sealed, or nothing.</param>
    public UInt128 Of(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> phone, Vault vault)
    {
        stored.CopyTo(_text);
        _length = stored.Length;
        _length += phone.IsEmpty ? 0 : vault.Open(phone, _text.AsSpan(_length));
        End();
        return FieldHash.Of(_text.AsSpan(0, _length));
    }

    /// <summary>The fields of a stored person but the phone, one after the other.</summary>
    /// <param name="to">Long enough for a row.</param>
    /// <returns>How many bytes were written.</returns>
    public int Join(RowSource row, Span<byte> to)
    {
        var length = 0;
        for (var column = 0; column < Phone; column++)
        {
            if (column < Phone - 1 || saysDuties)
            {
                var cell = row.Bytes(column);
                cell.CopyTo(to[length..]);
                length += cell.Length;
            }

            to[length++] = 0;
        }

        return length;
    }

    private void Add(int? number)
    {
        if (number is { } value)
        {
            value.TryFormat(_text.AsSpan(_length), out var written, default, null);
            _length += written;
        }

        End();
    }

    private void Add(string? field)
    {
        Utf8.FromUtf16(field, _text.AsSpan(_length), out _, out var written);
        _length += written;
        End();
    }

    /// <summary>No field has such a character in it.</summary>
    private void End() => _text[_length++] = 0;
}
