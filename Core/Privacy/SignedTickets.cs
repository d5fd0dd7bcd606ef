using System.Buffers.Text;
using System.Security.Cryptography;

namespace Bot.Core.Privacy;

/// <summary>Signs small byte strings that people carry for us: readable, but not to be made or changed by anybody else.</summary>
/// <param name="purpose">Tickets of one purpose are nothing to another.</param>
public sealed class SignedTickets(KeyRing keys, string purpose)
{
    private const int SignatureSize = 16;

    private readonly byte[] _key = keys.Derive("ticket:" + purpose);

    /// <summary>Base64url of the content and half of its HMAC-SHA256.</summary>
    public string Sign(ReadOnlySpan<byte> content)
    {
        Span<byte> ticket = stackalloc byte[content.Length + SignatureSize];
        content.CopyTo(ticket);
        Signature(content, ticket[content.Length..]);
        return Base64Url.EncodeToString(ticket);
    }

    /// <returns>Null for anything that was not signed here.</returns>
    public byte[]? Open(string? ticket)
    {
        if (ticket is null || ticket.Length is 0 or > 512 || !Base64Url.IsValid(ticket))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(ticket);
        if (bytes.Length <= SignatureSize)
        {
            return null;
        }

        Span<byte> expected = stackalloc byte[SignatureSize];
        var content = bytes.AsSpan(0, bytes.Length - SignatureSize);
        Signature(content, expected);
        return CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(content.Length)) ? content.ToArray() : null;
    }

    private void Signature(ReadOnlySpan<byte> content, Span<byte> target)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, whole);
        whole[..SignatureSize].CopyTo(target);
    }
}
