using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>§1.4: what an encrypted answer travels in.</summary>
internal static class EnvelopeWriter
{
    public static void Write(Utf8Buffer bytes, string encrypted, CallbackSignature signature, long now, CallbackFormat format)
    {
        var timestamp = now.ToString(CultureInfo.InvariantCulture);
        var nonce = RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        Span<byte> hex = stackalloc byte[40];
        signature.Compute(hex, timestamp, nonce, encrypted);

        ReplyElements elements = format == CallbackFormat.Xml ? new XmlReplyElements(bytes) : new JsonReplyElements(bytes);
        elements.Begin();
        elements.Text("Encrypt"u8, encrypted);
        elements.Text("MsgSignature"u8, Encoding.ASCII.GetString(hex));
        elements.Number("TimeStamp"u8, now);
        elements.Text("Nonce"u8, nonce);
        elements.End();
    }
}
