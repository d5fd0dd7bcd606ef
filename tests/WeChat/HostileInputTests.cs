using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class HostileInputTests
{
    private const string Doctype = "<!DOCTYPE xml [<!ENTITY a \"b\">]>";

    private const string BillionLaughs =
        "<!DOCTYPE xml [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
        + "<xml><FromUserName>&c;</FromUserName><MsgType>text</MsgType></xml>";

    private const string ExternalEntity =
        "<!DOCTYPE xml SYSTEM \"file:///etc/hostname\"><xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType></xml>";

    private readonly Platform _platform = new(new FixedClock());

    public static TheoryData<string> BrokenXml =>
    [
        "",
        " ",
        "text",
        "<xml>",
        "<xml/>",
        "<xml></xml>",
        "<xml><FromUserName>o-1</FromUserName></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><FromUserName></FromUserName><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType><![CDATA[]]></MsgType></xml>",
        "<xml><FromUserName><a>o-1</a></FromUserName><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType></xml><xml/>",
        "<html><FromUserName>o-1</FromUserName><MsgType>text</MsgType></html>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>&nbsp;</Content></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>&#0;</Content></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>&#xD800;</Content></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>\u0001</Content></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content><![CDATA[a]]>b]]></Content></xml>",
        "<xml><FromUserName>" + new string('o', 300) + "</FromUserName><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>o-1</FromUserName><MsgType>event</MsgType><Event>user_authorization_cancellation</Event><OpenID>" + new string('o', 300) + "</OpenID></xml>",
        Doctype + Platform.Text,
        "<!DOCTYPE xml>" + Platform.Text,
        BillionLaughs,
        ExternalEntity,
        string.Concat(Enumerable.Repeat("<xml>", 10_000)) + string.Concat(Enumerable.Repeat("</xml>", 10_000)),
        "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>" + new string('a', SafeXml.MaxCharacters) + "</Content></xml>",
    ];

    public static TheoryData<string> BrokenJson =>
    [
        "",
        "null",
        "[]",
        "\"o-1\"",
        "{}",
        "{",
        """{"FromUserName":"o-1"}""",
        """{"MsgType":"text"}""",
        """{"FromUserName":"o-1","MsgType":null}""",
        """{"FromUserName":{"a":"o-1"},"MsgType":"text"}""",
        """{"FromUserName":"o-1","MsgType":"text"} {}""",
        """{"FromUserName":"o-1","MsgType":"text",}""",
        """{"FromUserName":"o-1","MsgType":"text","Content":"\ud800"}""",
        """{"FromUserName":"o-1","MsgType":"text","\udc00":"a"}""",
        """{"FromUserName":"o-1","MsgType":"text","a":""" + new string('[', 10_000) + new string(']', 10_000) + "}",
        string.Concat(Enumerable.Repeat("""{"a":""", 10_000)) + "1" + new string('}', 10_000),
    ];

    [Theory]
    [MemberData(nameof(BrokenXml))]
    public void Broken_xml_is_malformed_as_the_body_and_inside_the_encryption(string document)
    {
        Assert.Equal(OpenedAs.Malformed, _platform.PushPlain(_platform.Callback(CallbackMode.Plain), document).As);
        Assert.Equal(OpenedAs.Malformed, _platform.PushEncrypted(_platform.Callback(CallbackMode.Safe), document).As);
    }

    [Theory]
    [MemberData(nameof(BrokenJson))]
    public void Broken_json_is_malformed_as_the_body_and_inside_the_encryption(string document)
    {
        Assert.Equal(OpenedAs.Malformed, _platform.PushPlain(_platform.Callback(CallbackMode.Plain, CallbackFormat.Json), document).As);
        Assert.Equal(OpenedAs.Malformed, _platform.PushEncryptedJson(_platform.Callback(CallbackMode.Safe, CallbackFormat.Json), document).As);
    }

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void A_doctype_on_the_envelope_is_malformed(CallbackMode mode)
    {
        var encrypted = Platform.Encrypt(Platform.Text, Platform.Key, Platform.AppId);
        var body = Encoding.UTF8.GetBytes($"{Doctype}<xml><Encrypt>{encrypted}</Encrypt></xml>");

        Assert.Equal(OpenedAs.Malformed, _platform.Callback(mode).Open(_platform.Query(encrypted), body).As);
    }

    [Theory]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // half of a surrogate pair
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })] // a second way to write NUL
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })] // three quarters of an emoji
    public void Bytes_that_are_not_utf8_are_malformed(byte[] bytes)
    {
        byte[] xml = [.. "<xml><FromUserName>o-1</FromUserName><MsgType>text</MsgType><Content>"u8, .. bytes, .. "</Content></xml>"u8];
        byte[] json = [.. """{"FromUserName":"o-1","MsgType":"text","Content":" """u8, .. bytes, .. "\"}"u8];

        Assert.Equal(OpenedAs.Malformed, _platform.Callback(CallbackMode.Plain).Open(_platform.Query(), xml).As);
        Assert.Equal(OpenedAs.Malformed, _platform.Callback(CallbackMode.Plain, CallbackFormat.Json).Open(_platform.Query(), json).As);
    }

    [Fact]
    public void Other_encodings_are_malformed_even_where_an_xml_reader_knows_them()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes(Platform.Text)];
            Assert.Equal(OpenedAs.Malformed, _platform.Callback(CallbackMode.Plain).Open(_platform.Query(), body).As);
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-7")]
    [InlineData("nonsense")]
    public void The_declared_encoding_changes_nothing(string encoding)
    {
        var opened = _platform.PushPlain(_platform.Callback(CallbackMode.Plain), $"<?xml version=\"1.0\" encoding=\"{encoding}\"?>{Platform.Text}");

        Assert.True(opened.As == OpenedAs.Malformed || Assert.IsType<TextMessage>(opened.Inbound).Content == "学习");
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_a_message()
    {
        var random = new Random(20260101);
        var callbacks = new[]
        {
            _platform.Callback(CallbackMode.Plain), _platform.Callback(CallbackMode.Plain, CallbackFormat.Json),
            _platform.Callback(CallbackMode.Safe), _platform.Callback(CallbackMode.Compatible, previousKey: Platform.OtherKey),
        };
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            foreach (var callback in callbacks)
            {
                Assert.Equal(OpenedAs.Malformed, callback.Open(_platform.Query(), bytes).As);
                Assert.NotEqual(OpenedAs.Message, _platform.PushCiphertext(callback, Convert.ToBase64String(bytes)).As);
            }
        }
    }

    [Fact]
    public void A_good_message_with_random_bytes_changed_never_throws()
    {
        var random = new Random(20260102);
        var xml = Encoding.UTF8.GetBytes(Platform.Text);
        var json = Encoding.UTF8.GetBytes(Platform.JsonText);
        var readsXml = _platform.Callback(CallbackMode.Plain);
        var readsJson = _platform.Callback(CallbackMode.Plain, CallbackFormat.Json);
        for (var round = 0; round < 3_000; round++)
        {
            foreach (var (callback, good) in new[] { (readsXml, xml), (readsJson, json) })
            {
                byte[] changed = [.. good];
                for (var i = 0; i < 1 + (round % 4); i++)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                var opened = callback.Open(_platform.Query(), changed);
                Assert.NotEqual(OpenedAs.Forbidden, opened.As);
                Assert.Equal(opened.As == OpenedAs.Message, opened.Inbound?.RetryKey.Length > 0);
            }
        }
    }

    [Fact]
    public void Odd_query_values_are_refused_and_do_not_throw()
    {
        var callback = _platform.Callback(CallbackMode.Safe);
        foreach (var value in new[] { "\uD800", "\0", "学习", "", null, new string('a', 40), new string('\uD800', 40), new string('a', 100_000) })
        {
            var query = new CallbackQuery(value, value, value, value, value);
            Assert.Equal(OpenedAs.Forbidden, callback.Open(query, Encoding.UTF8.GetBytes(Platform.Text)).As);
            Assert.Equal(OpenedAs.Forbidden, callback.Open(query with { Timestamp = _platform.Timestamp }, default).As);
        }
    }
}
