using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.Staff;

/// <summary>Random secrets that people carry; only their hashes are stored.</summary>
internal static class Secret
{
    private const int Size = 32;

    /// <summary>43 letters of base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
