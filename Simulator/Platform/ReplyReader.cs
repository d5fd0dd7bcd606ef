using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Bot.Simulator.Platform;

/// <summary>What WeChat makes of a body that the bot answered.</summary>
/// <param name="Opened">The body after opening, as far as that went.</param>
/// <param name="Reply">What the person sees; null when there is nothing to see.</param>
/// <param name="Problem">Why the person sees the failure sentence instead.</param>
public sealed record ReplyReading(string Opened, PassiveReply? Reply, string? Problem);

/// <summary>Reads a passive reply as strictly as WeChat does (wechat-protocol.md §1.4, §2 and §5).</summary>
internal static class ReplyReader
{
    private const int MaxTextBytes = 2048;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static ReplyReading Read(Account account, string openId, byte[] body)
    {
        var opened = Encoding.UTF8.GetString(body);
        if (opened is "" or "success")
        {
            return new ReplyReading(opened, null, null);
        }

        try
        {
            if (account.IsMini)
            {
                throw new FormatException("a mini program's push takes no answer but 'success'");
            }

            var xml = SafeXml.Read(StrictUtf8.GetString(body));
            if (xml.Element("Encrypt") is { } encrypt)
            {
                opened = Open(account, xml, encrypt.Value);
                xml = SafeXml.Read(opened);
            }
            else if (account.Mode == PushMode.Safe)
            {
                throw new FormatException("safe mode takes encrypted replies only");
            }

            CheckAddresses(account, openId, xml);
            return new ReplyReading(opened, Content(xml), null);
        }
        catch (Exception e) when (e is XmlException or FormatException or DecoderFallbackException)
        {
            return new ReplyReading(opened, null, e.Message);
        }
    }

    private static string Open(Account account, XElement xml, string encrypt)
    {
        if (account.Mode == PushMode.Plain)
        {
            throw new FormatException("plain mode takes no encrypted reply");
        }

        var signature = Envelope.Sign(account.Token, Required(xml, "TimeStamp"), Required(xml, "Nonce"), encrypt);
        if (Required(xml, "MsgSignature") != signature)
        {
            throw new FormatException("MsgSignature is wrong");
        }

        return Envelope.Open(account.EncodingAesKey, account.AppId, encrypt);
    }

    private static void CheckAddresses(Account account, string openId, XElement xml)
    {
        if (xml.Name != "xml")
        {
            throw new FormatException($"the root is <{xml.Name}>, not <xml>");
        }

        if (Required(xml, "ToUserName") != openId || Required(xml, "FromUserName") != account.OriginalId)
        {
            throw new FormatException("ToUserName and FromUserName are not the push's, swapped");
        }

        if (!long.TryParse(Required(xml, "CreateTime"), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new FormatException("CreateTime is not a number");
        }
    }

    private static PassiveReply Content(XElement xml)
    {
        var type = Required(xml, "MsgType");
        return type switch
        {
            "text" => new PassiveReply(type) { Text = Short(Required(xml, "Content")) },
            "image" or "voice" => new PassiveReply(type) { MediaId = Required(Part(xml, Capital(type)), "MediaId") },
            "video" => Media(type, Part(xml, "Video"), "MediaId"),
            "music" => Media(type, Part(xml, "Music"), "ThumbMediaId") with { Url = (string?)xml.Element("Music")!.Element("MusicUrl") },
            "news" => Article(xml),
            "transfer_customer_service" => new PassiveReply(type),
            _ => throw new FormatException($"MsgType '{type}' is not one of the reply types"),
        };
    }

    private static PassiveReply Article(XElement xml)
    {
        var items = Part(xml, "Articles").Elements("item").ToList();
        if (Required(xml, "ArticleCount") != "1" || items.Count != 1)
        {
            throw new FormatException("a reply carries exactly one article");
        }

        var url = (string?)items[0].Element("Url");
        if (!string.IsNullOrEmpty(url) && !IsWeb(url))
        {
            throw new FormatException("the article's Url is not an absolute web address");
        }

        return new PassiveReply("news")
        {
            Title = Required(items[0], "Title"),
            Description = (string?)items[0].Element("Description"),
            PictureUrl = (string?)items[0].Element("PicUrl"),
            Url = url,
        };
    }

    private static PassiveReply Media(string type, XElement media, string id)
        => new(type) { MediaId = Required(media, id), Title = (string?)media.Element("Title"), Description = (string?)media.Element("Description") };

    private static string Short(string text)
        => Encoding.UTF8.GetByteCount(text) <= MaxTextBytes ? text : throw new FormatException($"the text is over {MaxTextBytes} bytes");

    private static bool IsWeb(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Required(XElement parent, string name)
        => parent.Element(name)?.Value is { Length: > 0 } value ? value : throw new FormatException($"{name} is missing or empty");

    private static XElement Part(XElement parent, string name)
        => parent.Element(name) ?? throw new FormatException($"{name} is missing");
}
