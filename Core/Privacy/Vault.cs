using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.Privacy;

/// <summary>Seals what must be stored but not read by chance: openids and phone numbers.</summary>
public sealed class Vault(KeyRing keys) : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _hashKey = keys.Derive("openid-hash");
    private readonly byte[] _pseudonymKey = keys.Derive("pseudonym");
    private readonly byte[] _markKey = keys.Derive("erasure-mark");

    /// <summary>One a thread: setting one up costs more than sealing with it.</summary>
    private readonly ThreadLocal<AesGcm> _aes = new(() => new AesGcm(keys.Derive("vault-seal"), TagSize));

    public void Dispose() => _aes.Dispose();

    /// <summary>Keyed hash of an openid, 32 bytes: equal for equal input, useless without the key ring.</summary>
    public byte[] Hash(string appId, string openId)
    {
        Span<byte> text = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(appId, text, out var app) && Encoding.UTF8.TryGetBytes(openId, text[(app + 1)..], out var open)
            ? HMACSHA256.HashData(_hashKey, text[..(app + 1 + open)])
            : throw new ArgumentException("An appid and openid are far shorter than this.");
    }

    /// <summary>A short name for something that holds an openid, such as a message's retry key: 22 letters, equal for equal input.</summary>
    public string Pseudonym(string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_pseudonymKey, Encoding.UTF8.GetBytes(text), hash);
        return Base64Url.EncodeToString(hash[..16]);
    }

    /// <summary>What remains of something that had to be forgotten but must be known again, 32 bytes; equal for equal kind and text.</summary>
    public byte[] Mark(string kind, string text) => HMACSHA256.HashData(_markKey, Encoding.UTF8.GetBytes(kind + '\0' + text));

    /// <summary>AES-256-GCM: nonce, ciphertext, tag.</summary>
    public byte[] Seal(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var sealedBytes = new byte[NonceSize + size + TagSize];
        var nonce = sealedBytes.AsSpan(0, NonceSize);
        var cipher = sealedBytes.AsSpan(NonceSize, size);
        RandomNumberGenerator.Fill(nonce);
        _aes.Value!.Encrypt(nonce, Encoding.UTF8.GetBytes(text), cipher, sealedBytes.AsSpan(NonceSize + size));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Not sealed with this key ring, or changed since.</exception>
    public string Open(ReadOnlySpan<byte> sealedBytes)
    {
        var text = new byte[Math.Max(0, sealedBytes.Length - NonceSize - TagSize)];
        return Encoding.UTF8.GetString(text, 0, Open(sealedBytes, text));
    }

    /// <param name="text">Gets the UTF-8.</param>
    /// <returns>Its bytes.</returns>
    /// <inheritdoc cref="Open(ReadOnlySpan{byte})"/>
    public int Open(ReadOnlySpan<byte> sealedBytes, Span<byte> text)
    {
        if (sealedBytes.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("Too short to be sealed.");
        }

        var size = sealedBytes.Length - NonceSize - TagSize;
        _aes.Value!.Decrypt(sealedBytes[..NonceSize], sealedBytes.Slice(NonceSize, size), sealedBytes[(NonceSize + size)..], text[..size]);
        return size;
    }
}
