using System.Security.Cryptography;

namespace Bot.Simulator.Platform;

/// <summary>Identifiers that look like WeChat's.</summary>
internal static class Chance
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string OpenId() => "o" + RandomNumberGenerator.GetString(Alphanumeric + "-_", 27);

    public static string Text(int length) => RandomNumberGenerator.GetString(Alphanumeric, length);

    public static string Number(int digits) => RandomNumberGenerator.GetString("123456789", digits);

    public static string Hex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);

    /// <summary>32 random bytes as the 43 characters WeChat's console shows.</summary>
    public static string AesKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=');
}
