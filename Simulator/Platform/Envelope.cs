using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Simulator.Platform;

/// <summary>
/// WeChat's end of message signing and encryption (wechat-protocol.md §1.3). Written apart from the bot's own so that
/// each checks the other: shared code would agree with itself even where both are wrong.
/// </summary>
internal static class Envelope
{
    private const int Block = 32;

    public static string Sign(params string[] parts)
    {
        Array.Sort(parts, StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))));
    }

    public static string Seal(string encodingAesKey, string appId, string message)
    {
        var text = Encoding.UTF8.GetBytes(message);
        var app = Encoding.UTF8.GetBytes(appId);
        var length = 16 + 4 + text.Length + app.Length;
        var padding = Block - (length % Block);
        var plain = new byte[length + padding];
        RandomNumberGenerator.Fill(plain.AsSpan(0, 16));
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(16), text.Length);
        text.CopyTo(plain, 20);
        app.CopyTo(plain, 20 + text.Length);
        plain.AsSpan(length).Fill((byte)padding);

        using var aes = Cipher(encodingAesKey);
        return Convert.ToBase64String(aes.EncryptCbc(plain, aes.IV, PaddingMode.None));
    }

    /// <exception cref="FormatException">The text is not what the bot should have sealed; the message says why.</exception>
    public static string Open(string encodingAesKey, string appId, string sealedText)
    {
        var cipher = Convert.FromBase64String(sealedText);
        if (cipher.Length == 0 || cipher.Length % Block != 0)
        {
            throw new FormatException("the ciphertext is not a whole number of 32-byte blocks");
        }

        using var aes = Cipher(encodingAesKey);
        var plain = aes.DecryptCbc(cipher, aes.IV, PaddingMode.None);
        var padding = plain[^1];
        if (padding is < 1 or > Block || plain.AsSpan(plain.Length - padding).ContainsAnyExcept(padding))
        {
            throw new FormatException("the padding is not PKCS#7 with 32-byte blocks");
        }

        var body = plain.AsSpan(0, plain.Length - padding);
        if (body.Length < 20)
        {
            throw new FormatException("the plaintext is shorter than its header");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(body[16..]);
        if (length > body.Length - 20)
        {
            throw new FormatException("the stated length is longer than the message");
        }

        if (Encoding.UTF8.GetString(body[(20 + (int)length)..]) != appId)
        {
            throw new FormatException("the appid at the end is another account's");
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.Slice(20, (int)length));
    }

    private static Aes Cipher(string encodingAesKey)
    {
        var aes = Aes.Create();
        aes.Key = Convert.FromBase64String(encodingAesKey + "=");
        aes.IV = aes.Key[..16];
        return aes;
    }
}
