using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Bot.Core.Staff;

/// <summary>Six-digit codes of authenticator apps: RFC 6238 with SHA-1 and steps of 30 seconds, the only kind that every app understands.</summary>
public static class Totp
{
    /// <summary>Bytes of a key, as RFC 4226 §4 asks for.</summary>
    public const int KeySize = 20;

    private const int StepSeconds = 30;

    /// <summary>Steps that a phone's clock may be off, either way.</summary>
    private const int Tolerance = 1;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Code(byte[] key, DateTimeOffset at) => Code(key, Step(at));

    /// <summary>Which step a code belongs to, of those around <paramref name="at"/>.</summary>
    /// <returns>Null when the code is wrong.</returns>
    public static long? StepOf(byte[] key, string code, DateTimeOffset at)
    {
        for (var step = Step(at) - Tolerance; step <= Step(at) + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Code(key, step)), System.Text.Encoding.ASCII.GetBytes(code)))
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>The key as apps take it by hand: base32, 32 letters.</summary>
    public static string Written(byte[] key)
    {
        var bits = key.SelectMany(b => Enumerable.Range(0, 8).Select(i => (b >> (7 - i)) & 1)).Chunk(5);
        return string.Concat(bits.Select(five => Base32[five.Aggregate(0, (sum, bit) => (sum << 1) | bit)]));
    }

    /// <summary>What the QR code holds.</summary>
    public static string Address(byte[] key, string issuer, string login)
        => $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(login)}?secret={Written(key)}&issuer={Uri.EscapeDataString(issuer)}";

    private static long Step(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    private static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(key, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
