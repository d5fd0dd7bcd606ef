using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Bench.Bare;

/// <summary>wechat-protocol.md §1.1 and §1.3 once more and as plainly as can be, so that the yardstick is not made of what it measures.</summary>
internal static class CallbackMath
{
    public static string Sign(params string[] parts)
    {
        Array.Sort(parts, string.CompareOrdinal);
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))));
    }

    public static byte[] Key(string aesKey) => Convert.FromBase64String(aesKey + "=");

    /// <returns>Base64.</returns>
    public static string Encrypt(byte[] key, string appId, ReadOnlySpan<byte> message)
    {
        var length = 20 + message.Length + Encoding.UTF8.GetByteCount(appId);
        var padding = 32 - (length % 32);
        var plain = new byte[length + padding];
        RandomNumberGenerator.Fill(plain.AsSpan(0, 16));
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(16), message.Length);
        message.CopyTo(plain.AsSpan(20));
        Encoding.UTF8.GetBytes(appId, plain.AsSpan(20 + message.Length));
        plain.AsSpan(length).Fill((byte)padding);
        using var aes = Aes.Create();
        aes.Key = key;
        return Convert.ToBase64String(aes.EncryptCbc(plain, key.AsSpan(0, 16), PaddingMode.None));
    }

    /// <returns>The message alone.</returns>
    public static ReadOnlyMemory<byte> Decrypt(byte[] key, string base64)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var plain = aes.DecryptCbc(Convert.FromBase64String(base64), key.AsSpan(0, 16), PaddingMode.None);
        return plain.AsMemory(20, BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(16)));
    }
}
