using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Bot.Simulator.Platform;

/// <summary>A push ready to go out: the same text in every delivery, signed afresh each time.</summary>
internal sealed class PushWriter(Account account, string openId, string plain)
{
    public string Plain => plain;

    public string ContentType => account.Format == PushFormat.Json ? "application/json" : "text/xml";

    /// <summary>Writes the common elements around what the push says.</summary>
    public static PushWriter For(Account account, string openId, Push push, DateTimeOffset now, long messageId)
    {
        // Privacy events come from the platform's own sender, whose openid says nothing about the person.
        var from = push.FromPlatform ? "oPushServiceOfThePlatform000" : openId;
        var xml = new XElement(
            "xml",
            Push.Field("ToUserName", account.OriginalId),
            Push.Field("FromUserName", from),
            Push.Number("CreateTime", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            Push.Field("MsgType", push.MsgType),
            push.Fields);
        if (!push.IsEvent)
        {
            xml.Add(Push.Number("MsgId", messageId.ToString(CultureInfo.InvariantCulture)));
        }

        return new PushWriter(account, from, Write(account, xml));
    }

    /// <summary>Query string and body of one delivery.</summary>
    public (string Query, string Body) Sign(DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var nonce = Chance.Number(10);
        var signature = Envelope.Sign(account.Token, timestamp, nonce);
        var query = $"?signature={signature}&timestamp={timestamp}&nonce={nonce}&openid={Uri.EscapeDataString(openId)}";
        if (account.Mode == PushMode.Plain)
        {
            return (query, plain);
        }

        var sealedText = Envelope.Seal(account.EncodingAesKey, account.AppId, plain);
        query += $"&encrypt_type=aes&msg_signature={Envelope.Sign(account.Token, timestamp, nonce, sealedText)}";
        return (query, account.Format == PushFormat.Json ? JsonEnvelope(sealedText) : XmlEnvelope(sealedText));
    }

    private static string Write(Account account, XElement xml)
        => account.Format == PushFormat.Json ? ((JsonObject)ToJson(xml)).ToJsonString(Json.AsIs) : xml.ToString(SaveOptions.DisableFormatting);

    private static JsonNode ToJson(XElement element)
    {
        if (element.HasElements)
        {
            return new JsonObject(element.Elements().Select(child => KeyValuePair.Create(child.Name.LocalName, (JsonNode?)ToJson(child))));
        }

        return element.FirstNode is not XCData && long.TryParse(element.Value, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(element.Value);
    }

    private string XmlEnvelope(string sealedText)
    {
        var xml = account.Mode == PushMode.Compatible
            ? SafeXml.Read(plain)
            : new XElement("xml", Push.Field("ToUserName", account.OriginalId));
        xml.Add(Push.Field("Encrypt", sealedText));
        return xml.ToString(SaveOptions.DisableFormatting);
    }

    private string JsonEnvelope(string sealedText)
    {
        var json = account.Mode == PushMode.Compatible
            ? JsonNode.Parse(plain)!.AsObject()
            : new JsonObject { ["ToUserName"] = account.OriginalId };
        json["Encrypt"] = sealedText;
        return json.ToJsonString(Json.AsIs);
    }
}
