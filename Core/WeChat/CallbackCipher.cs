using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>§1.3: AES-256-CBC over random(16) | length(4) | message | appid | padding to 32.</summary>
internal sealed class CallbackCipher
{
    private const int KeyCharacters = 43;
    private const int RandomLength = 16;
    private const int HeadLength = RandomLength + sizeof(uint);
    private const int PaddingBlock = 32;
    private const int AesBlock = 16;

    private static readonly SearchValues<char> KeyAlphabet
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    private readonly byte[] _key;
    private readonly byte[] _appId;

    public CallbackCipher(string encodingAesKey, string appId)
    {
        _key = Convert.FromBase64String(encodingAesKey + "=");
        _appId = Encoding.UTF8.GetBytes(appId);
    }

    /// <summary>By its characters alone: WeChat's keys have stray bits in the last one, which strict checks of base64 refuse.</summary>
    public static bool IsKey(string encodingAesKey)
        => encodingAesKey.Length == KeyCharacters && !encodingAesKey.AsSpan().ContainsAnyExcept(KeyAlphabet);

    /// <returns>Malformed when it is no such ciphertext, Forbidden when it was meant for another account.</returns>
    public (OpenedAs As, ReadOnlyMemory<byte> Message) Decrypt(string base64)
    {
        var plain = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(base64, plain, out var length) || length == 0 || length % AesBlock != 0)
        {
            return (OpenedAs.Malformed, default);
        }

        using (var aes = Aes.Create())
        {
            aes.Key = _key;
            aes.DecryptCbc(plain.AsSpan(0, length), _key.AsSpan(0, AesBlock), plain, PaddingMode.None);
        }

        // PaddingMode.PKCS7 refuses paddings over 16, so they are taken off here.
        int padding = plain[length - 1];
        if (padding is 0 or > PaddingBlock || padding > length || plain.AsSpan(length - padding, padding).ContainsAnyExcept((byte)padding))
        {
            return (OpenedAs.Malformed, default);
        }

        var rest = plain.AsMemory(0, length - padding);
        if (rest.Length < HeadLength)
        {
            return (OpenedAs.Malformed, default);
        }

        var messageLength = BinaryPrimitives.ReadUInt32BigEndian(rest.Span[RandomLength..]);
        rest = rest[HeadLength..];
        if (messageLength > (uint)rest.Length)
        {
            return (OpenedAs.Malformed, default);
        }

        return rest.Span[(int)messageLength..].SequenceEqual(_appId)
            ? (OpenedAs.Message, rest[..(int)messageLength])
            : (OpenedAs.Forbidden, default);
    }

    /// <summary>To be written before the message.</summary>
    public void WriteHead(Utf8Buffer plain)
    {
        var head = plain.Reserve(HeadLength);
        RandomNumberGenerator.Fill(head[..RandomLength]);
    }

    /// <param name="plain">The head and the message; its content is overwritten.</param>
    /// <returns>Base64.</returns>
    public string Encrypt(Utf8Buffer plain)
    {
        BinaryPrimitives.WriteUInt32BigEndian(plain.Written[RandomLength..], (uint)(plain.Written.Length - HeadLength));
        plain.Write(_appId);
        var padding = PaddingBlock - (plain.Written.Length % PaddingBlock);
        plain.Reserve(padding).Fill((byte)padding);
        using var aes = Aes.Create();
        aes.Key = _key;
        aes.EncryptCbc(plain.Written, _key.AsSpan(0, AesBlock), plain.Written, PaddingMode.None);
        return Convert.ToBase64String(plain.Written);
    }
}
