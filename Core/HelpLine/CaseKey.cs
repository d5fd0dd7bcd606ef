using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bot.Core.HelpLine;

/// <summary>One case's key, for as long as it is needed. What it seals opens in its place alone: under another name, or in another case, it does not.</summary>
public sealed class CaseKey : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly JsonSerializerOptions Brief = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly AesGcm _aes;
    private readonly string _media;

    internal CaseKey(string id, byte[] bytes, string media)
    {
        (Id, Bytes, _media) = (id, bytes, media);
        _aes = new AesGcm(bytes, TagSize);
    }

    public string Id { get; }

    internal byte[] Bytes { get; }

    /// <param name="name">Of the place where it is kept, such as a message's key.</param>
    public byte[] Seal(string text, string name) => Seal(Encoding.UTF8.GetBytes(text), name);

    /// <exception cref="CryptographicException">Sealed by another key, for another place, or changed since.</exception>
    public string Open(byte[] sealedBytes, string name) => Encoding.UTF8.GetString(OpenBytes(sealedBytes, name));

    public byte[] Seal(HelpBody body, string messageKey) => Seal(JsonSerializer.SerializeToUtf8Bytes(body, Brief), messageKey);

    /// <inheritdoc cref="Open"/>
    public HelpBody OpenBody(byte[] sealedBytes, string messageKey) => JsonSerializer.Deserialize<HelpBody>(OpenBytes(sealedBytes, messageKey), Brief)!;

    /// <summary>Stores a picture or voice beside the others of the case.</summary>
    /// <returns>The file's name.</returns>
    public string Keep(byte[] file)
    {
        var name = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var folder = Path.Combine(_media, Id);
        Directory.CreateDirectory(folder);
        using var stream = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
        stream.Write(Seal(file, name));
        stream.Flush(flushToDisk: true);
        return name;
    }

    /// <returns>Null when it is not there.</returns>
    /// <inheritdoc cref="Open"/>
    public byte[]? Fetch(string name)
        => Path.Combine(_media, Id, Path.GetFileName(name)) is var path && File.Exists(path) ? OpenBytes(File.ReadAllBytes(path), name) : null;

    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(Bytes);
    }

    private byte[] Seal(byte[] text, string name)
    {
        var sealedBytes = new byte[NonceSize + text.Length + TagSize];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        _aes.Encrypt(sealedBytes.AsSpan(0, NonceSize), text, sealedBytes.AsSpan(NonceSize, text.Length), sealedBytes.AsSpan(NonceSize + text.Length), Place(name));
        return sealedBytes;
    }

    private byte[] OpenBytes(byte[] sealedBytes, string name)
    {
        if (sealedBytes.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("Too short to be sealed.");
        }

        var text = new byte[sealedBytes.Length - NonceSize - TagSize];
        _aes.Decrypt(sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize, text.Length), sealedBytes.AsSpan(NonceSize + text.Length), text, Place(name));
        return text;
    }

    private byte[] Place(string name) => Encoding.UTF8.GetBytes(Id + "\n" + name);
}
