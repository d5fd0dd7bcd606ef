using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>WeChat's side of a webhook, written from wechat-protocol.md §1 without the product's code.</summary>
internal sealed class Platform(FixedClock clock)
{
    public const string AppId = "wx2c2769f8efd9abc2";
    public const string Token = "spamtest-Token1";
    public const string Key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFH";
    public const string OtherKey = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    public const string Text =
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o-1]]></FromUserName><CreateTime>1790000000</CreateTime>"
        + "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[学习]]></Content><MsgId>5832509444155992350</MsgId></xml>";

    public const string JsonText =
        """{"ToUserName":"gh_1","FromUserName":"o-1","CreateTime":1790000000,"MsgType":"text","Content":"学习","MsgId":5832509444155992350}""";

    public string Timestamp => clock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public Callback Callback(CallbackMode mode, CallbackFormat format = CallbackFormat.Xml, string previousKey = "", string key = Key)
        => new(AppId, Token, key, previousKey, mode, format, 600, clock);

    public static string Sign(params string[] parts)
    {
        var sorted = new List<string>(parts);
        sorted.Sort(string.CompareOrdinal);
        return Hex(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(sorted))));
    }

    public CallbackQuery Query(string? encrypted = null, string nonce = "1320562132") => new(
        Sign(Token, Timestamp, nonce), Timestamp, nonce,
        encrypted is null ? null : "aes",
        encrypted is null ? null : Sign(Token, Timestamp, nonce, encrypted));

    public Opened PushPlain(Callback callback, string body) => callback.Open(Query(), Encoding.UTF8.GetBytes(body));

    public Opened PushEncrypted(Callback callback, string message, string key = Key, string appId = AppId)
        => PushCiphertext(callback, Encrypt(message, key, appId));

    public Opened PushCiphertext(Callback callback, string encrypted)
        => callback.Open(Query(encrypted), Encoding.UTF8.GetBytes($"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"));

    public Opened PushEncryptedJson(Callback callback, string message)
    {
        var encrypted = Encrypt(message, Key, AppId);
        return callback.Open(Query(encrypted), Encoding.UTF8.GetBytes($$"""{"ToUserName":"gh_1","Encrypt":"{{encrypted}}"}"""));
    }

    public static string Encrypt(string message, string key, string appId)
    {
        var text = Encoding.UTF8.GetBytes(message);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return EncryptRaw([.. Encoding.ASCII.GetBytes("fedcba9876543210"), .. length, .. text, .. Encoding.UTF8.GetBytes(appId)], key);
    }

    /// <summary>Pads to 32 and encrypts.</summary>
    public static string EncryptRaw(byte[] plain, string key)
    {
        var padding = 32 - (plain.Length % 32);
        return EncryptPadded([.. plain, .. Enumerable.Repeat((byte)padding, padding)], key);
    }

    public static string EncryptPadded(byte[] padded, string key)
    {
        using var aes = Cipher(key);
        using var encryptor = aes.CreateEncryptor();
        return Convert.ToBase64String(encryptor.TransformFinalBlock(padded, 0, padded.Length));
    }

    /// <summary>Checks everything that WeChat would check, and returns the answer inside.</summary>
    public static string OpenXmlAnswer(Sealed answer, string key = Key)
    {
        var envelope = XDocument.Load(new MemoryStream(answer.Body)).Root!;
        return Open(
            envelope.Element("Encrypt")!.Value, envelope.Element("MsgSignature")!.Value,
            envelope.Element("TimeStamp")!.Value, envelope.Element("Nonce")!.Value, key);
    }

    public static string OpenJsonAnswer(Sealed answer)
    {
        using var envelope = JsonDocument.Parse(answer.Body);
        var root = envelope.RootElement;
        return Open(
            root.GetProperty("Encrypt").GetString()!, root.GetProperty("MsgSignature").GetString()!,
            root.GetProperty("TimeStamp").GetInt64().ToString(CultureInfo.InvariantCulture), root.GetProperty("Nonce").GetString()!, Key);
    }

    private static string Open(string encrypted, string signature, string timestamp, string nonce, string key)
    {
        Assert.Equal(Sign(Token, timestamp, nonce, encrypted), signature);
        using var aes = Cipher(key);
        using var decryptor = aes.CreateDecryptor();
        var cipher = Convert.FromBase64String(encrypted);
        Assert.Equal(0, cipher.Length % 32);
        var plain = decryptor.TransformFinalBlock(cipher, 0, cipher.Length);
        int padding = plain[^1];
        Assert.InRange(padding, 1, 32);
        Assert.All(plain[^padding..], b => Assert.Equal(padding, b));
        var length = BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(16));
        Assert.Equal(AppId, Encoding.UTF8.GetString(plain[(20 + length)..^padding]));
        return Encoding.UTF8.GetString(plain, 20, length);
    }

    private static Aes Cipher(string key)
    {
        var bytes = Convert.FromBase64String(key + "=");
        var aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        aes.Key = bytes;
        aes.IV = bytes[..16];
        return aes;
    }

    private static string Hex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
