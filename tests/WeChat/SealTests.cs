using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class SealTests
{
    private readonly FixedClock _clock = new();
    private readonly Platform _platform;
    private readonly Inbound _to = Inbound.From(Fields.Of(("ToUserName", "gh_1"), ("FromUserName", "o-1"), ("MsgType", "text")));

    public SealTests() => _platform = new Platform(_clock);

    public static TheoryData<string, string> EveryReply => new()
    {
        { "text", "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>" },
        { "image", "<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image>" },
        { "voice", "<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[m]]></MediaId></Voice>" },
        {
            "video",
            "<MsgType><![CDATA[video]]></MsgType><Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description></Video>"
        },
        {
            "music",
            "<MsgType><![CDATA[music]]></MsgType><Music><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description>"
            + "<MusicUrl><![CDATA[https://u]]></MusicUrl><HQMusicUrl><![CDATA[https://hq]]></HQMusicUrl><ThumbMediaId><![CDATA[m]]></ThumbMediaId></Music>"
        },
        {
            "news",
            "<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>"
            + "<Description><![CDATA[d]]></Description><PicUrl><![CDATA[https://p]]></PicUrl><Url><![CDATA[https://u?a=1&b=2]]></Url></item></Articles>"
        },
        { "transfer", "<MsgType><![CDATA[transfer_customer_service]]></MsgType>" },
        { "transfer to", "<MsgType><![CDATA[transfer_customer_service]]></MsgType><TransInfo><KfAccount><![CDATA[k@a]]></KfAccount></TransInfo>" },
    };

    [Theory]
    [MemberData(nameof(EveryReply))]
    public void Every_kind_of_answer_has_WeChats_form(string kind, string content)
    {
        var answer = _platform.Callback(CallbackMode.Plain).Seal(Make(kind), _to);

        Assert.Equal(
            $"<xml><ToUserName><![CDATA[o-1]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName><CreateTime>1790000000</CreateTime>{content}</xml>",
            Encoding.UTF8.GetString(answer.Body));
        Assert.Equal("text/xml; charset=utf-8", answer.ContentType);
    }

    [Theory]
    [MemberData(nameof(EveryReply))]
    public void Safe_and_compatible_mode_send_the_same_answer_encrypted(string kind, string content)
    {
        foreach (var mode in new[] { CallbackMode.Compatible, CallbackMode.Safe })
        {
            var answer = _platform.Callback(mode).Seal(Make(kind), _to);

            Assert.Contains(content, Platform.OpenXmlAnswer(answer), StringComparison.Ordinal);
            Assert.DoesNotContain("o-1", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(EveryReply))]
    public void Json_answers_have_the_same_members(string kind, string content)
    {
        var plain = _platform.Callback(CallbackMode.Plain, CallbackFormat.Json).Seal(Make(kind), _to);
        var safe = Platform.OpenJsonAnswer(_platform.Callback(CallbackMode.Safe, CallbackFormat.Json).Seal(Make(kind), _to));

        Assert.Equal("application/json; charset=utf-8", plain.ContentType);
        Assert.Equal(Encoding.UTF8.GetString(plain.Body), safe);
        using var json = JsonDocument.Parse(safe);
        Assert.Equal(1790000000, json.RootElement.GetProperty("CreateTime").GetInt64());
        Assert.Equal(Leaves(Xml(content)), Leaves(json.RootElement).Skip(3));
    }

    [Theory]
    [InlineData(CallbackMode.Plain)]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void Nothing_to_say_is_success_and_never_encrypted(CallbackMode mode)
    {
        foreach (var reply in new[] { Reply.Nothing, Reply.Text(""), Reply.Text("\u0001\uD800") })
        {
            var answer = _platform.Callback(mode).Seal(reply, _to);

            Assert.Equal("success", Encoding.UTF8.GetString(answer.Body));
            Assert.Equal("text/plain", answer.ContentType);
        }
    }

    [Theory]
    [InlineData("a]]>b")]
    [InlineData("]]>]]>")]
    [InlineData("]]]]>>")]
    [InlineData("<a href=\"https://u?a=1&b=2\">点击</a>")]
    [InlineData("😀\u3000\u00A0\u2028👨‍👩‍👧 \"\\/'&<>")]
    [InlineData("一\n二\t三")]
    public void Difficult_text_arrives_as_it_was(string text)
    {
        foreach (var mode in new[] { CallbackMode.Plain, CallbackMode.Safe })
        {
            var xml = _platform.Callback(mode).Seal(Reply.Text(text), _to);
            var document = mode == CallbackMode.Plain ? Encoding.UTF8.GetString(xml.Body) : Platform.OpenXmlAnswer(xml);
            using var reader = SafeXml.Read(document);
            Assert.Equal(text, XDocument.Load(reader).Root!.Element("Content")!.Value);

            var json = _platform.Callback(mode, CallbackFormat.Json).Seal(Reply.Text(text), _to);
            using var parsed = JsonDocument.Parse(mode == CallbackMode.Plain ? Encoding.UTF8.GetString(json.Body) : Platform.OpenJsonAnswer(json));
            Assert.Equal(text, parsed.RootElement.GetProperty("Content").GetString());
        }
    }

    [Fact]
    public void What_xml_forbids_is_left_out()
    {
        var answer = _platform.Callback(CallbackMode.Plain).Seal(Reply.News("a\u0000b", "c\uD83Dd\r\ne", "https://p", "\uFFFFhttps://u"), _to);

        var item = XDocument.Load(new MemoryStream(answer.Body)).Root!.Element("Articles")!.Element("item")!;
        Assert.Equal(("ab", "cd\ne", "https://u"), (item.Element("Title")!.Value, item.Element("Description")!.Value, item.Element("Url")!.Value));
    }

    [Fact]
    public void Json_bytes_hold_the_characters_themselves()
    {
        var answer = _platform.Callback(CallbackMode.Plain, CallbackFormat.Json).Seal(Reply.Text("学习😀\u3000\u00A0<&>'+"), _to);

        Assert.True(answer.Body.AsSpan().IndexOf("\"学习😀\u3000\u00A0<&>'+\""u8) > 0);
        Assert.DoesNotContain((byte)'\\', answer.Body);
    }

    [Fact]
    public void A_long_answer_of_many_sizes_is_padded_so_that_WeChat_can_open_it()
    {
        var callback = _platform.Callback(CallbackMode.Safe);
        for (var length = 1; length < 70; length++)
        {
            Assert.Contains(new string('a', length), Platform.OpenXmlAnswer(callback.Seal(Reply.Text(new string('a', length)), _to)), StringComparison.Ordinal);
        }

        var long_ = new string('学', 20_000);
        Assert.Contains(long_, Platform.OpenXmlAnswer(callback.Seal(Reply.Text(long_), _to)), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_encrypted_answers_of_one_text_share_nothing_to_recognise_it_by()
    {
        var callback = _platform.Callback(CallbackMode.Safe);

        Assert.NotEqual(
            XDocument.Load(new MemoryStream(callback.Seal(Reply.Text("a"), _to).Body)).Root!.Element("Encrypt")!.Value[..22],
            XDocument.Load(new MemoryStream(callback.Seal(Reply.Text("a"), _to).Body)).Root!.Element("Encrypt")!.Value[..22]);
    }

    [Theory]
    [MemberData(nameof(EveryReply))]
    public void An_answer_can_be_kept_as_json_and_given_again(string kind, string content)
    {
        var kept = JsonSerializer.Serialize(Make(kind));

        var again = JsonSerializer.Deserialize<Reply>(kept)!;

        Assert.Equal(Make(kind), again);
        Assert.Contains(content, Encoding.UTF8.GetString(_platform.Callback(CallbackMode.Plain).Seal(again, _to).Body), StringComparison.Ordinal);
    }

    private static Reply Make(string kind) => kind switch
    {
        "text" => Reply.Text("你好"),
        "image" => Reply.Image("m"),
        "voice" => Reply.Voice("m"),
        "video" => Reply.Video("m", "t", "d"),
        "music" => Reply.Music("t", "d", "https://u", "https://hq", "m"),
        "news" => Reply.News("t", "d", "https://p", "https://u?a=1&b=2"),
        "transfer" => Reply.Transfer(),
        _ => Reply.Transfer("k@a"),
    };

    private static XElement Xml(string content)
    {
        using var reader = SafeXml.Read($"<xml>{content}</xml>");
        return XElement.Load(reader);
    }

    private static IEnumerable<string> Leaves(XElement element)
        => element.HasElements ? element.Elements().SelectMany(Leaves) : [$"{element.Name}={element.Value}"];

    private static IEnumerable<string> Leaves(JsonElement element)
        => element.EnumerateObject().SelectMany(m => m.Value.ValueKind == JsonValueKind.Object ? Leaves(m.Value) : [$"{m.Name}={m.Value}"]);
}
