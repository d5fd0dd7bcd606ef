using System.Text.Unicode;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// A hash over all that a roster row says of a person, or that is stored of one: equal for those who are equal in every field, empty
/// fields included. Not safe for several threads.
/// </summary>
/// <param name="saysDuties">The file has a column 职务.</param>
internal sealed class RosterDigest(bool saysDuties)
{
    /// <summary>Index of the sealed phone in <see cref="Columns"/>.</summary>
    public const int Phone = 1;

    /// <summary>No field has such a character in it.</summary>
    private const byte Separator = 31;

    private readonly byte[] _text = new byte[2048];
    private int _length;

    /// <summary>Of people p and memberships m: all fields but the phone as one text, put together by the database, and the phone.</summary>
    /// <param name="isSqlite">Else PostgreSQL.</param>
    public string Columns(bool isSqlite)
    {
        var end = $" || {(isSqlite ? "char" : "chr")}({Separator})";
        return string.Join(" || ", new[] { "m.organisation_id", Field("p.roster_id"), Field("p.member_number"), "p.name", Field("p.birth_date"), "m.category", saysDuties ? Field("m.duty") : "''" }
            .Select(field => field + end)) + ", p.phone_sealed";

        static string Field(string column) => $"COALESCE(CAST({column} AS TEXT), '')";
    }

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

    /// <param name="stored">The first of <see cref="Columns"/>.</param>
    /// <param name="phone">Sealed, or nothing.</param>
    public UInt128 Of(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> phone, Vault vault)
    {
        stored.CopyTo(_text);
        _length = stored.Length;
        _length += phone.IsEmpty ? 0 : vault.Open(phone, _text.AsSpan(_length));
        End();
        return FieldHash.Of(_text.AsSpan(0, _length));
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

    private void End() => _text[_length++] = Separator;
}
