using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Bot.Core.WeChat;

namespace Bot.Tests.Support;

/// <summary>One pretend user in the chat: what WeChat would push in plain mode, and what the bot answers.</summary>
public sealed class Phone(BotUnderTest bot, string openId)
{
    private static long _lastMsgId = 1_000_000;

    public string OpenId => openId;

    public Browser Browser { get; } = bot.Browser();

    public Task<Said> Sends(string text) => PushAsync($"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    /// <summary>The same message as WeChat repeats it.</summary>
    public Task<Said> Repeats(string text, long msgId) => PushAsync($"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{msgId}</MsgId>");

    public Task<Said> SendsPicture()
        => PushAsync($"<MsgType>image</MsgType><PicUrl>https://example.org/p</PicUrl><MediaId>m</MediaId><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    public Task<Said> SendsVoice()
        => PushAsync($"<MsgType>voice</MsgType><MediaId>v</MediaId><Format>amr</Format><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    /// <summary>With what WeChat has heard in it.</summary>
    public Task<Said> Speaks(string recognition)
        => PushAsync($"<MsgType>voice</MsgType><MediaId>v</MediaId><Format>amr</Format><Recognition><![CDATA[{recognition}]]></Recognition><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    public Task<Said> SendsPlace(string label)
        => PushAsync($"<MsgType>location</MsgType><Location_X>40.8</Location_X><Location_Y>111.7</Location_Y><Scale>16</Scale><Label><![CDATA[{label}]]></Label><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    public Task<Said> SendsLink()
        => PushAsync($"<MsgType>link</MsgType><Title>t</Title><Description>d</Description><Url>https://example.org/</Url><MsgId>{Interlocked.Increment(ref _lastMsgId)}</MsgId>");

    public Task<Said> Follows(string scene = "") => EventAsync("subscribe", scene.Length == 0 ? "" : "qrscene_" + scene);

    public Task<Said> Unfollows() => EventAsync("unsubscribe", "");

    public Task<Said> Scans(string scene) => EventAsync("SCAN", scene);

    public Task<Said> Taps(string menuKey) => EventAsync("CLICK", menuKey);

    /// <summary>An event that WeChat sends about the person.</summary>
    /// <param name="fields">XML beside the event's name.</param>
    /// <param name="second">From now; an event of the same second is the same event.</param>
    public Task<Said> HappensAsync(string name, string fields, int second) => PushAsync($"<MsgType>event</MsgType><Event>{name}</Event>{fields}", second);

    public Task<Said> Cancels() => PushAsync($"<MsgType>event</MsgType><Event>user_authorization_cancellation</Event><OpenID>{openId}</OpenID><AppID>{BotUnderTest.AppId}</AppID>");

    /// <summary>Sends a word and opens the link that comes back; a session follows.</summary>
    public async Task<Learner> Opens(string word)
    {
        var said = await Sends(word);
        var page = await Browser.GetAsync(said.Link ?? throw new InvalidOperationException("No link in: " + said.Text));
        return page.Headers.Location is { } to && to.ToString().StartsWith("/y/", StringComparison.Ordinal) && !to.ToString().StartsWith("/y/sorry", StringComparison.Ordinal)
            ? new Learner(bot, Browser)
            : throw new InvalidOperationException($"The link led to {page.StatusCode} {page.Headers.Location}.");
    }

    private Task<Said> EventAsync(string name, string key)
    {
        bot.Clock.Now += TimeSpan.FromSeconds(1); // events are told apart by their second
        return PushAsync($"<MsgType>event</MsgType><Event>{name}</Event><EventKey>{key}</EventKey>");
    }

    private async Task<Said> PushAsync(string fields, int second = 0)
    {
        var created = bot.Clock.GetUtcNow().ToUnixTimeSeconds() + second;
        var xml = $"<xml><ToUserName>gh_tests</ToUserName><FromUserName>{openId}</FromUserName><CreateTime>{created}</CreateTime>{fields}</xml>";
        var response = await Browser.SendAsync(HttpMethod.Post, "/wechat/mp?" + Query(created), new ByteArrayContent(Encoding.UTF8.GetBytes(xml)));
        var body = await response.Content.ReadAsStringAsync();
        return Said.Read((int)response.StatusCode, body);
    }

    /// <summary>signature, timestamp and nonce of a push.</summary>
    internal static string Query(long timestamp)
    {
        var stamp = timestamp.ToString(CultureInfo.InvariantCulture);
        string[] parts = [BotUnderTest.Token, stamp, "nonce"];
        Array.Sort(parts, StringComparer.Ordinal);
        return $"signature={Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))))}&timestamp={stamp}&nonce=nonce";
    }
}

/// <summary>What a person reads.</summary>
/// <param name="Text">A text, or title and description of a card.</param>
/// <param name="Link">The card's address, or the first link in the text.</param>
/// <param name="Body">As sent.</param>
public sealed record Said(int Status, string Text, string? Link, string Body)
{
    public static Said Read(int status, string body)
    {
        if (!body.StartsWith("<xml>", StringComparison.Ordinal))
        {
            return new Said(status, "", null, body);
        }

        using var reader = SafeXml.Read(body);
        var xml = XDocument.Load(reader).Root!;
        var text = xml.Element("Content")?.Value;
        var card = xml.Element("Articles")?.Element("item");
        return text is not null
            ? new Said(status, text, LinkIn(text), body)
            : new Said(status, $"{card?.Element("Title")?.Value}\n{card?.Element("Description")?.Value}", card?.Element("Url")?.Value, body);
    }

    private static string? LinkIn(string text)
    {
        var start = text.IndexOf("href=\"", StringComparison.Ordinal);
        return start < 0 ? null : text[(start + 6)..text.IndexOf('"', start + 6)];
    }
}
