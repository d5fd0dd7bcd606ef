using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Simulator.Platform;

/// <summary>The session keys that logins to the mini program have given out; a new login replaces the key.</summary>
public sealed class MiniSessions
{
    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    public string Begin(string openId) => _keys[openId] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <param name="signature">HMAC-SHA256 of nothing, under the key as text, hex.</param>
    public bool Holds(string? openId, string? signature)
        => openId is not null && _keys.TryGetValue(openId, out var key) && signature == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Array.Empty<byte>()));
}
