using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>§1.1 and §1.3: SHA-1, in lower-case hex, over the ordinally sorted parts; and how old a timestamp may be.</summary>
internal sealed class CallbackSignature(string token, int maxClockSkewSeconds, TimeProvider clock)
{
    private const int HexLength = 40;

    /// <summary>Ten digits, and within the allowed distance of our clock.</summary>
    public bool IsFresh(string? timestamp)
    {
        // Ten digits exactly: the concatenation is ambiguous, a digit moved over from the nonce keeps the hash.
        if (timestamp is not { Length: 10 })
        {
            return false;
        }

        long seconds = 0;
        foreach (var digit in timestamp)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            seconds = (seconds * 10) + (digit - '0');
        }

        return maxClockSkewSeconds == 0
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) <= maxClockSkewSeconds;
    }

    /// <param name="signature">As the sender wrote it.</param>
    /// <param name="timestamp">From the query.</param>
    /// <param name="nonce">From the query.</param>
    /// <param name="encrypted">The base64 text as transmitted, or null for the signature of the query alone.</param>
    public bool Covers(string? signature, string? timestamp, string? nonce, string? encrypted = null)
    {
        if (signature is not { Length: HexLength } || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(nonce))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HexLength];
        Span<byte> given = stackalloc byte[HexLength];
        Compute(expected, timestamp, nonce, encrypted);
        return Encoding.UTF8.TryGetBytes(signature, given, out var written)
            && CryptographicOperations.FixedTimeEquals(expected, given[..written]);
    }

    /// <summary>Writes 40 lower-case hex digits.</summary>
    public void Compute(Span<byte> hex, string timestamp, string nonce, string? encrypted)
    {
        string[] parts = encrypted is null ? [token, timestamp, nonce] : [token, timestamp, nonce, encrypted];
        SortOrdinally(parts);
        using var text = new Utf8Buffer();
        foreach (var part in parts)
        {
            text.Write(part);
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text.Written, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }

    /// <summary>By code unit; the usual order of strings follows a language.</summary>
    private static void SortOrdinally(string[] parts)
    {
        for (var i = 1; i < parts.Length; i++)
        {
            for (var j = i; j > 0 && string.CompareOrdinal(parts[j - 1], parts[j]) > 0; j--)
            {
                (parts[j - 1], parts[j]) = (parts[j], parts[j - 1]);
            }
        }
    }
}
